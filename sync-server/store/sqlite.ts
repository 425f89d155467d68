import { Worker } from 'node:worker_threads';
import { err, ok, type Result } from '#core/kit/result.ts';
import type { Push, Stored, StoreError, StoreHealth, StorePort } from './port.ts';
import type { ReadName, StoreReply, StoreRequest } from './sqlite-calls.ts';
import type { EngineOptions, Write, Written } from './sqlite-engine.ts';
import { DatabaseInUse } from './sqlite-lock.ts';

/** Largest sum of updates in one transaction; a longer one would make the writers behind it wait. Bytes. */
const GROUP_BYTES = 4 * 1024 * 1024;

export interface SqliteStoreOptions extends EngineOptions {
  /**
   * Called once when the thread died unasked. Every pending call has then settled with `store-gone`; the store is of
   * no more use, and the process should end and be started anew.
   */
  readonly onCrash?: (error: Error) => void;
}

export interface SqliteStore extends StorePort {
  /** The store's thread; a test may end it to see what a crash does. */
  readonly thread: Worker;
}

interface WaitingWrite {
  readonly write: Write;
  readonly bytes: number;
  readonly settle: (result: Written) => void;
}

/**
 * The store on a SQLite file, in a thread of its own: an fsync must not stop the sockets. Writes that arrive while a
 * transaction runs wait and go together in the next one (group commit), in order of arrival. Rejects with
 * `DatabaseInUse` when another process serves the file.
 */
export async function openSqliteStore({ onCrash, ...options }: SqliteStoreOptions): Promise<SqliteStore> {
  const calls = new Map<number, (result: Result<unknown, StoreError>) => void>();
  const waiting: WaitingWrite[] = [];
  let running: readonly WaitingWrite[] = [];
  let nextCall = 1;
  let gone: StoreError | undefined;
  let closing = false;
  let health: StoreHealth = { storage: 'ok' };

  let onIdle: (() => void) | undefined;

  const opened = Promise.withResolvers<string>();
  const thread = new Worker(new URL('./sqlite-thread.ts', import.meta.url), { workerData: options });
  thread.on('message', onReply);
  thread.on('error', (error) => onEnd(error instanceof Error ? error : new Error(String(error))));
  thread.on('exit', (code) => onEnd(new Error(`the store's thread ended with code ${code}`)));

  const ask = (request: StoreRequest) => thread.postMessage(request);

  function onReply(reply: StoreReply): void {
    switch (reply.kind) {
      case 'open':
        return opened.resolve(reply.incarnation);
      case 'not-open':
        closing = true;
        return opened.reject(reply.inUse ? new DatabaseInUse(reply.message) : new Error(reply.message));
      case 'written': {
        const group = running;
        running = [];
        reply.results.forEach((result, i) => group[i]!.settle(result));
        health = { storage: storageOf(reply.results) };
        writeNext();
        if (running.length === 0) onIdle?.();
        return;
      }
      case 'value':
      case 'error': {
        const settle = calls.get(reply.call);
        calls.delete(reply.call);
        return settle?.(reply.kind === 'value' ? ok(reply.value) : err(reply.error));
      }
    }
  }

  function onEnd(error: Error): void {
    if (gone) return;
    gone = { type: 'store-gone', message: error.message };
    if (!closing) health = { storage: 'gone' };
    opened.reject(error);
    const failed = err(gone);
    for (const settle of calls.values()) settle(failed);
    for (const { settle } of [...running, ...waiting]) settle(failed);
    calls.clear();
    running = [];
    waiting.length = 0;
    onIdle?.();
    if (!closing) onCrash?.(error);
  }

  function read<T>(name: ReadName, ...args: readonly unknown[]): Stored<T> {
    if (gone) return Promise.resolve(err(gone));
    const call = nextCall++;
    return new Promise((resolve) => {
      calls.set(call, resolve as (result: Result<unknown, StoreError>) => void);
      ask({ kind: 'read', call, name, args });
    });
  }

  function write(one: Write, bytes: number): Promise<Written> {
    if (gone || closing) return Promise.resolve(err(gone ?? { type: 'store-gone', message: 'the store is closing' }));
    return new Promise((resolve) => {
      waiting.push({ write: one, bytes, settle: resolve });
      writeNext();
    });
  }

  function writeNext(): void {
    if (running.length > 0 || waiting.length === 0) return;
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && (count === 0 || bytes + waiting[count]!.bytes <= GROUP_BYTES)) {
      bytes += waiting[count++]!.bytes;
    }
    running = waiting.splice(0, count);
    ask({ kind: 'write', call: nextCall++, group: running.map((w) => w.write) });
  }

  const writeRoom = async (one: Write, bytes: number): Stored<void> => {
    const written = await write(one, bytes);
    return written.ok ? ok(undefined) : written;
  };

  const incarnation = await opened.promise;
  return {
    incarnation,
    thread,
    head: (workspace) => read('head', workspace),
    lastN: (workspace, user, device) => read('lastN', workspace, user, device),
    countAfter: (workspace, afterSeq) => read('countAfter', workspace, afterSeq),
    pull: (workspace, afterSeq, limits) => read('pull', workspace, afterSeq, limits),
    record: (workspace, id) => read('record', workspace, id),
    log: (workspace, afterSeq, limit) => read('log', workspace, afterSeq, limit),
    workspaceMeta: (workspace) => read('workspaceMeta', workspace),
    loadRoom: (room) => read('loadRoom', room),
    commit: (workspace, pushes) => write({ kind: 'commit', workspace, pushes }, bytesOf(pushes)),
    appendRoom: (room, update) => writeRoom({ kind: 'append-room', room, update }, update.length),
    compactRoom: (room, upTo, state) => writeRoom({ kind: 'compact-room', room, upTo, state }, state.length),
    health: () => health,
    async close() {
      if (gone || closing) return;
      closing = true;
      if (running.length > 0) await new Promise<void>((resolve) => (onIdle = resolve));
      const call = nextCall++;
      await new Promise((resolve) => {
        calls.set(call, resolve);
        ask({ kind: 'close', call });
      });
      await thread.terminate();
      onEnd(new Error('the store was closed'));
    },
  };
}

const bytesOf = (pushes: readonly Push[]) =>
  pushes.reduce((sum, push) => push.changes.reduce((n, change) => n + change.update.length, sum), 0);

function storageOf(results: readonly Written[]): StoreHealth['storage'] {
  const failed = results.find((result) => !result.ok);
  if (!failed || failed.ok) return 'ok';
  return failed.error.type === 'storage-full' ? 'full' : 'failing';
}

import { Worker } from 'node:worker_threads';
import { err, ok, type Result } from '#core/kit/result.ts';
import { SETTLED_AT_ONCE } from './consequences.ts';
import type { Write, Written } from './engine.ts';
import type { Stored, StoreError, StoreHealth, StorePort } from './port.ts';
import type { OpenFailure, ReadName, StoreReply, StoreRequest } from './thread-calls.ts';
import { createWriteQueue, type Waiting, type WriteQueue } from './write-queue.ts';

/** Pages read at a time: whoever writes meanwhile waits for so many, however many devices pull. */
const PULLS = 2;

export interface ThreadedStoreOptions {
  /** The module that opens the engine; it gets `workerData`. */
  readonly entry: URL;
  readonly workerData: unknown;
  /** Writes of one lane go one transaction after the other; those of different lanes need not wait for each other. */
  readonly laneOf: (write: Write) => string;
  /** Makes the error to reject with when the engine could not open. */
  readonly notOpen?: (error: OpenFailure) => Error;
  /**
   * Called once when the thread died unasked. Every pending call has then settled with `store-gone`; the store is of
   * no more use, and the process should end and be started anew.
   */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

export interface ThreadedStore extends StorePort {
  /** The store's thread; a test may end it to see what a crash does. */
  readonly thread: Worker;
}

interface WaitingWrite extends Waiting {
  readonly write: Write;
  readonly settle: (result: Written) => void;
}

interface Lane {
  running: boolean;
  readonly queue: WriteQueue<WaitingWrite>;
  /** Set while all who would write rest. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/**
 * A store whose engine lives in a thread of its own: neither an fsync nor the checks of a push may stop the sockets.
 * Writes of a lane that arrive while its transaction runs wait and go together in the next one (group commit), as far as
 * that is fair to all (`write-queue.ts`).
 */
export async function openThreadedStore(options: ThreadedStoreOptions): Promise<ThreadedStore> {
  const { entry, workerData, laneOf, notOpen = ({ message }) => new Error(message), onCrash } = options;
  const reads = new Map<number, (result: Result<unknown, StoreError>) => void>();
  const groups = new Map<
    number,
    { readonly lane: string; readonly writes: readonly WaitingWrite[]; readonly began: number }
  >();
  const lanes = new Map<string, Lane>();
  const pulls = createTurnstile(PULLS);
  let nextCall = 1;
  let gone: StoreError | undefined;
  let closing = false;
  let health: StoreHealth = { storage: 'ok' };
  let onIdle: (() => void) | undefined;

  const opened = Promise.withResolvers<string>();
  const thread = new Worker(entry, { workerData });
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
        return opened.reject(notOpen(reply.error));
      case 'written': {
        const group = groups.get(reply.call)!;
        groups.delete(reply.call);
        health = { storage: storageOf(reply.results) };
        reply.results.forEach((result, i) => group.writes[i]!.settle(result));
        const lane = lanes.get(group.lane)!;
        lane.running = false;
        lane.queue.took(group.writes, reply.ms, performance.now() - group.began);
        writeNext(group.lane);
        if (groups.size === 0) onIdle?.();
        return;
      }
      case 'value':
      case 'error': {
        const settle = reads.get(reply.call);
        reads.delete(reply.call);
        if (reply.kind === 'value') {
          if (health.storage === 'gone') health = { storage: 'ok' };
          return settle?.(ok(reply.value));
        }
        if (reply.error.type === 'store-gone') health = { storage: 'gone' };
        return settle?.(err(reply.error));
      }
    }
  }

  function onEnd(error: Error): void {
    if (gone) return;
    gone = { type: 'store-gone', message: error.message };
    if (!closing) health = { storage: 'gone' };
    opened.reject(error);
    const failed = err(gone);
    for (const settle of reads.values()) settle(failed);
    for (const { writes } of groups.values()) for (const { settle } of writes) settle(failed);
    for (const { queue, timer } of lanes.values()) {
      clearTimeout(timer);
      for (const { settle } of queue.drain()) settle(failed);
    }
    reads.clear();
    groups.clear();
    lanes.clear();
    onIdle?.();
    if (!closing) onCrash?.(error);
  }

  function read<T>(name: ReadName, ...args: readonly unknown[]): Stored<T> {
    if (gone) return Promise.resolve(err(gone));
    const call = nextCall++;
    return new Promise((resolve) => {
      reads.set(call, resolve as (result: Result<unknown, StoreError>) => void);
      ask({ kind: 'read', call, name, args });
    });
  }

  async function write<T>(one: Write): Stored<T> {
    if (gone || closing) return err(gone ?? { type: 'store-gone', message: 'the store is closing' });
    const key = laneOf(one);
    const written = await new Promise<Written>((settle) => {
      const lane = lanes.get(key) ?? newLane(key);
      lane.queue.add({ write: one, ...sizeOf(one), settle });
      writeNext(key);
    });
    return written as Result<T, StoreError>; // the engine answers each kind of write with its own kind of effect
  }

  /** Rooms have a lane each where writes need not wait for each other: those nobody writes to are let go. */
  function newLane(key: string): Lane {
    for (const [other, { running, queue }] of lanes) if (!running && queue.isIdle()) lanes.delete(other);
    const lane: Lane = { running: false, queue: createWriteQueue(() => performance.now()) };
    lanes.set(key, lane);
    return lane;
  }

  function writeNext(key: string): void {
    const lane = lanes.get(key);
    if (!lane || lane.running) return;
    clearTimeout(lane.timer);
    const writes = lane.queue.next();
    if (writes.length === 0) {
      const rest = lane.queue.restMs();
      if (rest !== undefined) lane.timer = setTimeout(() => writeNext(key), Math.ceil(rest));
      return;
    }
    const call = nextCall++;
    lane.running = true;
    groups.set(call, { lane: key, writes, began: performance.now() });
    ask({ kind: 'write', call, group: writes.map((w) => w.write) });
  }

  const incarnation = await opened.promise;
  return {
    incarnation,
    thread,
    head: (workspace) => read('head', workspace),
    lastN: (workspace, user, device) => read('lastN', workspace, user, device),
    countAfter: (workspace, afterSeq, reader) => read('countAfter', workspace, afterSeq, reader),
    pull: (workspace, afterSeq, limits, reader) => pulls(() => read('pull', workspace, afterSeq, limits, reader)),
    manifest: (workspace, afterSeq, limits, reader) =>
      pulls(() => read('manifest', workspace, afterSeq, limits, reader)),
    groups: (workspace, person) => read('groups', workspace, person),
    record: (workspace, id) => read('record', workspace, id),
    log: (workspace, afterSeq, limit) => read('log', workspace, afterSeq, limit),
    history: (workspace, id, before, limit) => read('history', workspace, id, before, limit),
    entries: (workspace, afterSeq, limits) => read('entries', workspace, afterSeq, limits),
    workspaceMeta: (workspace) => read('workspaceMeta', workspace),
    workspaces: () => read('workspaces'),
    loadRoom: (room, after = 0) => read('loadRoom', room, after),
    commit: (workspace, pushes) => write({ kind: 'commit', workspace, pushes }),
    appendRoom: (room, update) => write({ kind: 'append-room', room, update }),
    compactRoom: (room, upTo, state) => write({ kind: 'compact-room', room, upTo, state }),
    erase: (workspace, id, user, at) => write({ kind: 'erase', workspace, id, user, at }),
    settle: (workspace) => write({ kind: 'settle', workspace }),
    compactLog: (workspace, before, limit) => write({ kind: 'compact-log', workspace, before, limit }),
    countVisible: (workspace, person, type) => read('countVisible', workspace, person, type),
    people: (workspace) => read('people', workspace),
    putPeople: (workspace, rows) => write({ kind: 'put-people', workspace, rows }),
    health: () => health,
    async close() {
      if (gone || closing) return;
      closing = true;
      while (groups.size > 0 && !gone) await new Promise<void>((resolve) => (onIdle = resolve));
      const call = nextCall++;
      if (!gone) {
        await new Promise((resolve) => {
          reads.set(call, resolve);
          ask({ kind: 'close', call });
        });
      }
      await thread.terminate();
      onEnd(new Error('the store was closed'));
    },
  };
}

/** Lets so many jobs run at a time, the others in order of arrival. */
function createTurnstile(places: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (job) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

function sizeOf(write: Write): Waiting {
  switch (write.kind) {
    case 'commit': {
      const changes = write.pushes.flatMap((push) => push.changes);
      const bytes = changes.reduce((sum, change) => sum + change.update.length, 0);
      return { user: write.pushes[0]?.user ?? '', bytes, count: changes.length };
    }
    case 'append-room':
      return { user: '', bytes: write.update.length, count: 1 };
    case 'compact-room':
      return { user: '', bytes: write.state.length, count: 1 };
    case 'put-people':
      return { user: '', bytes: 0, count: write.rows.length };
    case 'erase':
      return { user: write.user, bytes: 0, count: 1 };
    case 'settle':
      // like compaction: by itself, and then it rests
      return { user: ' consequences', bytes: 0, count: SETTLED_AT_ONCE };
    case 'compact-log':
      // by itself, and then it rests: rooms, which are the relay's own too, do not wait with it
      return { user: ' compaction', bytes: 0, count: write.limit };
  }
}

function storageOf(results: readonly Written[]): StoreHealth['storage'] {
  const failed = results.find((result) => !result.ok);
  if (!failed || failed.ok) return 'ok';
  if (failed.error.type === 'store-gone') return 'gone';
  return failed.error.type === 'storage-full' ? 'full' : 'failing';
}

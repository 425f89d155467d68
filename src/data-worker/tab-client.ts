import type { CallRequest, CallResults, FromWorker, ToWorker, WorkerConfig } from './messages.ts';
import {
  NO_COUNTS,
  WorkerGone,
  type AskGuards,
  type DataPort,
  type DataStatus,
  type GuardIntent,
  type ListQuery,
  type ListResult,
  type LiveRecord,
  type Subscription,
} from './port.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { OpenWire, Wire } from './wire.ts';

/** Waiting times between attempts to reach a worker, in ms; a worker that cannot start is not asked for in a circle. */
const REOPEN_MS = [50, 250, 1_000, 5_000];

export interface TabClientOptions {
  readonly openWire: OpenWire;
  readonly config: WorkerConfig;
  /** What this device remembers of the workspace, for the first list. */
  readonly remembered?: WorkspaceData | undefined;
  /** A Web Lock this tab holds; '' for none. */
  readonly lock: string;
  /** Resolves when the lock of this name becomes free: its worker is gone. */
  readonly freed: (lock: string) => Promise<void>;
  readonly schedule: (task: () => void, delayMs: number) => () => void;
}

/** A worker that has not answered by then never will: a message was lost, or it hangs. Hello is answered at once. */
const READY_MS = 10_000;

/** The status before a worker ever said one. */
const NOTHING_YET: DataStatus = {
  phase: 'starting',
  unsent: 0,
  syncedAt: 0,
  counts: NO_COUNTS,
  refused: [],
};

/** A subscription as it is told to every new worker. */
interface Live {
  start: ToWorker;
  readonly receive: (message: FromWorker) => void;
}

export interface TabClient {
  readonly port: DataPort;
  /** Resolves when a worker answered for the first time. */
  readonly ready: Promise<void>;
  /** The page is being hidden and may not come back. */
  hidden(): void;
}

/** The tab's `DataPort`. When the worker goes, calls are rejected, a new one is reached and the subscriptions go on. */
export function createTabClient(options: TabClientOptions): TabClient {
  const { config, schedule } = options;
  const live = new Map<number, Live>();
  const calls = new Map<
    number,
    {
      resolve(value: never): void;
      reject(error: Error): void;
      onProgress?: (p: { done: number; total: number }) => void;
    }
  >();
  const ready = Promise.withResolvers<void>();
  let next = 1;
  let wire: Wire | undefined;
  let generation = 0;
  let failures = 0;
  let closed = false;
  /** Of the attempt to reach a worker, or of the wait for the next one. */
  let cancelTimer: (() => void) | undefined;
  let remembered = options.remembered;
  let pluginFields: readonly FieldDef[] | undefined;
  let viewing: RecordId | undefined;
  let guards: { readonly ask: AskGuards; readonly intents: readonly GuardIntent['on'][] } | undefined;
  let lastStatus: DataStatus | undefined;

  const send = (message: ToWorker) => wire?.post(message);

  function open(): void {
    const mine = ++generation;
    const current = () => mine === generation && !closed;
    wire = options.openWire({
      onMessage: (message) => current() && receive(message, current),
      onGone: () => current() && gone(),
    });
    if (!current()) return;
    cancelTimer = schedule(() => {
      if (!current()) return;
      wire?.close();
      gone();
    }, READY_MS);
    send({ type: 'hello', config, lock: options.lock });
    if (remembered) send({ type: 'remembered', data: remembered });
    if (pluginFields) send({ type: 'plugin-fields', fields: pluginFields });
    if (viewing) send({ type: 'viewing', id: viewing });
    if (guards) send({ type: 'guards', intents: guards.intents });
    for (const { start } of live.values()) send(start);
  }

  function gone(): void {
    generation++;
    cancelTimer?.();
    wire = undefined;
    const error = new WorkerGone('the data worker went away');
    for (const call of calls.values()) call.reject(error);
    calls.clear();
    tellStatus({ ...(lastStatus ?? NOTHING_YET), phase: 'starting', trouble: { type: 'worker-gone' } });
    cancelTimer = schedule(open, REOPEN_MS[Math.min(failures++, REOPEN_MS.length - 1)]!);
  }

  function tellStatus(status: DataStatus): void {
    for (const [sub, { start, receive: tell }] of live)
      if (start.type === 'status') tell({ type: 'status', sub, status });
  }

  function receive(message: FromWorker, current: () => boolean): void {
    switch (message.type) {
      case 'ready':
        failures = 0;
        cancelTimer?.();
        if (message.lock) void options.freed(message.lock).then(() => current() && gone());
        return ready.resolve();
      case 'list':
      case 'record':
      case 'duplicates':
      case 'status':
      case 'workspace':
      case 'presence':
        return live.get(message.sub)?.receive(message);
      case 'progress':
        return calls.get(message.call)?.onProgress?.(message.progress);
      case 'returned': {
        const call = calls.get(message.call);
        calls.delete(message.call);
        return call?.resolve(message.value as never);
      }
      case 'threw': {
        const call = calls.get(message.call);
        calls.delete(message.call);
        return call?.reject(new Error(message.message));
      }
      case 'ask':
        return void answer(message.ask, message.intents);
    }
  }

  async function answer(ask: number, intents: readonly GuardIntent[]): Promise<void> {
    let answers: Awaited<ReturnType<AskGuards>>;
    try {
      answers = (await guards?.ask(intents)) ?? [];
    } catch {
      answers = []; // a guard that fails has not allowed anything; the plugin host has logged it
    }
    send({ type: 'answers', ask, answers });
  }

  function call<M extends CallRequest['method']>(
    request: CallRequest & { readonly method: M },
    onProgress?: (progress: { done: number; total: number }) => void,
  ): Promise<CallResults[M]> {
    return new Promise((resolve, reject) => {
      if (!wire || closed) return reject(new WorkerGone('no data worker'));
      const id = next++;
      calls.set(id, { resolve, reject, ...(onProgress ? { onProgress } : {}) });
      send({ type: 'call', call: id, request });
    });
  }

  function subscribe<Q>(
    begin: (sub: number, query: Q) => ToWorker,
    query: Q,
    receiveIt: Live['receive'],
  ): Subscription<Q> {
    const sub = next++;
    const entry: Live = { start: begin(sub, query), receive: receiveIt };
    live.set(sub, entry);
    send(entry.start);
    return {
      update(changed) {
        if (!live.has(sub)) return;
        entry.start = begin(sub, changed);
        send(entry.start);
      },
      stop() {
        if (live.delete(sub)) send({ type: 'stop', sub });
      },
    };
  }

  const port: DataPort = {
    query: (query: ListQuery, onResult: (result: ListResult) => void) =>
      subscribe(
        (sub, q) => ({ type: 'query', sub, query: q }),
        query,
        (m) => m.type === 'list' && onResult(m.result),
      ),
    open: (id, onRecord: (record: LiveRecord | undefined) => void) =>
      subscribe(
        (sub, i) => ({ type: 'open', sub, id: i }),
        id,
        (m) => m.type === 'record' && onRecord(m.record),
      ),
    status: (onStatus) =>
      subscribe<void>(
        (sub) => ({ type: 'status', sub }),
        undefined,
        (m) => {
          if (m.type !== 'status') return;
          lastStatus = m.status;
          onStatus(m.status);
        },
      ),
    run(command, input, { onProgress, signal } = {}) {
      const id = next;
      const result = call({ method: 'run', command, input }, onProgress);
      signal?.addEventListener('abort', () => calls.has(id) && send({ type: 'stop-run', call: id }));
      return result;
    },
    idsOf: (query) => call({ method: 'ids-of', query }),
    imports: {
      open: () => call({ method: 'import-open' }),
      feed: (job, rows) => call({ method: 'import-feed', job, rows }),
      check: (job, plan) => call({ method: 'import-check', job, plan }),
      write: (job, onProgress) => call({ method: 'import-write', job }, onProgress),
      failed: (job) => call({ method: 'import-failed', job }),
      cancel: (job) => send({ type: 'cancel-import', job }),
      close: (job) => send({ type: 'close-import', job }),
    },
    workspace: (onData) =>
      subscribe<void>(
        (sub) => ({ type: 'workspace', sub }),
        undefined,
        (m) => {
          if (m.type !== 'workspace') return;
          remembered = m.data;
          onData(m.data);
        },
      ),
    presence: (onPresence) =>
      subscribe<void>(
        (sub) => ({ type: 'presence', sub }),
        undefined,
        (m) => m.type === 'presence' && onPresence(m.present),
      ),
    duplicatesOf: (question) => call({ method: 'duplicates-of', question }),
    duplicates: (limit, onQueue) =>
      subscribe(
        (sub, most) => ({ type: 'duplicates', sub, limit: most }),
        limit,
        (m) => m.type === 'duplicates' && onQueue(m.queue),
      ),
    fieldUse: (question) => call({ method: 'field-use', question }),
    writeWorkspace: (change) => call({ method: 'write-workspace', change }),
    setPluginFields(fields) {
      pluginFields = fields;
      send({ type: 'plugin-fields', fields });
    },
    setViewing(id) {
      viewing = id;
      send({ type: 'viewing', id });
    },
    setGuard(ask, intents) {
      guards = { ask, intents: [...intents] };
      send({ type: 'guards', intents: guards.intents });
    },
    reconnect: () => send({ type: 'reconnect' }),
    wipe: (force) => call({ method: 'wipe', force }),
    unsent: () => call({ method: 'unsent' }),
    dismissRefused: (key) => call({ method: 'dismiss-refused', key }),
    document: (id) => call({ method: 'document', id }),
    close() {
      if (closed) return;
      send({ type: 'bye' });
      closed = true;
      cancelTimer?.();
      wire?.close();
      const error = new WorkerGone('the port was closed');
      for (const pending of calls.values()) pending.reject(error);
      calls.clear();
      live.clear();
    },
  };
  open();
  return { port, ready: ready.promise, hidden: () => send({ type: 'hidden' }) };
}

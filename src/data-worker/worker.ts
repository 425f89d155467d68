import { openWebSocket } from '#replica/socket.ts';
import { createWorkspace } from '#workspace/workspace.ts';
import { createDataCore, type DataCore } from './data-core.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.ts';
import { serveTab, type TabSession } from './serve.ts';

/**
 * Entry of the data worker, as a SharedWorker (one for all tabs of a person in a workspace) or, where there is none, a
 * dedicated worker of the tab that leads. Every tab talks over a MessagePort of its own: a SharedWorker gets it with
 * `connect`, a dedicated worker in a message.
 */
const schedule = (task: () => void, delayMs: number) => {
  const timer = setTimeout(task, delayMs);
  return () => clearTimeout(timer);
};
const onError = (error: unknown) => console.error('data worker', error);
const now = () => Date.now();

/** IndexedDB of the workspace document: one per workspace and account, so that two accounts never share a copy. */
const workspaceDatabase = ({ workspace, user }: WorkerConfig): string => `lienhe:${workspace}:${user}:workspace`;

let core: DataCore | undefined;
/** Held until the worker is gone, so that tabs notice: nothing else tells them that a SharedWorker crashed. */
const lock = navigator.locks ? `lienhe-worker-${crypto.randomUUID()}` : '';
const locked = new Promise<void>((resolve) => {
  if (!lock) return resolve();
  void navigator.locks.request(lock, () => {
    resolve();
    return new Promise<never>(() => undefined);
  });
});

function coreOf(config: WorkerConfig): DataCore {
  return (core ??= createDataCore(config, {
    idb: 'indexedDB' in self ? { indexedDB: self.indexedDB, IDBKeyRange: self.IDBKeyRange } : undefined,
    open: openWebSocket(`${config.socketUrl}/sync`),
    openWorkspace: (onClosed) =>
      createWorkspace({
        url: config.socketUrl,
        dbName: workspaceDatabase(config),
        me: { id: config.user, role: config.role },
        onClosed,
      }),
    schedule,
    now,
    random: () => Math.random(),
    onError,
  }));
}

function serve(port: MessagePort): void {
  const post = (message: FromWorker) => port.postMessage(message);
  let session: TabSession | undefined;
  const end = () => {
    session?.close();
    session = undefined;
    port.close();
  };
  port.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    if (data.type === 'bye') return end();
    if (data.type === 'wake') return void coreOf(data.config);
    if (data.type !== 'hello') return session?.receive(data);
    const found = coreOf(data.config);
    session ??= serveTab({ core: found, post, schedule, now, onError });
    // a tab that closes says nothing; its lock becomes free
    if (data.lock) void navigator.locks.request(data.lock, end);
    void locked.then(() => post({ type: 'ready', lock }));
  };
}

if ('onconnect' in self) {
  (self as unknown as { onconnect: (event: MessageEvent) => void }).onconnect = (event) => serve(event.ports[0]!);
} else {
  self.addEventListener('message', (event: MessageEvent) => {
    const port = event.ports[0];
    if (port) serve(port);
  });
}

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { createDataCore, type DataCore, type Surroundings } from '#data-worker/data-core.ts';
import type { FromWorker, WorkerConfig } from '#data-worker/messages.ts';
import type { DataPort } from '#data-worker/port.ts';
import { serveTab, type TabSession } from '#data-worker/serve.ts';
import { createTabClient } from '#data-worker/tab-client.ts';

/** The data worker in this thread: the real parts, and what crosses is cloned as between threads. */
export interface WorkerInThread {
  core(): DataCore;
  /** All tabs lose it; the next one starts it anew. */
  crash(): void;
  /** Another tab of it. */
  tab(remembered?: WorkspaceData): DataPort;
  close(): Promise<void>;
}

export interface WorkerInThreadOptions {
  readonly config: WorkerConfig;
  readonly openWorkspace: Surroundings['openWorkspace'];
  readonly indexedDB?: IDBFactory;
  /** Sockets to a relay; one that never connects unless given. */
  readonly open?: Surroundings['open'];
  /** The device's clock; this machine's unless given. */
  readonly now?: () => number;
}

const schedule = (task: () => void, ms: number) => {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
};

/** The workspace document is opened by `openWorkspace`. */
export function startWorkerInThread(options: WorkerInThreadOptions): WorkerInThread {
  const { config, openWorkspace, indexedDB = new IDBFactory(), now = Date.now } = options;
  const { open = () => ({ send: () => undefined, close: () => undefined }) } = options;
  const closing: (() => void | Promise<void>)[] = [];
  const tabs = new Set<{ gone(): void }>();
  let core = start();

  function start(): DataCore {
    const created = createDataCore(config, {
      idb: { indexedDB, IDBKeyRange },
      open,
      openWorkspace,
      schedule,
      now,
      random: () => 0.5,
      onError: (error) => {
        throw error;
      },
    });
    closing.push(() => created.close());
    return created;
  }

  return {
    core: () => core,
    crash() {
      core = start();
      for (const tab of [...tabs]) tab.gone();
    },
    tab(remembered) {
      const client = createTabClient({
        config,
        remembered,
        lock: '',
        freed: () => new Promise(() => undefined),
        schedule: (task, ms) => schedule(task, Math.min(ms, 5)),
        openWire(events) {
          let session: TabSession | undefined;
          const post = (message: FromWorker) => {
            const copy = structuredClone(message);
            queueMicrotask(() => tabs.has(self) && events.onMessage(copy));
          };
          const self = {
            gone() {
              tabs.delete(self);
              session?.close();
              events.onGone();
            },
          };
          tabs.add(self);
          return {
            post(message) {
              const copy = structuredClone(message);
              if (copy.type === 'wake') return;
              if (copy.type !== 'hello') return session?.receive(copy);
              session = serveTab({ core, post, schedule, now: () => Date.now(), onError: () => undefined });
              post({ type: 'ready', lock: '' });
            },
            close() {
              tabs.delete(self);
              session?.close();
            },
          };
        },
      });
      closing.push(() => client.port.close());
      return client.port;
    },
    async close() {
      for (const close of closing.splice(0)) await close();
    },
  };
}

import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { createLeaderWires } from './leader-wire.ts';
import { workerName, type WorkerConfig } from './messages.ts';
import type { DataPort } from './port.ts';
import { createTabClient } from './tab-client.ts';
import { openSharedWire } from './wire.ts';
import workerUrl from './worker.ts?worker&url';

/**
 * Connects this tab to the data worker of a person in a workspace, starting it where there is none. Does not wait for
 * the worker: what is asked meanwhile is answered when it is there, and `status` tells how it fares. Closed by `close()`.
 * `remembered` is what this device knows of the workspace from last time.
 *
 * ```ts
 * const port = await connectDataWorker({ user: me.id, workspace: me.workspaceId, role: me.role, socketUrl, build });
 * port.query({ sources: ['contact'], offset: 0, limit: 10 }, (result) => show(result.rows));
 * ```
 */
export async function connectDataWorker(config: WorkerConfig, remembered?: WorkspaceData): Promise<DataPort> {
  const name = workerName(config);
  const lock = await holdTabLock();
  const openWire =
    'SharedWorker' in globalThis ? openSharedWire(name) : createLeaderWires(name, () => startWorker(name));
  const client = createTabClient({
    openWire,
    config,
    remembered,
    lock,
    freed: (worker) =>
      navigator.locks ? navigator.locks.request(worker, () => undefined) : new Promise(() => undefined),
    schedule: (task, delayMs) => {
      const timer = setTimeout(task, delayMs);
      return () => clearTimeout(timer);
    },
  });
  const events = new AbortController();
  const { signal } = events;
  addEventListener('online', () => client.port.reconnect(), { signal });
  addEventListener('pagehide', () => client.hidden(), { signal });
  document.addEventListener(
    'visibilitychange',
    () => (document.visibilityState === 'hidden' ? client.hidden() : client.port.reconnect()),
    { signal },
  );
  return {
    ...client.port,
    close() {
      events.abort();
      client.port.close();
    },
  };
}

const startWorker = (name: string): Worker => new Worker(workerUrl, { type: 'module', name });

let tabLock: Promise<string> | undefined;

/**
 * A Web Lock this tab keeps until it is gone, so that the worker notices; the same one at every call. '' where there are
 * none (plain http). It takes a while: whoever will connect asks for it early.
 */
export const holdTabLock = (): Promise<string> => (tabLock ??= holdLock());

async function holdLock(): Promise<string> {
  if (!navigator.locks) return '';
  const lock = `lienhe-tab-${crypto.randomUUID()}`;
  await new Promise<void>((resolve) => {
    void navigator.locks.request(lock, () => {
      resolve();
      return new Promise<never>(() => undefined);
    });
  });
  return lock;
}

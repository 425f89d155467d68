import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { createLeaderWires } from './leader-wire.ts';
import { workerName, type WorkerConfig } from './messages.ts';
import type { DataPort } from './port.ts';
import { createTabClient } from './tab-client.ts';
import { openSharedWire } from './wire.ts';

/**
 * Connects this tab to the data worker of a person in a workspace, starting it where there is none. Resolves when the
 * worker answers; how its storage and its link fare is told by `status`. Closed by `close()`. `remembered` is what this
 * device knows of the workspace from last time.
 *
 * ```ts
 * const port = await connectDataWorker({ user: me.id, workspace: me.workspaceId, role: me.role, socketUrl, build });
 * port.query({ sources: ['contact'], offset: 0, limit: 10 }, (result) => show(result.rows));
 * ```
 */
export async function connectDataWorker(config: WorkerConfig, remembered?: WorkspaceData): Promise<DataPort> {
  const name = workerName(config);
  const lock = await holdLock();
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
  await client.ready;
  return {
    ...client.port,
    close() {
      events.abort();
      client.port.close();
    },
  };
}

const startWorker = (name: string): Worker =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name });

/** A Web Lock this tab keeps until it is gone, so that the worker notices. '' where there are none (plain http). */
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

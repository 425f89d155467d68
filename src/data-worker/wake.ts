import { workerName, type WorkerConfig } from './messages.ts';
import { openSharedWire } from './wire.ts';

/**
 * Starts the data worker ahead of the page that will connect to it: it reads its copy while the page's code loads.
 * Where there is no SharedWorker the leading tab starts its own as before.
 */
export function wakeDataWorker(config: WorkerConfig): void {
  if (!('SharedWorker' in globalThis)) return;
  const nothing = () => undefined;
  openSharedWire(workerName(config))({ onMessage: nothing, onGone: nothing }).post({ type: 'wake', config });
}

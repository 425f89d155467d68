import { workerName, type WorkerConfig } from './messages.ts';
import workerUrl from './worker.ts?worker&url';

/** Where this device keeps `wakeNote`; static/start.js reads it. */
export const WAKE_KEY = 'lienhe:wake';

/**
 * What static/start.js needs to start the data worker ahead of the page that will connect to it: the worker reads its
 * copy while the page's code loads. Good for this build and this person only.
 */
export const wakeNote = (config: WorkerConfig): string =>
  JSON.stringify({ url: new URL(workerUrl, location.href).pathname, name: workerName(config), config });

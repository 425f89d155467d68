/** Runs the worker named in the address and leaves what it answers in `window.benchResult`. */
const workers: Record<string, () => Worker> = {
  columns: () => new Worker(new URL('./columns.worker.ts', import.meta.url), { type: 'module' }),
  dexie: () => new Worker(new URL('./dexie.worker.ts', import.meta.url), { type: 'module' }),
  sheetjs: () => new Worker(new URL('./sheetjs.worker.ts', import.meta.url), { type: 'module' }),
};

declare global {
  interface Window {
    benchResult?: unknown;
    runBench: (name: string, input: unknown) => Promise<unknown>;
  }
}

window.runBench = (name, input) =>
  new Promise((resolve, reject) => {
    const worker = workers[name]!();
    worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      worker.terminate();
      resolve(data);
    };
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(input);
  });

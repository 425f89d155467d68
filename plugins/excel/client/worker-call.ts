import { TransferError } from '#plugin-api';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** A worker asked one thing at a time. Every promise settles: by an answer, an error, or `signal`. */
export interface WorkerCall {
  ask(message: ToWorker): Promise<FromWorker>;
  /** Ends the thread and with it whatever is under way. */
  end(): void;
}

export function startWorker(signal: AbortSignal): WorkerCall {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./xlsx.worker.ts', import.meta.url), { type: 'module' });
  let pending: PromiseWithResolvers<FromWorker> | undefined;
  const settle = (use: (pending: PromiseWithResolvers<FromWorker>) => void) => {
    const waiting = pending;
    pending = undefined;
    if (waiting) use(waiting);
  };
  const abort = () => {
    worker.terminate();
    settle(({ reject }) => reject(signal.reason as Error));
  };
  signal.addEventListener('abort', abort);
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    settle(({ resolve, reject }) => {
      if (data.type === 'refused') reject(new TransferError(data.reason, data.detail));
      else if (data.type === 'failed') reject(new Error(data.message));
      else resolve(data);
    });
  };
  // its code did not load, or it ran out of memory
  worker.onerror = (event) =>
    settle(({ reject }) => reject(new Error(event.message || 'the worker did not start or died')));
  worker.onmessageerror = () => settle(({ reject }) => reject(new Error('an answer of the worker could not be read')));
  return {
    ask(message) {
      const waiting = (pending = Promise.withResolvers<FromWorker>());
      if (signal.aborted) settle(({ reject }) => reject(signal.reason as Error));
      else worker.postMessage(message);
      return waiting.promise;
    },
    end() {
      signal.removeEventListener('abort', abort);
      worker.terminate();
    },
  };
}

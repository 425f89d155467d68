import type { FromWorker, ToWorker } from './messages.ts';
import workerUrl from './worker.ts?worker&url';

/** A tab's way to its worker. */
export interface Wire {
  post(message: ToWorker): void;
  close(): void;
}

export interface WireEvents {
  onMessage(message: FromWorker): void;
  /** Nothing more will come; called at most once, and not after `close`. */
  onGone(): void;
}

/** Makes a way to a worker, starting one where there is none. Messages posted before it is there are not lost. */
export type OpenWire = (events: WireEvents) => Wire;

/** A wire over a MessagePort. */
export function portWire(port: MessagePort, events: WireEvents): Wire {
  let open = true;
  const gone = () => {
    if (!open) return;
    open = false;
    events.onGone();
  };
  port.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (open) events.onMessage(data);
  };
  // not in every browser yet; the worker's lock says it where this does not
  port.addEventListener('close', gone);
  return {
    post: (message) => port.postMessage(message),
    close() {
      open = false;
      port.close();
    },
  };
}

/** The SharedWorker of this name. */
export const openSharedWire =
  (name: string): OpenWire =>
  (events) => {
    const worker = takeWoken(name) ?? new SharedWorker(workerUrl, { type: 'module', name });
    const wire = portWire(worker.port, events);
    worker.onerror = () => {
      wire.close();
      events.onGone();
    };
    return wire;
  };

declare global {
  /** The data worker static/start.js has started, and its name. */
  var wokenWorker: { readonly worker: SharedWorker; readonly name: string } | undefined;
}

/** The port that is there already saves the way of a second one; once, a worker that went away is started anew. */
function takeWoken(name: string): SharedWorker | undefined {
  const woken = globalThis.wokenWorker;
  globalThis.wokenWorker = undefined;
  return woken?.name === name ? woken.worker : undefined;
}

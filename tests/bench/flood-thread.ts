import { parentPort, workerData } from 'node:worker_threads';
import { FLOODS, type Target } from '../support/floods.ts';

/** One flood in a thread of its own, so that it takes no time from the thread that measures. Ends on any message. */
const { flood, target } = workerData as { flood: number; target: Target };
const stop = new AbortController();
parentPort!.once('message', () => stop.abort());
const codes = new Map<number, number>();
await FLOODS[flood]!.run(target, stop.signal, (code) => codes.set(code, (codes.get(code) ?? 0) + 1));
parentPort!.postMessage([...codes]);

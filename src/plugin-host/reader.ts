import type { DataPort, ListSource } from '#data-worker/port.ts';
import type { Reader, RecordValues } from '#plugin-api';

/** Rows `find` gives when it is not told how many; and the most it gives. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/**
 * Local reads for plugins, over the port the UI uses, so that a plugin sees what the person sees. Every promise settles:
 * when `signal` aborts they reject with its reason.
 */
export function createReader(port: Pick<DataPort, 'open' | 'query'>, signal: AbortSignal): Reader {
  return {
    get: (type, id) =>
      once<RecordValues | undefined>(signal, (answer) => {
        return port.open(id, (record) => {
          answer(record?.source === type ? { ...record.values, id: record.id } : undefined);
        });
      }),
    find: (type, filter, limit = DEFAULT_LIMIT) =>
      once<readonly RecordValues[]>(signal, (answer) => {
        const query = { sources: [type as ListSource], filter, offset: 0, limit: Math.min(limit, MAX_LIMIT) };
        return port.query(query, (result) => answer(result.rows.map((row) => ({ ...row.values, id: row.id }))));
      }),
  };
}

/** The first answer of a live subscription, which then ends. */
function once<T>(signal: AbortSignal, start: (answer: (value: T) => void) => { stop(): void }): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const state: { settled: boolean; subscription?: { stop(): void } } = { settled: false };
    const settle = () => {
      state.settled = true;
      signal.removeEventListener('abort', abort);
      state.subscription?.stop();
    };
    const abort = () => {
      settle();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort);
    state.subscription = start((value) => {
      if (state.settled) return;
      settle();
      resolve(value);
    });
    // the answer may come before the subscription is in our hands
    if (state.settled) state.subscription.stop();
  });
}

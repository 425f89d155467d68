import type { DataPort, ListQuery, ListResult } from '#data-worker/port.ts';

/** One answer to a query, for pickers and hints. Never settles later than the port answers; the caller drops stale ones. */
export function ask(port: DataPort, query: ListQuery): Promise<ListResult> {
  return new Promise((resolve) => {
    const subscription = port.query(query, (result) => {
      resolve(result);
      // a port may answer before `query` returned
      queueMicrotask(() => subscription.stop());
    });
  });
}

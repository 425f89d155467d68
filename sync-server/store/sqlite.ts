import type { EngineOptions } from './sqlite-engine.ts';
import { DatabaseInUse } from './sqlite-lock.ts';
import { openThreadedStore, type ThreadedStore } from './threaded.ts';

export interface SqliteStoreOptions extends EngineOptions {
  /** See `ThreadedStoreOptions`. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

/**
 * The store on a SQLite file. There is one writer, so there is one lane: whatever waits shares the next transaction and
 * its fsync. Rejects with `DatabaseInUse` when another process serves the file.
 */
export function openSqliteStore({ onCrash, ...options }: SqliteStoreOptions): Promise<ThreadedStore> {
  return openThreadedStore({
    entry: new URL('./sqlite-thread.ts', import.meta.url),
    workerData: options,
    laneOf: () => '',
    notOpen: ({ name, message, code }) =>
      name === 'DatabaseInUse' ? new DatabaseInUse(message) : Object.assign(new Error(message), { code }),
    onCrash,
  });
}

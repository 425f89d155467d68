import type { PostgresOptions } from './postgres-engine.ts';
import type { Write } from './engine.ts';
import { openThreadedStore, type ThreadedStore } from './threaded.ts';

export interface PostgresStoreOptions extends PostgresOptions {
  /** See `ThreadedStoreOptions`. */
  readonly onCrash?: ((error: Error) => void) | undefined;
}

/** The server of DATABASE_URL cannot be reached, or does not let us in. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}

function laneOf(write: Write): string {
  if (write.kind === 'commit' || write.kind === 'erase' || write.kind === 'settle') return `log ${write.workspace}`;
  if (write.kind === 'compact-log') return `compaction ${write.workspace}`;
  return write.kind === 'put-people' ? `people ${write.workspace}` : `room ${write.room}`;
}

/**
 * The store on PostgreSQL. The thread keeps the checks of a push off the event loop; a lane per workspace and per room,
 * because transactions of different ones need not wait for each other. A database that goes away settles what is under
 * way with `store-gone`, and what comes later connects anew. Rejects with `PostgresUnavailable`.
 */
export function openPostgresStore({ onCrash, ...options }: PostgresStoreOptions): Promise<ThreadedStore> {
  return openThreadedStore({
    entry: new URL('./postgres-thread.ts', import.meta.url),
    workerData: options,
    laneOf,
    notOpen: ({ message }) => new PostgresUnavailable(message),
    onCrash,
  });
}

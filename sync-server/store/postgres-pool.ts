import pg from 'pg';
import type { StoreError } from './port.ts';

const BYTEA = 17;
const INT8 = 20;

/** What `pg` makes of columns, except: a bigint is a number (ours stay below 2^53), bytes own their buffer. */
const types = new pg.TypeOverrides();
types.setTypeParser(INT8, Number);
// a copy, for small buffers are slices of one that Node shares, and these go to another thread
types.setTypeParser(BYTEA, (hex: string) => new Uint8Array(Buffer.from(hex.slice(2), 'hex')));

export type Client = pg.PoolClient;

/**
 * Connections of the store. `pipeline`: statements that do not depend on each other's answers are sent in one go, so
 * that a commit costs three round trips. A database that goes away breaks the calls under way; the next one connects
 * anew.
 */
export function createPool(url: string, connections: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    pipeline: true,
    types,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'lienhe',
    // an acknowledgement stands on COMMIT having reached the disk (L4), whatever the server's default says
    onConnect: async (client: pg.ClientBase) => {
      await client.query(
        `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')`,
      );
    },
  });
  // a connection that breaks fails the calls on it, and the pool makes a new one: nothing more to do here
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One read snapshot (V6). */
export async function inSnapshot<T>(pool: pg.Pool, read: (client: Client) => Promise<T>): Promise<T> {
  return withClient(pool, async (client) => {
    const begin = client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [, value] = await Promise.all([begin, read(client)]);
    await client.query('COMMIT');
    return value;
  });
}

/** Gives a connection back after use; one that failed is closed, since what it is in the middle of is unknown. */
export async function withClient<T>(pool: pg.Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    const value = await work(client);
    failed = false;
    return value;
  } finally {
    client.release(failed);
  }
}

/** The SQLSTATE of an error the server answered with. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

/** disk_full; a quota of the file system is reported the same way. */
const DISK_FULL = '53100';

export function toStoreError(error: unknown): StoreError {
  const code = sqlState(error);
  const message = error instanceof Error ? `${code ?? ''} ${error.message}`.trim() : String(error);
  if (code === DISK_FULL || /No space left on device/.test(message)) return { type: 'storage-full' };
  // class 57: shut down; 08: connection; no code at all: the connection broke. A COMMIT under way may have happened
  const isBug = error instanceof TypeError || error instanceof RangeError;
  const isGone = code === undefined ? !isBug : code.startsWith('57') || code.startsWith('08');
  return { type: isGone ? 'store-gone' : 'storage-failed', message };
}

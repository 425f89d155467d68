import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { withMigrationLock } from '../store/postgres-schema.ts';
import { createTurns, type AccountsDb } from './database.ts';

/** Key of the advisory lock for turns; any number that nobody else uses. */
const TURN_LOCK = 0x11e4_be02;

export interface PostgresAccounts extends AccountsDb {
  readonly pool: pg.Pool;
}

/** The accounts' connections to PostgreSQL. Several relays may have them open: turns and migrations are theirs together. */
export function openPostgresAccounts(url: string): PostgresAccounts {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    application_name: 'lienhe-accounts',
  });
  // a connection that breaks fails the calls on it, and the pool makes a new one
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const here = createTurns();

  async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let failed = true;
    try {
      const value = await work(client);
      failed = false;
      return value;
    } finally {
      client.release(failed); // a lock that was held ends with its connection
    }
  }

  return {
    pool,
    forBetterAuth: pool,
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
      (await pool.query<Row>(sql, [...values])).rows,
    whileMigrating: (work) => withClient((client) => withMigrationLock(client, work)),
    // first among ourselves, so that no more than one connection waits for the others
    inTurn: (job) =>
      here(() =>
        withClient(async (client) => {
          await client.query('SELECT pg_advisory_lock($1)', [TURN_LOCK]);
          try {
            return await job();
          } finally {
            await client.query('SELECT pg_advisory_unlock($1)', [TURN_LOCK]);
          }
        }),
      ),
    close: () => pool.end(),
  };
}

/**
 * The key that signs session cookies, kept in the database where several relays share one: a cookie that one made must
 * hold at the others. The database knows the sessions anyway.
 */
export async function readOrCreateSharedSecret(pool: pg.Pool): Promise<string> {
  const made = randomBytes(48).toString('base64url');
  await pool.query(`INSERT INTO relay_facts VALUES ('secret', $1) ON CONFLICT DO NOTHING`, [made]);
  const { rows } = await pool.query<{ value: string }>(`SELECT value FROM relay_facts WHERE name = 'secret'`);
  return rows[0]!.value;
}

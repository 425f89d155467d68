import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { AttemptKey, Attempts } from './attempts.ts';

/** Tries counted in the database, for all relays on it together. Names are kept as hashes: they hold addresses of people. */
export function createPostgresAttempts(pool: pg.Pool, now: () => number): Attempts {
  const hashes = (keys: readonly AttemptKey[]) =>
    keys.map((key) => createHash('sha256').update(key.name).digest('hex'));

  async function takeIn(client: pg.PoolClient, keys: readonly AttemptKey[]): Promise<number> {
    const names = hashes(keys);
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('attempts'))`); // of two tries at once, one looks first
    await client.query('DELETE FROM attempts WHERE ends_at <= $1', [now()]);
    const { rows } = await client.query<{ wait: string | null }>(
      `SELECT max(ends_at) - $3 AS wait FROM attempts
       JOIN unnest($1::text[], $2::integer[]) AS asked (name, max) USING (name) WHERE tries >= asked.max`,
      [names, keys.map((key) => key.max), now()],
    );
    const wait = Number(rows[0]?.wait ?? 0);
    if (wait === 0) {
      await client.query(
        `INSERT INTO attempts AS a (name, tries, ends_at)
         SELECT name, 1, ends_at FROM unnest($1::text[], $2::bigint[]) AS asked (name, ends_at)
         ON CONFLICT (name) DO UPDATE SET tries = a.tries + 1`,
        [names, keys.map((key) => now() + key.windowMs)],
      );
    }
    await client.query('COMMIT');
    return wait;
  }

  return {
    async take(keys) {
      const client = await pool.connect();
      let failed = true;
      try {
        const wait = await takeIn(client, keys);
        failed = false;
        return wait;
      } finally {
        client.release(failed);
      }
    },
    async forget(keys) {
      await pool.query('DELETE FROM attempts WHERE name = ANY($1::text[])', [hashes(keys)]);
    },
  };
}

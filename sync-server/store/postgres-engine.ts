import pg from 'pg';
import { err, ok } from '#core/kit/result.ts';
import type { Effect, StoreEngine, Write, Written } from './engine.ts';
import type { PeopleRow, PushOutcome } from './port.ts';
import { compactLog } from './postgres-compact.ts';
import { createPostgresCommit } from './postgres-commit.ts';
import { eraseRecord } from './postgres-erase.ts';
import { createPool, toStoreError, withClient } from './postgres-pool.ts';
import { createPulls, SNAPSHOTS } from './postgres-pull.ts';
import { postgresReads } from './postgres-reads.ts';
import { migrate } from './postgres-schema.ts';

export interface PostgresOptions {
  /** postgres://…, with everything libpq's addresses may say. */
  readonly url: string;
  /** Connections this process may hold for records; accounts and notices have a few of their own. */
  readonly connections?: number;
}

type CommitWrite = Write & { readonly kind: 'commit' };
type EraseWrite = Write & { readonly kind: 'erase' };
type SettleWrite = Write & { readonly kind: 'settle' };
type OtherWrite = Exclude<Write, CommitWrite | EraseWrite | SettleWrite>;

/**
 * The store's database on PostgreSQL 14 or newer. Any number of processes may have it open: what must follow one
 * another waits at a counter row, of the workspace or of the room.
 */
export async function openPostgresEngine({ url, connections = 8 }: PostgresOptions): Promise<StoreEngine> {
  const first = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, application_name: 'lienhe' });
  first.on('error', () => undefined); // the statement under way fails with it
  await first.connect();
  const { incarnation } = await migrate(first, () => crypto.randomUUID()).finally(() => first.end());

  const pool = createPool(url, connections + SNAPSHOTS);
  const pulls = createPulls(pool);
  const relayClientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const commits = createPostgresCommit(pool, relayClientId);

  /** The writes of a lane are of one workspace, so that all their pushes go in one transaction. */
  async function commitAll(group: readonly CommitWrite[]): Promise<Effect[]> {
    const outcomes = await commits.commit(
      group[0]!.workspace,
      group.flatMap((write) => write.pushes),
    );
    let at = 0;
    return group.map(({ pushes }): readonly PushOutcome[] => outcomes.slice(at, (at += pushes.length)));
  }

  const writeOthers = (group: readonly OtherWrite[]): Promise<Effect[]> =>
    withClient(pool, async (client) => {
      const begun = client.query('BEGIN');
      const effects = await Promise.all([begun, ...group.map((write) => writeOther(client, write))]);
      await client.query('COMMIT');
      return effects.slice(1) as Effect[];
    });

  function perform(group: readonly Write[]): Promise<Effect[]> {
    const [first] = group;
    if (first?.kind === 'erase') return withClient(pool, async (client) => [await erase(client, first)]);
    if (first?.kind === 'settle') return commits.settle(first.workspace).then((settled) => [settled]);
    return first?.kind === 'commit'
      ? commitAll(group as readonly CommitWrite[])
      : writeOthers(group as readonly OtherWrite[]);
  }

  async function write(group: readonly Write[]): Promise<Written[]> {
    // these go between the commits before them and those after them, in a transaction of their own
    const at = group.findIndex(({ kind }) => kind === 'erase' || kind === 'settle');
    if (at >= 0 && group.length > 1) {
      const parts = [group.slice(0, at), group.slice(at, at + 1), group.slice(at + 1)];
      const written: Written[] = [];
      for (const part of parts) if (part.length > 0) written.push(...(await write(part)));
      return written;
    }
    try {
      const effects = await perform(group);
      return effects.map((effect) => ok(effect));
    } catch (error) {
      const failure = toStoreError(error);
      // a fault in one write must not cost the others their work; a storage that failed would only fail again
      if (failure.type !== 'storage-failed' || group.length === 1) return group.map(() => err(failure));
      const one: Written[] = [];
      for (const single of group) one.push(...(await write([single])));
      return one;
    }
  }

  const { pull, manifest } = pulls;
  const close = async () => {
    await pulls.close();
    await pool.end();
  };
  return { incarnation, ...postgresReads(pool), pull, manifest, write, toError: toStoreError, close };
}

const erase = (client: pg.PoolClient, { workspace, id, user, at }: EraseWrite) =>
  eraseRecord(client, workspace, id, user, at);

async function putPeople(client: pg.PoolClient, workspace: string, rows: readonly PeopleRow[]): Promise<undefined> {
  for (const { kind, id, body } of rows) {
    if (body === null) {
      await client.query('DELETE FROM people WHERE workspace = $1 AND kind = $2 AND id = $3', [workspace, kind, id]);
    } else {
      await client.query(
        `INSERT INTO people (workspace, kind, id, body) VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace, kind, id) DO UPDATE SET body = excluded.body`,
        [workspace, kind, id, body],
      );
    }
  }
}

async function writeOther(client: pg.PoolClient, write: OtherWrite): Promise<Effect> {
  if (write.kind === 'compact-log') return compactLog(client, write.workspace, write.before, write.limit);
  if (write.kind === 'put-people') return putPeople(client, write.workspace, write.rows);
  if (write.kind === 'append-room') {
    const { rows } = await client.query<{ n: number }>({
      name: 'room-append',
      text: `WITH room AS (
               INSERT INTO rooms AS r (name, n) VALUES ($1, 1)
               ON CONFLICT (name) DO UPDATE SET n = r.n + 1 RETURNING name, n
             )
             INSERT INTO room_updates (room, n, change) SELECT name, n, $2::bytea FROM room RETURNING n`,
      values: [write.room, write.update],
    });
    return rows[0]!.n;
  }
  await Promise.all([
    client.query({
      name: 'room-lock',
      text: 'SELECT n FROM rooms WHERE name = $1 FOR UPDATE',
      values: [write.room],
    }),
    client.query({
      name: 'room-compact-older',
      text: 'DELETE FROM room_updates WHERE room = $1 AND n < $2',
      values: [write.room, write.upTo],
    }),
    // the state takes the place of the last update it replaces; where that is gone, a later state has it all
    client.query({
      name: 'room-compact',
      text: 'UPDATE room_updates SET change = $3 WHERE room = $1 AND n = $2',
      values: [write.room, write.upTo, write.state],
    }),
  ]);
  return undefined;
}

import type { Pool } from 'pg';
import { encodePack } from '#core/protocol/codec.ts';
import { stateDigest } from '#core/protocol/digest.ts';
import type { ManifestPart, Page, PageLimits, Reader, Stretch } from './port.ts';
import { inSnapshot, type Client } from './postgres-pool.ts';
import { dropsOf, groupsOf, readableKeys, type PartitionRow, type PlacedRecord } from './visible.ts';

/** Connections that pulls of several pages may hold at once, each with its snapshot; the pool has room for them. */
export const SNAPSHOTS = 4;
/** A snapshot's longest life, ms; what is dead stays in the tables as long. A longer pull goes on in another one. */
const SNAPSHOT_MS = 60_000;

interface Found extends Stretch {
  readonly records: readonly PlacedRecord[];
  readonly drops: readonly string[];
}
interface FoundRow extends PlacedRecord {
  readonly total: number;
}

/** What pulls read on PostgreSQL (V3, V5, V6). */
export function createPulls(pool: Pool) {
  const snapshots = createSnapshots(pool);

  async function find(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Promise<Found> {
    const read = (client: Client) => readStretch(client, workspace, afterSeq, limits, reader);
    return reader.snapshot === undefined
      ? inSnapshot(pool, read)
      : snapshots.read(reader.snapshot, read, (found) => found.more);
  }

  async function pull(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Promise<Page> {
    const { records, ...rest } = await find(workspace, afterSeq, limits, reader);
    return { ...rest, count: records.length, pack: encodePack(records), groups: groupsOf(records) };
  }
  async function manifest(
    workspace: string,
    afterSeq: number,
    limits: PageLimits,
    reader: Reader,
  ): Promise<ManifestPart> {
    const { records, seq, head, horizon, more } = await find(workspace, afterSeq, limits, reader);
    return { entries: records.map(({ id, state }) => ({ id, digest: stateDigest(state) })), seq, head, horizon, more };
  }
  return { pull, manifest, close: () => snapshots.close() };
}

interface Snapshot {
  readonly client: Client;
  /** As `performance.now()`. */
  readonly endsAt: number;
}

/** Read transactions under a name. Of those nobody is reading in, the longest unused one is let go for another. */
function createSnapshots(pool: Pool) {
  const held = new Map<string, { readonly snapshot: Snapshot; readonly timer: NodeJS.Timeout }>();
  let reading = 0;

  function take(name: string): Snapshot | undefined {
    const found = held.get(name);
    clearTimeout(found?.timer);
    held.delete(name);
    return found?.snapshot;
  }

  async function end({ client }: Snapshot): Promise<void> {
    const failed = await client.query('COMMIT').then(
      () => false,
      () => true,
    );
    client.release(failed);
  }

  async function endNamed(name: string): Promise<void> {
    const snapshot = take(name);
    if (snapshot) await end(snapshot);
  }

  async function begin(): Promise<Snapshot> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    } catch (error) {
      client.release(true);
      throw error;
    }
    return { client, endsAt: performance.now() + SNAPSHOT_MS };
  }

  function hold(name: string, snapshot: Snapshot): Promise<void> {
    const ms = snapshot.endsAt - performance.now();
    const oldest = held.keys().next().value;
    if (held.size + reading >= SNAPSHOTS && oldest !== undefined) void endNamed(oldest);
    if (held.size + reading >= SNAPSHOTS || ms <= 0) return end(snapshot);
    held.set(name, { snapshot, timer: setTimeout(() => void endNamed(name), ms).unref() });
    return Promise.resolve();
  }

  return {
    async read<T>(name: string, read: (client: Client) => Promise<T>, goesOn: (value: T) => boolean): Promise<T> {
      const found = take(name);
      const snapshot = found ?? (await begin());
      if (found) reading++;
      let value: T;
      try {
        value = await read(snapshot.client);
      } catch (error) {
        snapshot.client.release(true);
        throw error;
      } finally {
        if (found) reading--;
      }
      await (goesOn(value) ? hold(name, snapshot) : end(snapshot));
      return value;
    },
    async close(): Promise<void> {
      await Promise.all([...held.keys()].map(endNamed));
    },
  };
}

/** One row more than a page shows that there are more; the window cuts by bytes before any state is read. */
const STRETCH = `SELECT id, seq, state, place, total FROM (
    SELECT id, seq, state, place, row_number() OVER w AS i, count(*) OVER () AS total,
           sum(octet_length(state) + octet_length(id) + 10) OVER w AS bytes
    FROM (
      SELECT id, seq, state, partition_key AS place FROM records
      WHERE workspace = $1 AND seq > $2 AND seq <= $5 AND ($6::text[] IS NULL OR partition_key = ANY($6))
        AND ($7::text[] IS NULL OR id = ANY($7))
      ORDER BY seq LIMIT $3
    ) r
    WINDOW w AS (ORDER BY seq)
  ) page WHERE i = 1 OR (bytes <= $4 AND i < $3) ORDER BY seq`;

async function readStretch(
  client: Client,
  workspace: string,
  afterSeq: number,
  limits: PageLimits,
  reader: Reader,
): Promise<Found> {
  const [places, partitions] = await Promise.all([
    client.query<{ key: number; seq: number; horizon: number }>({
      name: 'place',
      text: 'SELECT key, seq, horizon FROM workspaces WHERE id = $1',
      values: [workspace],
    }),
    client.query<PartitionRow>({
      name: 'partitions-of',
      text: `SELECT key, records, live, sum FROM partitions
             WHERE workspace = (SELECT key FROM workspaces WHERE id = $1)`,
      values: [workspace],
    }),
  ]);
  const { key, seq: head, horizon } = places.rows[0] ?? { key: -1, seq: 0, horizon: 0 };
  const upTo = Math.min(reader.upTo ?? head, head);
  const keys = readableKeys(partitions.rows, reader) ?? null;
  const { rows } = await client.query<FoundRow>({
    name: 'stretch',
    text: STRETCH,
    values: [key, afterSeq, limits.records + 1, limits.bytes, upTo, keys, reader.ids ?? null],
  });
  const more = rows.length < (rows[0]?.total ?? 0);
  const seq = more ? rows.at(-1)!.seq : Math.max(afterSeq, upTo);
  const moves = await Promise.all(
    (reader.left ?? []).map(({ keys: left, after }) =>
      client.query<{ id: string; to: string | null }>({
        name: 'moves',
        text: `SELECT log.record_id AS id, records.partition_key AS "to"
               FROM log LEFT JOIN records ON records.id = log.record_id
               WHERE log.workspace = $1 AND log.seq > $2 AND log.seq <= $3
                 AND (log.to_partition IS NULL OR log.from_partition <> log.to_partition) AND log.from_partition = ANY($4::text[])`,
        values: [key, Math.max(after, afterSeq), seq, left],
      }),
    ),
  );
  const drops = dropsOf(
    moves.flatMap((moved) => moved.rows),
    reader.person,
  );
  return { records: rows, seq, head, horizon, more, drops };
}

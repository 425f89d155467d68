import type { Compaction } from './port.ts';
import type { Client } from './postgres-pool.ts';

/** Half of the key of the advisory lock that lets one relay at a time compact a workspace; the other is the workspace's. */
const COMPACTION_LOCK = 0x11e4_be02;

/**
 * L6, one step; inside a transaction. The counter row is touched last, so that commits wait for one short statement. An
 * entry that becomes old while this runs stays in the log for good: one too many harms nobody.
 */
export async function compactLog(
  client: Client,
  workspace: string,
  before: number,
  limit: number,
): Promise<Compaction> {
  const nothing = { removed: 0, more: false };
  const places = await client.query<{ key: number; mine: boolean }>({
    name: 'compact-lock',
    text: 'SELECT key, pg_try_advisory_xact_lock($2, key) AS mine FROM workspaces WHERE id = $1',
    values: [workspace, COMPACTION_LOCK],
  });
  const place = places.rows[0];
  if (!place?.mine) return nothing;
  const { key } = place;
  const stretches = await client.query<{ compacted: number; count: number; last: number; young: number | null }>({
    name: 'compact-stretch',
    text: `SELECT compacted, count(*) AS count, max(seq) AS last, min(seq) FILTER (WHERE at >= $2) AS young
           FROM (SELECT w.compacted, log.seq, log.at FROM workspaces w JOIN log ON log.workspace = w.key
                 WHERE w.key = $1 AND log.seq > w.compacted ORDER BY log.seq LIMIT $3) stretch GROUP BY compacted`,
    values: [key, before, limit],
  });
  const stretch = stretches.rows[0];
  if (!stretch) return nothing;
  const { compacted, count, last, young } = stretch;
  const upTo = young !== null ? young - 1 : last;
  if (upTo <= compacted) return nothing;
  // an entry is its record's newest where the record stands at it, or where it says that the record was erased
  const { rows } = await client.query<{ seq: number }>({
    name: 'compact-remove',
    text: `DELETE FROM log WHERE workspace = $1 AND seq > $2 AND seq <= $3 AND to_partition IS NOT NULL
             AND NOT EXISTS (SELECT FROM records WHERE records.workspace = log.workspace AND records.seq = log.seq)
           RETURNING seq`,
    values: [key, compacted, upTo],
  });
  await client.query({
    name: 'compact-raise',
    text: 'UPDATE workspaces SET compacted = $2, horizon = greatest(horizon, $3) WHERE key = $1',
    values: [key, upTo, Math.max(0, ...rows.map((row) => row.seq))],
  });
  return { removed: rows.length, more: young === null && count === limit };
}

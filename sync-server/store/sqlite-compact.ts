import type { Database } from 'better-sqlite3';
import type { Compaction } from './port.ts';

/** L6, one step; inside a transaction. */
export function createCompaction(db: Database): (workspace: string, before: number, limit: number) => Compaction {
  const selectPlace = db.prepare<[string], { key: number; compacted: number }>(
    'SELECT key, compacted FROM workspaces WHERE id = ?',
  );
  const selectStretch = db.prepare<
    [number, number, number, number],
    { count: number; last: number | null; young: number | null }
  >(
    `SELECT count(*) AS count, max(seq) AS last, min(seq) FILTER (WHERE at >= ?) AS young
     FROM (SELECT seq, at FROM log WHERE workspace = ? AND seq > ? ORDER BY seq LIMIT ?)`,
  );
  // an entry is its record's newest where the record stands at it, or where it says that the record was erased
  const removeEntries = db
    .prepare<[number, number, number], number>(
      `DELETE FROM log WHERE workspace = ? AND seq > ? AND seq <= ? AND to_partition IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM records WHERE records.workspace = log.workspace AND records.seq = log.seq)
       RETURNING seq`,
    )
    .pluck();
  const raise = db.prepare('UPDATE workspaces SET compacted = ?, horizon = max(horizon, ?) WHERE key = ?');

  return (workspace, before, limit) => {
    const place = selectPlace.get(workspace);
    if (!place) return { removed: 0, more: false };
    const { key, compacted } = place;
    const { count, last, young } = selectStretch.get(before, key, compacted, limit)!;
    const upTo = young !== null ? young - 1 : (last ?? compacted);
    if (upTo <= compacted) return { removed: 0, more: false };
    const removed = removeEntries.all(key, compacted, upTo);
    raise.run(upTo, Math.max(0, ...removed), key);
    return { removed: removed.length, more: young === null && count === limit };
  };
}

import type { Database } from 'better-sqlite3';
import type { HistoryEntry } from '#core/history/history.ts';
import { joined, mayJoin, packChanges, unpackEntry, type HistoryRow } from './history.ts';

const COLUMNS = 'seq, user_id AS user, device, at, created, cause, changes';

/** Puts entries into the history; inside the transaction of the log entry. */
export function createHistoryWriter(db: Database): (workspace: number, id: string, entry: HistoryEntry) => void {
  const insert = db.prepare(
    `INSERT INTO history (workspace, record_id, seq, user_id, device, at, created, cause, changes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const newest = db.prepare<[number, string], HistoryRow>(
    `SELECT ${COLUMNS} FROM history WHERE workspace = ? AND record_id = ? ORDER BY seq DESC LIMIT 1`,
  );
  const rewrite = db.prepare(
    'UPDATE history SET at = ?, changes = ? WHERE workspace = ? AND record_id = ? AND seq = ?',
  );
  return (workspace, id, entry) => {
    const last = mayJoin(entry) ? newest.get(workspace, id) : undefined;
    const one = last && joined(unpackEntry(last), entry);
    if (one) return void rewrite.run(one.at, packChanges(one.changes), workspace, id, one.seq);
    const { seq, user, device, at, created, cause, changes } = entry;
    insert.run(workspace, id, seq, user, device, at, created ? 1 : 0, cause ?? null, packChanges(changes));
  };
}

/** Entries of one record before `seq`, newest first. */
export function createHistoryReader(db: Database) {
  const select = db.prepare<[string, string, number, number], HistoryRow>(
    `SELECT ${COLUMNS} FROM history
     WHERE workspace = (SELECT key FROM workspaces WHERE id = ?) AND record_id = ? AND seq < ?
     ORDER BY seq DESC LIMIT ?`,
  );
  return (workspace: string, id: string, before: number, limit: number): HistoryEntry[] =>
    select.all(workspace, id, before, limit).map(unpackEntry);
}

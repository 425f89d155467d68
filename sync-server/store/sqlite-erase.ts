import type { Database } from 'better-sqlite3';
import { NO_CHANGE } from '#crdt/record.ts';
import type { Erasure } from './port.ts';

interface Standing {
  readonly key: number;
  readonly head: number;
  readonly partition: string;
  readonly live: 0 | 1;
  readonly fingerprint: number;
}

export interface Erasing {
  /** L7; must run inside a transaction. */
  erase(workspace: string, id: string, user: string, at: number): Erasure | undefined;
  /** Leaves a tombstone of an id nobody has a record of: it was erased in another copy of this database. */
  bury(workspace: string, id: string): void;
}

export function createErasing(db: Database): Erasing {
  const selectStanding = db.prepare<[string, string], Standing>(
    `SELECT workspaces.key, workspaces.seq AS head, partition_key AS "partition", live, fingerprint
     FROM records JOIN workspaces ON workspaces.key = records.workspace WHERE workspaces.id = ? AND records.id = ?`,
  );
  const removals = [
    'DELETE FROM log WHERE workspace = ? AND record_id = ?',
    'DELETE FROM history WHERE workspace = ? AND record_id = ?',
    'DELETE FROM records WHERE workspace = ? AND id = ?',
  ].map((sql) => db.prepare<[number, string]>(sql));
  const insertEntry = db.prepare(
    `INSERT INTO log (workspace, seq, record_id, from_partition, to_partition, change, user_id, device, at)
     VALUES (?, ?, ?, ?, NULL, ?, ?, '', ?)`,
  );
  const insertTombstone = db.prepare(
    `INSERT OR IGNORE INTO tombstones (id, workspace, seq) SELECT ?, key, seq FROM workspaces WHERE id = ?`,
  );
  const raise = db.prepare('UPDATE workspaces SET seq = ?, horizon = ? WHERE key = ?');
  const lessen = db.prepare(
    'UPDATE partitions SET records = records - 1, live = live - ?, sum = sum - ? WHERE workspace = ? AND key = ?',
  );
  const removePartition = db.prepare('DELETE FROM partitions WHERE workspace = ? AND key = ? AND records = 0');

  return {
    erase(workspace, id, user, at) {
      const standing = selectStanding.get(workspace, id);
      if (!standing) return undefined;
      const { key, head, partition, live, fingerprint } = standing;
      const seq = head + 1;
      for (const remove of removals) remove.run(key, id);
      lessen.run(live, fingerprint, key, partition);
      removePartition.run(key, partition);
      insertEntry.run(key, seq, id, partition, NO_CHANGE, user, at);
      raise.run(seq, seq, key);
      insertTombstone.run(id, workspace);
      return { seq, from: partition };
    },
    bury: (workspace, id) => void insertTombstone.run(id, workspace),
  };
}

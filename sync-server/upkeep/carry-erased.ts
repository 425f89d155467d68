import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { createErasing } from '../store/sqlite-erase.ts';
import { migrate } from '../store/sqlite-schema.ts';

interface Tombstone {
  readonly id: string;
  readonly workspace: string;
  readonly user: string;
  readonly at: number;
}

/**
 * L7: what was erased after the backup was made stays erased. Takes the tombstones of the database that is replaced over
 * into the backup's copy, and erases there what they stand for, under the name of who did it first. Answers how many
 * records that were; undefined where the present database cannot be read.
 */
export function carryErased(present: string, copy: string): number | undefined {
  const tombstones = readTombstones(present);
  if (!tombstones || tombstones.length === 0) return tombstones && 0;
  const db = new Database(copy);
  try {
    db.pragma('secure_delete = ON'); // the copy is the only place where it could still be read
    migrate(db, () => crypto.randomUUID());
    const erasing = createErasing(db);
    const carry = ({ id, workspace, user, at }: Tombstone) => {
      if (erasing.erase(workspace, id, user, at)) return 1;
      erasing.bury(workspace, id);
      return 0;
    };
    return db.transaction(() => tombstones.reduce((sum, one) => sum + carry(one), 0)).immediate();
  } finally {
    db.close();
  }
}

function readTombstones(file: string): readonly Tombstone[] | undefined {
  if (!existsSync(file)) return [];
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true });
    return db
      .prepare<[], Tombstone>(
        `SELECT tombstones.id, workspaces.id AS workspace, coalesce(user_id, '') AS user, coalesce(at, 0) AS at
         FROM tombstones JOIN workspaces ON workspaces.key = tombstones.workspace
         LEFT JOIN log ON log.workspace = tombstones.workspace AND log.seq = tombstones.seq
         ORDER BY tombstones.seq`,
      )
      .all();
  } catch {
    return undefined; // damaged, or older than tombstones: the reason why it is replaced, maybe
  } finally {
    db?.close();
  }
}

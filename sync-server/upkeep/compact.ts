import Database from 'better-sqlite3';
import { statSync } from 'node:fs';
import type { Config } from '../config.ts';
import { openPostgresStore } from '../store/postgres.ts';
import { holdLock } from '../store/sqlite-lock.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { compactLogs } from './compact-log.ts';

export interface Compacted {
  /** Entries that were forgotten. */
  readonly removed: number;
  /** Size of the SQLite file before and after; absent on PostgreSQL, whose autovacuum gives space back. Bytes. */
  readonly size?: { readonly before: number; readonly after: number };
}

/**
 * `npm run compact` (L6). On SQLite the relay must be stopped, for the file is written anew: rejects with
 * `DatabaseInUse` otherwise. Rejects with the storage's error where that fails.
 */
export async function compact(config: Config, now: number): Promise<Compacted> {
  const { databaseUrl: url, databaseFile: file, keepLogMs } = config;
  const before = url === undefined ? statSync(file).size : 0;
  const store = url === undefined ? await openSqliteStore({ file }) : await openPostgresStore({ url });
  const done = await compactLogs({ store, before: now - keepLogMs, pauseMs: 0 }).finally(() => store.close());
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  if (url !== undefined) return { removed: done.value };
  rewrite(file);
  return { removed: done.value, size: { before, after: statSync(file).size } };
}

function rewrite(file: string): void {
  const lock = holdLock(file);
  const db = new Database(file);
  try {
    db.exec('VACUUM');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
    lock.release();
  }
}

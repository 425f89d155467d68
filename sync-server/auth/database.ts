import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

export type AccountsDb = Database.Database;

/**
 * The accounts' own connection to the relay's SQLite file. It lives on the main thread: its questions take some 20 µs,
 * its writes are rare (sign-in, invitation, once a day per session). Records are the store's, in its own thread.
 */
export function openAccountsDb(file: string): AccountsDb {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new Database(file);
  db.pragma('busy_timeout = 5000'); // first: switching to WAL may meet the store's connection doing the same
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  return db;
}

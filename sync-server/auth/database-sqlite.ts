import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { createTurns, type AccountsDb } from './database.ts';

/**
 * The accounts' connection to the relay's SQLite file. It lives on the main thread: its questions take some 20 µs, its
 * writes are rare (sign-in, invitation, once a day per session). Records are the store's, in its own thread. One relay
 * has the file, so turns are this process's.
 */
export function openSqliteAccounts(file: string): AccountsDb {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const db = new Database(file);
  db.pragma('busy_timeout = 5000'); // first: switching to WAL may meet the store's connection doing the same
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  const statements = new Map<string, Database.Statement<unknown[]>>();
  const prepared = (sql: string) => {
    const found = statements.get(sql) ?? db.prepare<unknown[]>(sql.replace(/\$\d/g, '?'));
    statements.set(sql, found);
    return found;
  };
  return {
    forBetterAuth: db,
    async query<Row>(sql: string, values: readonly unknown[] = []) {
      return prepared(sql).all(...values) as Row[];
    },
    whileMigrating: (work) => work(),
    inTurn: createTurns(),
    async close() {
      db.close();
    },
  };
}

import type Database from 'better-sqlite3';
import type { Pool } from 'pg';

/** The accounts' own connection to the database that holds the records too: better-auth's tables, and questions to them. */
export interface AccountsDb {
  /** What better-auth is given. */
  readonly forBetterAuth: Database.Database | Pool;
  /** Rows of a statement that SQLite and PostgreSQL both understand; `$1`, `$2`… each once, in order. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Changes the schema while no other relay does. */
  whileMigrating<T>(work: () => Promise<T>): Promise<T>;
  /** Runs a job while no other one runs, in any relay on this database. */
  inTurn<T>(job: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Runs jobs of this process one after the other; a job that fails does not hold up the next. */
export function createTurns(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (job) => {
    const mine = last.then(job);
    last = mine.catch(() => undefined); // its own caller gets the failure
    return mine;
  };
}

import Database from 'better-sqlite3';

/** Another process serves this database. */
export class DatabaseInUse extends Error {
  override readonly name = 'DatabaseInUse';
}

/**
 * Holds `<file>.lock` for as long as this process lives: two relays on one file would fan out without knowing of each
 * other. The lock is an exclusive transaction on an empty SQLite file, thus a lock of the operating system: it ends
 * with the process however it dies, and the database itself stays open to better-auth, backups and `sqlite3`.
 */
export function holdLock(file: string): { release(): void } {
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new DatabaseInUse(
        `Another relay is running on ${file}. Stop it first, or choose another folder with DATA_DIR.`,
        { cause: error },
      );
    }
    throw error;
  }
  return { release: () => lock.close() };
}

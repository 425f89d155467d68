import type { Database } from 'better-sqlite3';
import { SCHEMA_VERSION } from '../store/sqlite-schema.ts';
import { check, type Check } from './check.ts';
import { checkTables } from './check-database.ts';

const RESTORE =
  'Dừng trạm, rồi khôi phục bản sao lưu mới nhất · Stop the relay, then restore the newest backup: npm run restore -- FOLDER';

/** Does the relay's SQLite file hold what it promises? Only reads, all of it in one read transaction. */
export async function checkSqlite(db: Database): Promise<Check[]> {
  db.exec('BEGIN');
  try {
    return [
      check('Các trang của cơ sở dữ liệu · Database pages', RESTORE, (problems) => {
        for (const found of db.pragma('integrity_check(20)') as { integrity_check: string }[]) {
          if (found.integrity_check !== 'ok') problems.add(found.integrity_check);
        }
      }),
      check('Tham chiếu giữa các bảng · Foreign keys', RESTORE, (problems) => {
        for (const { table, parent } of db.pragma('foreign_key_check') as { table: string; parent: string }[]) {
          problems.add(`${table} → ${parent}`);
        }
      }),
      check('Phiên bản và số hiệu nhật ký · Version and incarnation (L5)', RESTORE, (problems) => {
        const version = db.pragma('user_version', { simple: true }) as number;
        if (version !== SCHEMA_VERSION)
          problems.add(`version ${version}; this program: ${SCHEMA_VERSION} (npm start brings it up to date)`);
        const incarnation = db
          .prepare<[], string>(`SELECT value FROM relay_facts WHERE name = 'incarnation'`)
          .pluck()
          .get();
        if (!incarnation) problems.add('no incarnation');
        return incarnation;
      }),
      ...(await checkTables({ rows: rowsOf(db) }, RESTORE)),
    ];
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK'); // SQLite ends it itself where it meets damage
  }
}

const rowsOf =
  (db: Database) =>
  <T>(sql: string, value?: number): Iterable<T> =>
    db.prepare<unknown[], T>(sql.replace('$1', '?')).iterate(...(value === undefined ? [] : [value]));

import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { BUSY_TIMEOUT_MS } from '../store/sqlite-engine.ts';
import { check, type Check } from './check.ts';
import { checkPostgres } from './check-postgres.ts';
import { checkSqlite } from './check-sqlite.ts';
import { checkConfig, checkLeftovers, checkModes, checkNode, checkSpace } from './check-surroundings.ts';

/** Looks at everything a relay stands on, beside a running one too; writes nothing. */
export async function examine(config: Config): Promise<Check[]> {
  const before = [checkNode(), checkConfig(config)];
  if (config.databaseUrl !== undefined) return [...before, ...(await checkPostgres(config.databaseUrl))];
  if (!existsSync(config.databaseFile)) {
    const todo = 'Kiểm tra DATA_DIR; hoặc npm start để tạo mới · Check DATA_DIR; or npm start makes a new one';
    const missing = check('Cơ sở dữ liệu · Database', todo, (problems) =>
      problems.add(`${config.databaseFile}: không có · not there`),
    );
    return [...before, missing];
  }
  const around = [...before, checkSpace(config), checkModes(config), checkLeftovers(config)];
  const db = new Database(config.databaseFile, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    return [...around, ...(await checkSqlite(db))];
  } finally {
    db.close();
  }
}

import type { PoolClient } from 'pg';
import { createPool } from '../store/postgres-pool.ts';
import { SCHEMA_VERSION } from '../store/postgres-schema.ts';
import { checkAll, messageOf, type Check, type Problems } from './check.ts';
import { checkTables } from './check-database.ts';
import { megabytes } from './check-surroundings.ts';

const RESTORE =
  'Dừng mọi trạm, rồi khôi phục bằng pg_restore (README) · Stop all relays, then restore with pg_restore (README)';
const OLDEST_SERVER = 140_000;
/** Clocks further apart than this make times of edits wrong for people; ms. */
const MOST_SKEW_MS = 5000;
/** Rows that are fetched at once: a database of any size goes through. */
const FETCH = 500;

/** Does the database of DATABASE_URL hold what the relays promise? Only reads, all of it in one snapshot, beside running relays too. */
export async function checkPostgres(url: string): Promise<Check[]> {
  const pool = createPool(url, 1);
  let client: PoolClient | undefined;
  const reached = await checkAll(
    'Kết nối PostgreSQL · PostgreSQL connection',
    'Máy chủ có chạy không, tên và mật khẩu trong DATABASE_URL có đúng không · Is the server running, are name and password in DATABASE_URL right?',
    async (problems) => {
      client = await pool.connect();
      return checkServer(client, problems);
    },
  );
  try {
    if (!client) return [reached];
    return [reached, ...(await checkContents(client))];
  } finally {
    client?.release(true);
    await pool.end();
  }
}

/** Settings an acknowledgement stands on (L4). */
async function checkServer(client: PoolClient, problems: Problems): Promise<string> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    `SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'server_version_num', 'fsync', 'full_page_writes')`,
  );
  const settings = new Map(rows.map(({ name, setting }) => [name, setting]));
  const version = settings.get('server_version') ?? '?';
  if (Number(settings.get('server_version_num')) < OLDEST_SERVER) problems.add(`PostgreSQL ${version} < 14`);
  for (const name of ['fsync', 'full_page_writes']) {
    if (settings.get(name) !== 'on') problems.add(`${name} = ${settings.get(name)}`);
  }
  return `PostgreSQL ${version}`;
}

async function checkContents(client: PoolClient): Promise<Check[]> {
  const clock = await checkAll(
    'Đồng hồ · Clock',
    'Bật đồng bộ giờ (NTP) trên cả hai máy · Have both machines set their clocks (NTP)',
    async (problems) => {
      const asked = Date.now();
      const { rows } = await client.query<{ ms: string }>(
        `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::text AS ms`,
      );
      const answered = Date.now();
      const there = Number(rows[0]!.ms);
      const skew = there < asked ? asked - there : Math.max(0, there - answered);
      if (skew > MOST_SKEW_MS) problems.add(`${Math.round(skew / 1000)} s`);
      return `${Math.round(skew)} ms`;
    },
  );
  const size = await checkAll('Dung lượng · Size', RESTORE, async () => {
    const { rows } = await client.query<{ bytes: number }>('SELECT pg_database_size(current_database()) AS bytes');
    return `${megabytes(rows[0]!.bytes)} dữ liệu · data; chỗ trống: xem trên máy chủ đó · free space: look on that server`;
  });
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const version = await checkAll('Phiên bản và số hiệu nhật ký · Version and incarnation (L5)', RESTORE, (problems) =>
    checkVersion(client, problems),
  );
  // tables of another version may lack what is asked for below
  if (version.problems.length > 0) return [clock, size, version];
  const tables = await checkTables({ rows: (sql, value) => fetchRows(client, sql, value) }, RESTORE);
  await client.query('ROLLBACK').catch((error: unknown) => messageOf(error));
  return [clock, size, version, ...tables];
}

async function checkVersion(client: PoolClient, problems: Problems): Promise<string | void> {
  const made = await client.query<{ made: boolean }>(`SELECT to_regclass('relay_schema') IS NOT NULL AS made`);
  if (!made.rows[0]!.made) return problems.add('trống · empty (npm start)');
  const schema = await client.query<{ version: number }>('SELECT version FROM relay_schema');
  const version = schema.rows[0]?.version ?? 0;
  if (version !== SCHEMA_VERSION) {
    return problems.add(`version ${version}; this program: ${SCHEMA_VERSION} (npm start brings it up to date)`);
  }
  const facts = await client.query<{ value: string }>(`SELECT value FROM relay_facts WHERE name = 'incarnation'`);
  if (!facts.rows[0]?.value) return problems.add('no incarnation');
  return facts.rows[0].value;
}

let cursors = 0;

async function* fetchRows<T>(client: PoolClient, sql: string, value?: number): AsyncGenerator<T> {
  const cursor = `doctor_${++cursors}`;
  await client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, value === undefined ? [] : [value]);
  for (;;) {
    const { rows } = await client.query(`FETCH ${FETCH} FROM ${cursor}`);
    yield* rows as T[];
    if (rows.length < FETCH) break;
  }
  await client.query(`CLOSE ${cursor}`);
}

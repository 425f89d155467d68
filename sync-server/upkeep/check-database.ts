import type { Database } from 'better-sqlite3';
import * as Y from 'yjs';
import type { RecordId } from '#core/kit/ids.ts';
import { readUpdate } from '#crdt/update-reader.ts';
import { unpackEntry, type HistoryRow } from '../store/history.ts';
import { SCHEMA_VERSION } from '../store/sqlite-schema.ts';
import { createTallies, standingOf, type Standing } from '../store/standing.ts';
import { check, messageOf, type Check, type Problems } from './check.ts';

const RESTORE =
  'Dừng trạm, rồi khôi phục bản sao lưu mới nhất · Stop the relay, then restore the newest backup: npm run restore -- FOLDER';

interface Workspace {
  readonly key: number;
  readonly id: string;
  readonly seq: number;
  readonly horizon: number;
}

/**
 * Does the relay's SQLite file hold what it promises? Only reads, all of it in one read transaction, so that a running
 * relay's writes cannot look like damage.
 */
export function checkDatabase(db: Database): Check[] {
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
      check('Nhật ký liền mạch · Log without holes (L2)', RESTORE, (problems) => checkLog(db, problems)),
      check('Bản ghi · Records (L3, I10)', RESTORE, (problems) => checkRecords(db, problems)),
      check('Số lần gửi của thiết bị · Pushes of devices (P2)', RESTORE, (problems) => checkPushes(db, problems)),
      check('Lịch sử · History (I6)', RESTORE, (problems) => checkHistory(db, problems)),
      check('Phòng và người dùng · Rooms and people', RESTORE, (problems) => checkRooms(db, problems)),
    ];
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK'); // SQLite ends it itself where it meets damage
  }
}

const workspacesOf = (db: Database) =>
  db.prepare<[], Workspace>('SELECT key, id, seq, horizon FROM workspaces ORDER BY key').all();

/** Above the horizon every number from there to the head, each once and readable; below it at most what compaction left (L6). */
function checkLog(db: Database, problems: Problems): string {
  const entries = db.prepare<[number], { seq: number; change: Uint8Array }>(
    'SELECT seq, change FROM log WHERE workspace = ? ORDER BY seq',
  );
  let count = 0;
  for (const { key, id, seq: head, horizon } of workspacesOf(db)) {
    if (horizon > head) problems.add(`workspace ${id}: horizon ${horizon} > head ${head}`);
    let last = horizon;
    for (const { seq, change } of entries.iterate(key)) {
      count++;
      if (seq < 1 || seq > head) problems.add(`workspace ${id}: entry ${seq}, head ${head}`);
      if (seq > horizon) {
        if (seq !== last + 1) problems.add(`workspace ${id}: ${range(last + 1, seq - 1)} missing`);
        last = seq;
      }
      tryTo(() => readUpdate(change), `workspace ${id}: entry ${seq}`, problems);
    }
    if (last < head) problems.add(`workspace ${id}: ${range(last + 1, head)} missing`);
  }
  return `${count} entries`;
}

const range = (from: number, to: number) => (from === to ? `entry ${from}` : `entries ${from}–${to}`);

/** Each state can be read, says what stands beside it, and came with the newest entry of its record; partitions add up (V7). */
function checkRecords(db: Database, problems: Problems): string {
  interface RecordRow {
    readonly id: RecordId;
    readonly key: number;
    readonly seq: number;
    readonly partition: string;
    readonly live: 0 | 1;
    readonly fingerprint: number;
    readonly state: Uint8Array;
    readonly logged: string | null;
    readonly at: string | null;
    readonly horizon: number;
  }
  const rows = db.prepare<[], RecordRow>(
    `SELECT records.id, records.workspace AS key, records.seq, partition_key AS "partition", live, fingerprint, state,
            log.record_id AS logged, log.to_partition AS at, workspaces.horizon
     FROM records JOIN workspaces ON workspaces.key = records.workspace
     LEFT JOIN log ON log.workspace = records.workspace AND log.seq = records.seq`,
  );
  const tallies = new Map<number, ReturnType<typeof createTallies>>();
  let count = 0;
  for (const row of rows.iterate()) {
    count++;
    const { id, key, state } = row;
    const says = tryTo(() => (readUpdate(state), standingOf(id, state)), id, problems);
    if (says) compare(id, row, says, problems);
    if (row.logged !== id) problems.add(`${id}: entry ${row.seq} is not its own`);
    // entries from before partitions (schema 2) are below the horizon
    else if (row.seq > row.horizon && row.at !== row.partition)
      problems.add(`${id}: partition ${row.partition}, log ${row.at}`);
    const tally = tallies.get(key) ?? createTallies();
    tallies.set(key, tally);
    tally.move(undefined, { ...row, live: row.live === 1 });
  }
  const erased = db.prepare<[], string>(
    `SELECT id FROM tombstones WHERE id IN (SELECT id FROM records UNION SELECT record_id FROM history)`,
  );
  for (const id of erased.pluck().all()) problems.add(`${id}: erased (L7), and still there`);
  for (const { key, id } of workspacesOf(db)) checkSums(db, key, id, tallies.get(key) ?? createTallies(), problems);
  return `${count} records`;
}

function compare(
  id: string,
  row: { partition: string; live: 0 | 1; fingerprint: number },
  says: Standing,
  problems: Problems,
): void {
  if (row.partition !== says.partition) problems.add(`${id}: partition ${row.partition}, state ${says.partition}`);
  if ((row.live === 1) !== says.live) problems.add(`${id}: live ${row.live}, state ${says.live}`);
  if (row.fingerprint !== says.fingerprint)
    problems.add(`${id}: fingerprint ${row.fingerprint}, state ${says.fingerprint}`);
}

function checkSums(
  db: Database,
  key: number,
  id: string,
  tallies: ReturnType<typeof createTallies>,
  problems: Problems,
) {
  const kept = db
    .prepare<[number], { key: string; records: number; live: number; sum: number }>(
      'SELECT key, records, live, sum FROM partitions WHERE workspace = ?',
    )
    .all(key);
  const partitions = new Map<string, { records: number; live: number; sum: number }>(tallies.all);
  for (const { key: partition, records, live, sum } of kept) {
    const found = partitions.get(partition) ?? { records: 0, live: 0, sum: 0 };
    partitions.delete(partition);
    if (found.records !== records || found.live !== live || found.sum !== sum) {
      problems.add(`workspace ${id}: partition ${partition} has ${found.records} records, its sum says ${records}`);
    }
  }
  for (const partition of partitions.keys()) problems.add(`workspace ${id}: partition ${partition} has no sum`);
}

/** Of each device the answers to its latest pushes without a hole, and none above its number or the log's head. */
function checkPushes(db: Database, problems: Problems): string {
  interface DeviceRow {
    readonly id: string;
    readonly last: number;
    readonly head: number;
    readonly count: number;
    readonly least: number | null;
    readonly most: number | null;
    readonly seq: number | null;
    readonly broken: number | null;
  }
  const devices = db
    .prepare<[], DeviceRow>(
      `SELECT devices.id, devices.last_n AS last, workspaces.seq AS head, count(pushes.n) AS count, min(pushes.n) AS least,
              max(pushes.n) AS most, max(pushes.seq) AS seq,
              sum(pushes.exceptions IS NOT NULL AND NOT json_valid(pushes.exceptions)) AS broken
       FROM devices JOIN workspaces ON workspaces.key = devices.workspace LEFT JOIN pushes ON pushes.device = devices.key
       GROUP BY devices.key`,
    )
    .all();
  for (const { id, last, head, count, least, most, seq, broken } of devices) {
    if (most !== null && least !== null) {
      if (most !== last) problems.add(`${id}: last push ${last}, last answer ${most}`);
      if (count !== most - least + 1) problems.add(`${id}: answers ${least}–${most} have holes`);
    }
    if ((seq ?? 0) > head) problems.add(`${id}: answer with seq ${seq}, head ${head}`);
    if (broken) problems.add(`${id}: ${broken} unreadable answers`);
  }
  return `${devices.length} devices`;
}

function checkHistory(db: Database, problems: Problems): string {
  const rows = db.prepare<[], HistoryRow & { id: string; head: number }>(
    `SELECT record_id AS id, history.seq, user_id AS user, device, at, created, changes, workspaces.seq AS head
     FROM history JOIN workspaces ON workspaces.key = history.workspace`,
  );
  let count = 0;
  for (const row of rows.iterate()) {
    count++;
    if (row.seq > row.head) problems.add(`${row.id}: seq ${row.seq}, head ${row.head}`);
    tryTo(() => unpackEntry(row), `${row.id}, seq ${row.seq}`, problems);
  }
  return `${count} entries`;
}

function checkRooms(db: Database, problems: Problems): string {
  const rows = db.prepare<[], { n: number; room: string; change: Uint8Array }>(
    'SELECT n, room, change FROM room_updates',
  );
  let count = 0;
  for (const { n, room, change } of rows.iterate()) {
    count++;
    tryTo(() => Y.decodeUpdate(change), `${room}, ${n}`, problems);
  }
  const people = db.prepare<[], string>("SELECT kind || ' ' || id FROM people WHERE NOT json_valid(body)").pluck();
  for (const who of people.iterate()) problems.add(who);
  return `${count} updates`;
}

function tryTo<T>(read: () => T, what: string, problems: Problems): T | undefined {
  try {
    return read();
  } catch (error) {
    problems.add(`${what}: ${messageOf(error)}`);
    return undefined;
  }
}

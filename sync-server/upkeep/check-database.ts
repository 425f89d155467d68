import * as Y from 'yjs';
import type { RecordId } from '#core/kit/ids.ts';
import { readUpdate } from '#crdt/update-reader.ts';
import { unpackEntry, type HistoryRow } from '../store/history.ts';
import { createTallies, standingOf, type Standing } from '../store/standing.ts';
import { checkAll, messageOf, type Check, type Problems } from './check.ts';

/** The relay's tables on either database, all of it as it was at one moment: a running relay's writes cannot look like damage. */
export interface Tables {
  /** `sql` in words both databases know; `$1` in it is `value`. */
  rows<T>(sql: string, value?: number): Iterable<T> | AsyncIterable<T>;
}

interface Workspace {
  readonly key: number;
  readonly id: string;
  readonly seq: number;
  readonly horizon: number;
}

/** Do the relay's tables hold what they promise? Only reads. */
export const checkTables = async (tables: Tables, todo: string): Promise<Check[]> => [
  await checkAll('Nhật ký liền mạch · Log without holes (L2)', todo, (problems) => checkLog(tables, problems)),
  await checkAll('Bản ghi · Records (L3, I10)', todo, (problems) => checkRecords(tables, problems)),
  await checkAll('Số lần gửi của thiết bị · Pushes of devices (P2)', todo, (problems) => checkPushes(tables, problems)),
  await checkAll('Lịch sử · History (I6)', todo, (problems) => checkHistory(tables, problems)),
  await checkAll('Phòng và người dùng · Rooms and people', todo, (problems) => checkRooms(tables, problems)),
];

async function workspacesOf(tables: Tables): Promise<Workspace[]> {
  const all: Workspace[] = [];
  const rows = tables.rows<Workspace>('SELECT key, id, seq, horizon FROM workspaces ORDER BY key');
  for await (const row of rows) all.push(row);
  return all;
}

/** Above the horizon every number from there to the head, each once and readable; below it at most what compaction left (L6). */
async function checkLog(tables: Tables, problems: Problems): Promise<string> {
  const entriesOf = (key: number) =>
    tables.rows<{ seq: number; change: Uint8Array }>(
      'SELECT seq, change FROM log WHERE workspace = $1 ORDER BY seq',
      key,
    );
  let count = 0;
  for (const { key, id, seq: head, horizon } of await workspacesOf(tables)) {
    if (horizon > head) problems.add(`workspace ${id}: horizon ${horizon} > head ${head}`);
    let last = horizon;
    for await (const { seq, change } of entriesOf(key)) {
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
async function checkRecords(tables: Tables, problems: Problems): Promise<string> {
  interface RecordRow {
    readonly id: RecordId;
    readonly key: number;
    readonly seq: number;
    readonly partition: string;
    /** 0 and 1 in SQLite. */
    readonly live: 0 | 1 | boolean;
    readonly fingerprint: number;
    readonly company: string | null;
    readonly state: Uint8Array;
    readonly logged: string | null;
    readonly at: string | null;
    readonly horizon: number;
  }
  const rows = tables.rows<RecordRow>(
    `SELECT records.id, records.workspace AS key, records.seq, partition_key AS "partition", live, fingerprint, company,
            state,
            log.record_id AS logged, log.to_partition AS at, workspaces.horizon
     FROM records JOIN workspaces ON workspaces.key = records.workspace
     LEFT JOIN log ON log.workspace = records.workspace AND log.seq = records.seq`,
  );
  const tallies = new Map<number, ReturnType<typeof createTallies>>();
  let count = 0;
  for await (const row of rows) {
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
    tally.move(undefined, { ...row, live: Boolean(row.live), company: undefined });
  }
  const erased = tables.rows<{ id: string }>(
    `SELECT id FROM tombstones WHERE id IN (SELECT id FROM records UNION SELECT record_id FROM history)`,
  );
  for await (const { id } of erased) problems.add(`${id}: erased (L7), and still there`);
  for (const { key, id } of await workspacesOf(tables)) {
    await checkSums(tables, key, id, tallies.get(key) ?? createTallies(), problems);
  }
  return `${count} records`;
}

function compare(
  id: string,
  row: { partition: string; live: 0 | 1 | boolean; fingerprint: number; company: string | null },
  says: Standing,
  problems: Problems,
): void {
  if (row.partition !== says.partition) problems.add(`${id}: partition ${row.partition}, state ${says.partition}`);
  if (Boolean(row.live) !== says.live) problems.add(`${id}: live ${row.live}, state ${says.live}`);
  if (row.company !== (says.company ?? null))
    problems.add(`${id}: company ${row.company}, state ${says.company ?? null}`);
  if (row.fingerprint !== says.fingerprint)
    problems.add(`${id}: fingerprint ${row.fingerprint}, state ${says.fingerprint}`);
}

async function checkSums(
  tables: Tables,
  key: number,
  id: string,
  tallies: ReturnType<typeof createTallies>,
  problems: Problems,
): Promise<void> {
  const kept = tables.rows<{ key: string; records: number; live: number; sum: number }>(
    'SELECT key, records, live, sum FROM partitions WHERE workspace = $1',
    key,
  );
  const partitions = new Map<string, { records: number; live: number; sum: number }>(tallies.all);
  for await (const { key: partition, records, live, sum } of kept) {
    const found = partitions.get(partition) ?? { records: 0, live: 0, sum: 0 };
    partitions.delete(partition);
    if (found.records !== records || found.live !== live || found.sum !== sum) {
      problems.add(`workspace ${id}: partition ${partition} has ${found.records} records, its sum says ${records}`);
    }
  }
  for (const partition of partitions.keys()) problems.add(`workspace ${id}: partition ${partition} has no sum`);
}

/** Of each device the answers to its latest pushes without a hole, and none above its number or the log's head. */
async function checkPushes(tables: Tables, problems: Problems): Promise<string> {
  interface DeviceRow {
    readonly id: string;
    readonly last: number;
    readonly head: number;
    readonly count: number;
    readonly least: number | null;
    readonly most: number | null;
    readonly seq: number | null;
  }
  const devices = tables.rows<DeviceRow>(
    `SELECT devices.id, devices.last_n AS last, workspaces.seq AS head, count(pushes.n) AS count, min(pushes.n) AS least,
            max(pushes.n) AS most, max(pushes.seq) AS seq
     FROM devices JOIN workspaces ON workspaces.key = devices.workspace LEFT JOIN pushes ON pushes.device = devices.key
     GROUP BY devices.key, devices.id, devices.last_n, workspaces.seq`,
  );
  let found = 0;
  for await (const { id, last, head, count, least, most, seq } of devices) {
    found++;
    if (most !== null && least !== null) {
      if (most !== last) problems.add(`${id}: last push ${last}, last answer ${most}`);
      if (count !== most - least + 1) problems.add(`${id}: answers ${least}–${most} have holes`);
    }
    if ((seq ?? 0) > head) problems.add(`${id}: answer with seq ${seq}, head ${head}`);
  }
  const answers = tables.rows<{ id: string; n: number; exceptions: string }>(
    `SELECT devices.id, pushes.n, pushes.exceptions FROM pushes JOIN devices ON devices.key = pushes.device
     WHERE pushes.exceptions IS NOT NULL`,
  );
  for await (const { id, n, exceptions } of answers) {
    tryTo(() => JSON.parse(exceptions) as unknown, `${id}: answer ${n}`, problems);
  }
  return `${found} devices`;
}

async function checkHistory(tables: Tables, problems: Problems): Promise<string> {
  const rows = tables.rows<HistoryRow & { id: string; head: number }>(
    `SELECT record_id AS id, history.seq, user_id AS "user", device, at, created, changes, workspaces.seq AS head
     FROM history JOIN workspaces ON workspaces.key = history.workspace`,
  );
  let count = 0;
  for await (const row of rows) {
    count++;
    if (row.seq > row.head) problems.add(`${row.id}: seq ${row.seq}, head ${row.head}`);
    tryTo(() => unpackEntry(row), `${row.id}, seq ${row.seq}`, problems);
  }
  return `${count} entries`;
}

async function checkRooms(tables: Tables, problems: Problems): Promise<string> {
  const rows = tables.rows<{ n: number; room: string; change: Uint8Array }>('SELECT n, room, change FROM room_updates');
  let count = 0;
  for await (const { n, room, change } of rows) {
    count++;
    tryTo(() => Y.decodeUpdate(change), `${room}, ${n}`, problems);
  }
  const people = tables.rows<{ kind: string; id: string; body: string }>('SELECT kind, id, body FROM people');
  for await (const { kind, id, body } of people) {
    tryTo(() => JSON.parse(body) as unknown, `${kind} ${id}`, problems);
  }
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

import Database from 'better-sqlite3';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { err, ok } from '#core/kit/result.ts';
import type { Person } from '#core/access/person.ts';
import type { RecordType } from '#core/record/row.ts';
import type { Effect, StoreEngine, Write, Written } from './engine.ts';
import type {
  CommittedEntry,
  Groups,
  LogEntry,
  PeopleRow,
  PageLimits,
  Reader,
  RecordMeta,
  RoomUpdates,
  StoreError,
  WorkspaceMeta,
} from './port.ts';
import { createCompaction } from './sqlite-compact.ts';
import { createSqliteCommit } from './sqlite-commit.ts';
import { countVisible, readableKeys, visibleGroups, type PartitionRow } from './visible.ts';
import { createErasing } from './sqlite-erase.ts';
import { createHistoryReader } from './sqlite-history.ts';
import { createPulls } from './sqlite-pull.ts';
import { holdLock } from './sqlite-lock.ts';
import { migrate } from './sqlite-schema.ts';

export interface EngineOptions {
  /** Path of the database; its folder is made. */
  readonly file: string;
  /** Largest size of the file; beyond it writes fail with `storage-full`. Absent: the disk decides. */
  readonly maxBytes?: number | undefined;
}

/** How long a write waits for better-auth's connection on the same file. */
export const BUSY_TIMEOUT_MS = 5_000;

export type SqliteEngine = ReturnType<typeof openSqliteEngine>;

/**
 * The database itself, synchronous; `sqlite.ts` runs it in a thread. WAL with `synchronous=FULL`: COMMIT returns when
 * the log of the transaction is on the disk, which is what every acknowledgement stands on (L4, I1).
 */
export function openSqliteEngine({ file, maxBytes }: EngineOptions) {
  mkdirSync(dirname(file), { recursive: true });
  const lock = holdLock(file);
  let db: Database.Database;
  let incarnation: string;
  try {
    db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -65536'); // KiB
    db.pragma('wal_autocheckpoint = 4000'); // pages; a checkpoint costs two fsyncs, an import would do hundreds
    db.pragma('journal_size_limit = 67108864');
    if (maxBytes !== undefined) {
      db.pragma(`max_page_count = ${Math.floor(maxBytes / (db.pragma('page_size', { simple: true }) as number))}`);
    }
    incarnation = migrate(db, () => crypto.randomUUID()).incarnation;
  } catch (error) {
    lock.release();
    throw error;
  }

  const relayClientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const commit = createSqliteCommit(db, relayClientId);
  const compact = createCompaction(db);
  const erasing = createErasing(db);
  const pulls = createPulls(db, () => {
    const other = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS });
    other.pragma('cache_size = -4096'); // KiB
    return other;
  });
  const insertRoomUpdate = db.prepare('INSERT INTO room_updates (room, change) VALUES (?, ?)');
  const deleteRoomUpdates = db.prepare('DELETE FROM room_updates WHERE room = ? AND n <= ?');
  const insertRoomState = db.prepare('INSERT INTO room_updates (n, room, change) VALUES (?, ?, ?)');

  const putPerson = db.prepare('INSERT OR REPLACE INTO people (workspace, kind, id, body) VALUES (?, ?, ?, ?)');
  const removePerson = db.prepare('DELETE FROM people WHERE workspace = ? AND kind = ? AND id = ?');

  const perform = (write: Write): Effect => {
    switch (write.kind) {
      case 'commit':
        return write.pushes.map((push) => commit.push(write.workspace, push));
      case 'append-room':
        return Number(insertRoomUpdate.run(write.room, write.update).lastInsertRowid);
      case 'compact-room':
        // the state takes the number of the last update it replaces, so that it stays before the later ones
        if (deleteRoomUpdates.run(write.room, write.upTo).changes > 0) {
          insertRoomState.run(write.upTo, write.room, write.state);
        }
        return undefined;
      case 'erase':
        return erasing.erase(write.workspace, write.id, write.user, write.at);
      case 'settle':
        return commit.settle(write.workspace);
      case 'compact-log':
        return compact(write.workspace, write.before, write.limit);
      case 'put-people':
        for (const { kind, id, body } of write.rows) {
          if (body === null) removePerson.run(write.workspace, kind, id);
          else putPerson.run(write.workspace, kind, id, body);
        }
        return undefined;
    }
  };
  type Took = (index: number, ms: number) => void;
  const transact = db.transaction((group: readonly Write[], took?: Took) =>
    group.map((write, i) => {
      const began = performance.now();
      const done = ok(perform(write));
      took?.(i, performance.now() - began);
      return done;
    }),
  );

  /** What was erased must not stay in the write-ahead log. A backup that reads just now keeps it until the next checkpoint. */
  const emptyLog = () => {
    pulls.letGo(); // they are this thread's own: waiting for them would be for nothing
    db.pragma('busy_timeout = 100');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  };

  /**
   * Performs a group of writes in one transaction. A storage failure fails them all; an unexpected error in one of
   * them must not cost the others their work, so then each is tried in a transaction of its own.
   */
  const write = (group: readonly Write[], took?: Took): Written[] => {
    const erases = group.some(({ kind }) => kind === 'erase');
    try {
      // what is erased is overwritten in the file (L7), which costs too much at every other write
      if (erases) db.pragma('secure_delete = ON');
      return transact.immediate(group, took);
    } catch (error) {
      commit.forget();
      if (group.length > 1 && !isStorageFailure(error))
        return group.flatMap((one, i) => write([one], took && ((_, ms) => took(i, ms))));
      const failure = toStoreError(error);
      return group.map(() => err(failure));
    } finally {
      if (erases) {
        db.pragma('secure_delete = OFF');
        emptyLog();
      }
    }
  };

  return {
    incarnation,
    ...prepareReads(db, incarnation),
    pull: pulls.pull,
    manifest: pulls.manifest,
    write,
    toError: toStoreError,
    close() {
      pulls.close();
      db.close();
      lock.release();
    },
  } satisfies StoreEngine;
}

/** Did the storage fail, and not one write in it? Then trying the others again one by one would only take longer. */
const isStorageFailure = (error: unknown) =>
  error instanceof Database.SqliteError && !/^SQLITE_(CONSTRAINT|TOOBIG|MISMATCH|ERROR)/.test(error.code);

export function toStoreError(error: unknown): StoreError {
  const code = error instanceof Database.SqliteError ? error.code : '';
  // a full disk is an I/O error where the shared memory of the log should grow, FULL everywhere else
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return { type: 'storage-full' };
  return {
    type: 'storage-failed',
    message: error instanceof Error ? `${code} ${error.message}`.trim() : String(error),
  };
}

function prepareReads(db: Database.Database, incarnation: string) {
  const selectSeq = db.prepare<[string], number>('SELECT seq FROM workspaces WHERE id = ?').pluck();
  const selectLastN = db
    .prepare<[string, string, string], number>(
      `SELECT last_n FROM devices JOIN workspaces ON workspaces.key = devices.workspace
       WHERE workspaces.id = ? AND user_id = ? AND devices.id = ?`,
    )
    .pluck();
  const selectWorkspaces = db.prepare<[], string>('SELECT id FROM workspaces').pluck();
  const selectKey = db.prepare<[string], number>('SELECT key FROM workspaces WHERE id = ?').pluck();
  const countRecords = db
    .prepare<[number, number], number>('SELECT count(*) FROM records WHERE workspace = ? AND seq > ?')
    .pluck();
  const countDevices = db.prepare<[number], number>('SELECT count(*) FROM devices WHERE workspace = ?').pluck();
  const countRecordsOf = db
    .prepare<[number, number, number, string], number>(
      `SELECT count(*) FROM records
       WHERE workspace = ? AND seq > ? AND seq <= ? AND partition_key IN (SELECT value FROM json_each(?))`,
    )
    .pluck();
  const selectHorizon = db.prepare<[string], number>('SELECT horizon FROM workspaces WHERE id = ?').pluck();
  const selectRecord = db.prepare<[string, number], RecordMeta>(
    `SELECT id, seq, state, partition_key AS "partition", created_by AS createdBy, created_at AS createdAt,
            updated_by AS updatedBy, updated_at AS updatedAt
     FROM records WHERE id = ? AND workspace = ?`,
  );
  const selectLog = db.prepare<[number, number, number], LogEntry>(
    `SELECT seq, record_id AS recordId, from_partition AS "from", to_partition AS "to", change AS "update",
            user_id AS user, device, at
     FROM log WHERE workspace = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const selectEntries = db.prepare<
    [number, number, number],
    Omit<CommittedEntry, 'state'> & { state: Uint8Array | null }
  >(
    `SELECT log.seq, record_id AS recordId, from_partition AS "from", to_partition AS "to",
            iif(records.seq = log.seq, records.state, NULL) AS state
     FROM log LEFT JOIN records ON records.id = log.record_id
     WHERE log.workspace = ? AND log.seq > ? ORDER BY log.seq LIMIT ?`,
  );
  const selectRoom = db.prepare<[string, number], { n: number; change: Uint8Array }>(
    'SELECT n, change FROM room_updates WHERE room = ? AND n > ? ORDER BY n',
  );

  const selectPartitions = db.prepare<[number], PartitionRow>(
    'SELECT key, records, live, sum FROM partitions WHERE workspace = ?',
  );
  const selectPeople = db.prepare<[string], PeopleRow>('SELECT kind, id, body FROM people WHERE workspace = ?');

  const head = (workspace: string) => ({ incarnation, seq: selectSeq.get(workspace) ?? 0 });
  const keyOf = (workspace: string) => selectKey.get(workspace) ?? -1;

  return {
    head,
    lastN: (workspace: string, user: string, device: string) => selectLastN.get(workspace, user, device) ?? 0,
    countAfter(workspace: string, afterSeq: number, reader: Reader): number {
      const key = keyOf(workspace);
      const keys = readableKeys(selectPartitions.all(key), reader);
      if (!keys) return countRecords.get(key, afterSeq) ?? 0;
      return countRecordsOf.get(key, afterSeq, reader.upTo ?? head(workspace).seq, JSON.stringify(keys)) ?? 0;
    },
    record: (workspace: string, id: string) => selectRecord.get(id, keyOf(workspace)),
    log: (workspace: string, afterSeq: number, limit: number) => selectLog.all(keyOf(workspace), afterSeq, limit),
    history: createHistoryReader(db),
    entries: (workspace: string, afterSeq: number, limits: PageLimits): CommittedEntry[] => {
      const entries: CommittedEntry[] = [];
      let bytes = 0;
      for (const row of selectEntries.iterate(keyOf(workspace), afterSeq, limits.records)) {
        bytes += row.state?.length ?? 0;
        if (entries.length > 0 && bytes > limits.bytes) break;
        entries.push({ ...row, state: row.state ?? undefined });
      }
      return entries;
    },
    loadRoom: (room: string, after: number): RoomUpdates => {
      const rows = selectRoom.all(room, after);
      return { updates: rows.map((row) => row.change), upTo: rows.at(-1)?.n ?? after };
    },
    countVisible: (workspace: string, person: Person, type: RecordType) =>
      countVisible(selectPartitions.all(keyOf(workspace)), person, type),
    people: (workspace: string) => selectPeople.all(workspace),
    workspaces: () => selectWorkspaces.all(),
    workspaceMeta: (workspace: string): WorkspaceMeta => ({
      head: head(workspace),
      records: countRecords.get(keyOf(workspace), 0) ?? 0,
      devices: countDevices.get(keyOf(workspace)) ?? 0,
    }),
    groups: db.transaction((workspace: string, person: Person): Groups => ({
      head: head(workspace),
      horizon: selectHorizon.get(workspace) ?? 0,
      visible: visibleGroups(selectPartitions.all(keyOf(workspace)), person),
    })),
  };
}

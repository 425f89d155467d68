import type { Database } from 'better-sqlite3';
import type { ChangeResult, RejectReason, StoredRecord } from '#core/protocol/messages.ts';
import { applyChange, type KnownRecord } from './apply-change.ts';
import type { Push, PushOutcome } from './port.ts';

/** Every record stands in one partition until visibility rules come. */
const WHOLE_WORKSPACE = 'all';
/** Answers kept per device: far more than the pushes a device may have unacknowledged. */
const ANSWERS_KEPT = 64;
/** Client ids remembered outside the database. */
const CACHED_CLIENT_IDS = 10_000;

type Exceptions = readonly (readonly [index: number, reason: RejectReason | null])[];
interface RecordRow {
  readonly workspace: number;
  readonly state: Uint8Array;
  readonly partition_key: string;
}
interface DeviceRow {
  readonly key: number;
  readonly last_n: number;
}

export interface SqliteCommit {
  /** Appends one push; must run inside a transaction. */
  push(workspace: string, push: Push): PushOutcome;
  /** Must be called after a rollback: what is remembered outside the database may not be true any more. */
  forget(): void;
}

/** The crucial write: append, merged state, counter and push number of the device change together or not at all. */
export function createSqliteCommit(db: Database, relayClientId: number): SqliteCommit {
  const selectWorkspace = db.prepare<[string], { key: number; seq: number }>(
    'SELECT key, seq FROM workspaces WHERE id = ?',
  );
  const insertWorkspace = db.prepare('INSERT INTO workspaces (id) VALUES (?)');
  const raiseSeq = db.prepare('UPDATE workspaces SET seq = ? WHERE key = ?');
  const selectDevice = db.prepare<[number, string, string], DeviceRow>(
    'SELECT key, last_n FROM devices WHERE workspace = ? AND user_id = ? AND id = ?',
  );
  const insertDevice = db.prepare('INSERT INTO devices (workspace, user_id, id, last_n) VALUES (?, ?, ?, 0)');
  const raiseN = db.prepare('UPDATE devices SET last_n = ? WHERE key = ?');
  const selectPush = db.prepare<[number, number], { seq: number; exceptions: string | null }>(
    'SELECT seq, exceptions FROM pushes WHERE device = ? AND n = ?',
  );
  const insertPush = db.prepare('INSERT INTO pushes (device, n, seq, exceptions) VALUES (?, ?, ?, ?)');
  const forgetPushes = db.prepare('DELETE FROM pushes WHERE device = ? AND n <= ?');
  const selectRecord = db.prepare<[string], RecordRow>(
    'SELECT workspace, state, partition_key FROM records WHERE id = ?',
  );
  const insertRecord = db.prepare(
    `INSERT INTO records (id, workspace, seq, partition_key, created_by, created_at, updated_by, updated_at, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateRecord = db.prepare(
    'UPDATE records SET seq = ?, partition_key = ?, updated_by = ?, updated_at = ?, state = ? WHERE id = ?',
  );
  const insertEntry = db.prepare(
    `INSERT INTO log (workspace, seq, record_id, from_partition, to_partition, change, user_id, device, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectClientId = db
    .prepare<[number, number], string>('SELECT device FROM client_ids WHERE workspace = ? AND id = ?')
    .pluck();
  const insertClientId = db.prepare('INSERT OR IGNORE INTO client_ids (workspace, id, device) VALUES (?, ?, ?)');

  const clientIds = new Map<string, string>();
  const deviceOf = (workspace: number, clientId: number): string | undefined => {
    const cached = clientIds.get(`${workspace}:${clientId}`);
    if (cached !== undefined) return cached;
    const found = selectClientId.get(workspace, clientId);
    if (found !== undefined) remember(workspace, clientId, found);
    return found;
  };
  const remember = (workspace: number, clientId: number, device: string) => {
    if (clientIds.size >= CACHED_CLIENT_IDS) clientIds.clear();
    clientIds.set(`${workspace}:${clientId}`, device);
  };
  const bind = (workspace: number, clientId: number, device: string) => {
    insertClientId.run(workspace, clientId, device);
    remember(workspace, clientId, device);
  };

  const known = (row: RecordRow | undefined, workspace: number): KnownRecord => {
    if (!row) return { kind: 'none' };
    return row.workspace === workspace ? { kind: 'ours', state: row.state } : { kind: 'elsewhere' };
  };

  /** An exception as the device is to hear it: with the record as it stands now, if that is ours to tell. */
  const exceptionResult = (reason: RejectReason | null, id: string, workspace: number): ChangeResult => {
    const row = selectRecord.get(id);
    const state = row?.workspace === workspace ? row.state : undefined;
    if (reason === null) return state ? { kind: 'adjusted', state } : { kind: 'ok' };
    return state ? { kind: 'rejected', reason, state } : { kind: 'rejected', reason };
  };

  const repeated = (device: DeviceRow, push: Push, workspace: number): PushOutcome => {
    const answer = selectPush.get(device.key, push.n);
    const exceptions = new Map(answer?.exceptions ? (JSON.parse(answer.exceptions) as Exceptions) : []);
    const results = push.changes.map(({ id }, i): ChangeResult => {
      const reason = exceptions.get(i);
      return reason === undefined ? { kind: 'ok' } : exceptionResult(reason, id, workspace);
    });
    return { kind: 'repeated', seq: answer?.seq ?? 0, results };
  };

  const append = (push: Push, workspace: number, firstSeq: number) => {
    const results: ChangeResult[] = [];
    const records: StoredRecord[] = [];
    const exceptions: [number, RejectReason | null][] = [];
    let seq = firstSeq;
    const context = {
      device: push.device,
      at: push.at,
      relayClientId,
      deviceOf: (clientId: number) => deviceOf(workspace, clientId),
    };
    for (const [index, change] of push.changes.entries()) {
      const row = selectRecord.get(change.id);
      const applied = applyChange(change, known(row, workspace), context);
      if (applied.kind === 'rejected') {
        exceptions.push([index, applied.reason]);
        results.push(exceptionResult(applied.reason, change.id, workspace));
        continue; // P1: the others go on
      }
      const { state, update, adjusted } = applied;
      const { user, device, at } = push;
      seq++;
      insertEntry.run(workspace, seq, change.id, row?.partition_key ?? null, WHOLE_WORKSPACE, update, user, device, at);
      if (row) updateRecord.run(seq, WHOLE_WORKSPACE, user, at, state, change.id);
      else insertRecord.run(change.id, workspace, seq, WHOLE_WORKSPACE, user, at, user, at, state);
      for (const clientId of applied.newClientIds) bind(workspace, clientId, device);
      if (adjusted) {
        bind(workspace, relayClientId, ''); // so that no device can take it, after a restart either
        exceptions.push([index, null]);
      }
      records.push({ id: change.id, seq, state });
      results.push(adjusted ? { kind: 'adjusted', state } : { kind: 'ok' });
    }
    return { seq, results, records, exceptions };
  };

  return {
    push(workspaceId, push) {
      const workspace = selectWorkspace.get(workspaceId) ?? {
        key: Number(insertWorkspace.run(workspaceId).lastInsertRowid),
        seq: 0,
      };
      const device = selectDevice.get(workspace.key, push.user, push.device);
      const lastN = device?.last_n ?? 0;
      if (device && push.n <= lastN) return repeated(device, push, workspace.key);
      if (push.n !== lastN + 1) return { kind: 'out-of-order', lastN };

      const { seq, results, records, exceptions } = append(push, workspace.key, workspace.seq);
      const deviceKey = device?.key ?? Number(insertDevice.run(workspace.key, push.user, push.device).lastInsertRowid);
      raiseSeq.run(seq, workspace.key);
      raiseN.run(push.n, deviceKey);
      insertPush.run(deviceKey, push.n, seq, exceptions.length > 0 ? JSON.stringify(exceptions) : null);
      forgetPushes.run(deviceKey, push.n - ANSWERS_KEPT);
      return { kind: 'committed', seq, results, records };
    },
    forget: () => clientIds.clear(),
  };
}

import type { Database } from 'better-sqlite3';
import { settleNext, type Postponed } from './consequences.ts';
import type { Push, PushOutcome, Settled } from './port.ts';
import { createHistoryWriter } from './sqlite-history.ts';
import { ANSWERS_KEPT, applyPush, type Exceptions, type Ledger } from './push.ts';

/** Client ids remembered outside the database. */
const CACHED_CLIENT_IDS = 10_000;

interface RecordRow {
  readonly workspace: number;
  readonly state: Uint8Array;
  readonly partition: string;
  readonly live: 0 | 1;
  readonly fingerprint: number;
  readonly company: string | null;
}
interface DeviceRow {
  readonly key: number;
  readonly last_n: number;
}

interface PostponedRow {
  readonly company: string;
  readonly after: string;
  readonly user: string;
  readonly device: string;
  readonly at: number;
}
interface SqliteLedger extends Ledger {
  postponed(): Postponed | undefined;
  /** Writes what `seq` became where no push does (`accept`). */
  raise(): void;
}

export interface SqliteCommit {
  /** Appends one push; must run inside a transaction. */
  push(workspace: string, push: Push): PushOutcome;
  /** Appends the next postponed consequences; must run inside a transaction. */
  settle(workspace: string): Settled;
  /** Must be called after a rollback: what is remembered outside the database may not be true any more. */
  forget(): void;
}

/** The ledger on SQLite: every question is a statement. */
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
    'SELECT workspace, state, partition_key AS "partition", live, fingerprint, company FROM records WHERE id = ?',
  );
  const insertRecord = db.prepare(
    `INSERT INTO records (id, workspace, seq, partition_key, live, fingerprint, company, created_by, created_at,
                          updated_by, updated_at, state)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const updateRecord = db.prepare(
    `UPDATE records SET seq = ?, partition_key = ?, live = ?, fingerprint = ?, company = ?, updated_by = ?, updated_at = ?, state = ?
     WHERE id = ?`,
  );
  const insertEntry = db.prepare(
    `INSERT INTO log (workspace, seq, record_id, from_partition, to_partition, change, user_id, device, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addToPartition = db.prepare(
    `INSERT INTO partitions (workspace, key, records, live, sum) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (workspace, key) DO UPDATE
     SET records = records + excluded.records, live = live + excluded.live, sum = sum + excluded.sum`,
  );
  const removePartition = db.prepare('DELETE FROM partitions WHERE workspace = ? AND key = ? AND records = 0');
  const selectContactsOf = db
    .prepare<[number, string, string, number], string>(
      'SELECT id FROM records WHERE workspace = ? AND company = ? AND id > ? ORDER BY id LIMIT ?',
    )
    .pluck();
  const putPostponed = db.prepare(
    'INSERT OR REPLACE INTO postponed (workspace, company, after_id, user_id, device, at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const removePostponed = db.prepare('DELETE FROM postponed WHERE workspace = ? AND company = ?');
  const selectPostponed = db.prepare<[number], PostponedRow>(
    `SELECT company, after_id AS "after", user_id AS "user", device, at FROM postponed
     WHERE workspace = ? ORDER BY company LIMIT 1`,
  );
  const selectErased = db.prepare<[string], number>('SELECT 1 FROM tombstones WHERE id = ?').pluck();
  const selectClientId = db
    .prepare<[number, number], string>('SELECT device FROM client_ids WHERE workspace = ? AND id = ?')
    .pluck();
  const insertClientId = db.prepare('INSERT OR IGNORE INTO client_ids (workspace, id, device) VALUES (?, ?, ?)');

  const putHistory = createHistoryWriter(db);
  const clientIds = new Map<string, string>();
  const remember = (workspace: number, clientId: number, device: string) => {
    if (clientIds.size >= CACHED_CLIENT_IDS) clientIds.clear();
    clientIds.set(`${workspace}:${clientId}`, device);
  };

  function ledgerOf(workspaceId: string): SqliteLedger {
    const found = selectWorkspace.get(workspaceId);
    const workspace = found?.key ?? Number(insertWorkspace.run(workspaceId).lastInsertRowid);
    let seq = found?.seq ?? 0;
    const deviceRow = (user: string, device: string) => selectDevice.get(workspace, user, device);
    return {
      seq: () => seq,
      lastN: (user, device) => deviceRow(user, device)?.last_n,
      answer(user, device, n) {
        const row = selectPush.get(deviceRow(user, device)?.key ?? -1, n);
        return row && { seq: row.seq, exceptions: row.exceptions ? (JSON.parse(row.exceptions) as Exceptions) : [] };
      },
      record(id) {
        const row = selectRecord.get(id);
        if (!row) return undefined;
        const { partition, fingerprint } = row;
        const standing = { partition, live: row.live === 1, fingerprint, company: row.company ?? undefined };
        return { ours: row.workspace === workspace, state: row.state, standing };
      },
      erased: (id) => selectErased.get(id) !== undefined,
      deviceOf(clientId) {
        const cached = clientIds.get(`${workspace}:${clientId}`);
        if (cached !== undefined) return cached;
        const device = selectClientId.get(workspace, clientId);
        if (device !== undefined) remember(workspace, clientId, device);
        return device;
      },
      append(entry) {
        const { recordId, from, to, update, state } = entry;
        const { user, device, at } = entry.push;
        seq = entry.seq;
        const { partition, fingerprint } = to;
        const live = to.live ? 1 : 0;
        const company = to.company ?? null;
        insertEntry.run(workspace, seq, recordId, from, partition, update, user, device, at);
        if (from !== null) updateRecord.run(seq, partition, live, fingerprint, company, user, at, state, recordId);
        else
          insertRecord.run(recordId, workspace, seq, partition, live, fingerprint, company, user, at, user, at, state);
        putHistory(workspace, recordId, entry.history);
      },
      tally(partition, { records, live, sum }) {
        addToPartition.run(workspace, partition, records, live, sum);
        removePartition.run(workspace, partition);
      },
      bind(clientId, device) {
        insertClientId.run(workspace, clientId, device);
        remember(workspace, clientId, device);
      },
      contactsOf: (company, after, limit) => selectContactsOf.all(workspace, company, after, limit),
      postpone(company, after, { user, device, at }) {
        if (after === undefined) removePostponed.run(workspace, company);
        else putPostponed.run(workspace, company, after, user, device, at);
      },
      postponed() {
        const row = selectPostponed.get(workspace);
        return row && { company: row.company, after: row.after, author: row };
      },
      raise: () => void raiseSeq.run(seq, workspace),
      accept({ user, device, n }, answer) {
        raiseSeq.run(seq, workspace);
        if (n === undefined) return;
        const key = deviceRow(user, device)?.key ?? Number(insertDevice.run(workspace, user, device).lastInsertRowid);
        raiseN.run(n, key);
        const { seq: last, exceptions } = answer;
        insertPush.run(key, n, last, exceptions.length > 0 ? JSON.stringify(exceptions) : null);
        forgetPushes.run(key, n - ANSWERS_KEPT);
      },
    };
  }

  return {
    push: (workspace, push) => applyPush(ledgerOf(workspace), push, relayClientId),
    settle(workspace) {
      const ledger = ledgerOf(workspace);
      const settled = settleNext(ledger, ledger.postponed(), relayClientId);
      ledger.raise();
      return settled;
    },
    forget: () => clientIds.clear(),
  };
}

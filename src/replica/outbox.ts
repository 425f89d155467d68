import { ok, type Result } from '#core/kit/result.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange, OutboxRow, ReplicaState } from './database.ts';
import type { StorageTrouble } from './trouble.ts';

/** Cuts changes into pushes of at most `LIMITS.pushChanges` and, where one change allows it, `LIMITS.pushBytes`. */
export function cutPushes(changes: readonly OutboxChange[], firstN: number, at: number): OutboxRow[] {
  return cut(changes, (change) => change.update.length + change.id.length + 8).map((part, i) => ({
    n: firstN + i,
    at,
    changes: part,
    count: part.length,
  }));
}

/** Splits a list into parts that fit one push or page, by count and by the items' sizes in bytes. */
export function cut<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length > 0 && (part.length >= LIMITS.pushChanges || bytes + size > LIMITS.pushBytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

/** An outbox row with its changes, also where they are a pack's records. */
export async function outboxRow(
  core: Pick<ReplicaCore, 'journal' | 'documents' | 'pending'>,
  n: number,
): Promise<{ row: OutboxRow; changes: readonly OutboxChange[] } | undefined> {
  const row = core.pending.row(n) ?? (await core.journal.db.outbox.get(n));
  if (!row) return undefined;
  if (row.packId === undefined) return { row, changes: row.changes };
  const records = await core.documents.pack(row.packId);
  const superseded = new Set(row.superseded);
  const changes = [...records.values()].map(({ id, state }): OutboxChange => {
    return { id, update: state, create: true, ...(superseded.has(id) ? { superseded: true } : {}) };
  });
  return { row, changes };
}

/** Reads the outbox into memory. */
export async function loadPending(
  core: Pick<ReplicaCore, 'documents' | 'pending'>,
  rows: readonly OutboxRow[],
): Promise<void> {
  core.pending.clear();
  for (const row of rows) {
    const ids =
      row.packId === undefined ? row.changes.map((c) => c.id) : [...(await core.documents.pack(row.packId)).keys()];
    core.pending.add(row, ids);
  }
}

/** The outbox under other numbers, `before` in front of it; `store` is for a write transaction, `rows` what stands then. */
export async function renumberOutbox(
  core: Pick<ReplicaCore, 'journal'>,
  lastN: number,
  before: readonly OutboxRow[],
): Promise<{ rows: readonly OutboxRow[]; store: () => Promise<Partial<ReplicaState>> }> {
  const { db } = core.journal;
  const present = await db.outbox.orderBy('n').toArray();
  const rows = [...before, ...present].map((row, i) => ({ ...row, n: lastN + 1 + i }));
  return {
    rows,
    async store() {
      await db.outbox.clear();
      await db.outbox.bulkAdd(rows);
      return { lastN: lastN + rows.length };
    },
  };
}

/**
 * Makes the outbox go on where the relay stands. Rows the relay has already are pushed again, for their results: it
 * answers them from memory (P2). Other numbers are given only where the relay knows of more pushes than this device
 * ever gave out (the device was restored), or of fewer than were acknowledged.
 */
export async function renumber(core: ReplicaCore, lastN: number): Promise<Result<unknown, StorageTrouble>> {
  const first = core.pending.after(0);
  const given = core.journal.state().lastN;
  if (first === undefined ? given === lastN : first <= lastN + 1 && given >= lastN) return ok(undefined);
  const renumbered = await core.journal.read(() => renumberOutbox(core, lastN, []));
  if (!renumbered.ok) return renumbered;
  const written = await core.journal.write(() => renumbered.value.store());
  if (written.ok) await loadPending(core, renumbered.value.rows);
  return written;
}

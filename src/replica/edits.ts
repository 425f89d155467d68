import type { RecordId } from '#core/kit/ids.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { LIMITS, type StoredRecord } from '#core/protocol/messages.ts';
import type { Changes, Row } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, createWithRow, editRecord, typeInto } from '#crdt/record.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange, OutboxRow } from './database.ts';
import { cutPushes } from './outbox.ts';
import { addPack, makePacks, type NewPack } from './packing.ts';
import type { StorageTrouble } from './trouble.ts';
import { touching } from './visibility.ts';

/** One record's part of a command. */
export interface EditWrite {
  readonly id: RecordId;
  readonly changes: Changes;
  readonly create?: true;
  /**
   * `changes` was typed into a copy of the document: these are its updates, and those that came into it from the
   * relay's room meanwhile, on which they may build. The latter are the relay's already and are not sent.
   */
  readonly typed?: { readonly received: readonly Uint8Array[]; readonly typed: readonly Uint8Array[] };
}

export interface EditBefore {
  readonly id: RecordId;
  readonly changes: Changes;
  readonly created: boolean;
}

export type EditResult<T> = Result<T, { readonly type: 'storage'; readonly trouble: StorageTrouble }>;

/** The device's own writes. They are durable, and in the outbox, before they resolve with `ok`. */
export interface Edits {
  commit(writes: readonly EditWrite[]): Promise<EditResult<readonly EditBefore[]>>;
  commitPack(writes: readonly EditWrite[]): Promise<EditResult<void>>;
}

/** Commands that share one transaction: a burst of edits costs one flush of the disk, not one each. */
const GROUP = 64;
const PACKS = 8;

interface Waiting {
  readonly writes: readonly EditWrite[];
  settle(result: EditResult<readonly EditBefore[]>): void;
  fail(error: unknown): void;
}

/** An import's chunk, encoded and waiting to be stored. */
interface ReadyPack {
  readonly parts: readonly NewPack<StoredRecord & { readonly row: Row }>[];
  settle(result: EditResult<void>): void;
  fail(error: unknown): void;
}

export function createEdits(core: ReplicaCore): Edits {
  const waiting: Waiting[] = [];
  const ready: ReadyPack[] = [];

  /** Writes a group of commands, all or nothing; each gets what its own writes replaced. */
  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    const ids = [...new Set(group.flatMap((g) => g.writes.map((w) => w.id)))];
    const read = await core.journal.read(() => core.documents.read(ids));
    if (!read.ok) return group.forEach((g) => g.settle(storage(read.error)));
    const seqs = new Map([...read.value].map(([id, record]) => [id, record.seq]));
    const states = new Map([...read.value].map(([id, record]) => [id, record.state]));
    const changes: OutboxChange[] = [];
    const befores = group.map(({ writes }) => {
      const stamp = core.stamp();
      return writes.map(({ id, changes: values, typed }): EditBefore => {
        const state = states.get(id);
        if (state && typed) {
          const edit = typeInto(id, state, typed, stamp);
          states.set(id, edit.state);
          edit.updates.forEach((update, i) => changes.push({ id, update, values: i === 0 ? values : {} }));
          return { id, changes: {}, created: false };
        }
        if (!state) {
          const created = createRecord(values, stamp);
          states.set(id, created);
          changes.push({ id, update: created, values, create: true });
          return { id, changes: emptied(values), created: true };
        }
        const edit = editRecord(id, state, values, stamp);
        states.set(id, edit.state);
        changes.push({ id, update: edit.update, values });
        return { id, changes: edit.before, created: false };
      });
    });

    // nothing of this size could ever be sent: a bug of whoever wrote it, better loud than stuck in the outbox
    if (changes.some((c) => c.update.length > LIMITS.pushBytes)) throw new RangeError('change too large');
    const { db, state } = core.journal;
    const pushes = cutPushes(changes, state().lastN + 1, core.now());
    const hlc = core.clock.next();
    const records = [...states].map(([id, s]): StoredRecord => ({ id, seq: seqs.get(id) ?? 0, state: s }));
    const rows = records.map(({ id, state: s }) => foldRecord(id, s));
    const packs = records.length < core.packFrom ? [] : await makePacks(records);
    const packOf = new Map<RecordId, number>();
    const known = { lastN: state().lastN + pushes.length, hlc, ...touching(state(), rows) };
    const written =
      packs.length === 0
        ? await core.journal.put({ outbox: pushes, records }, known)
        : await core.journal.write(async (rev) => {
            packOf.clear();
            const storePack = async (pack: NewPack) => {
              const packId = await addPack(core, rev, pack);
              for (const { id } of pack.records) packOf.set(id, packId);
            };
            await Promise.all([db.outbox.bulkAdd(pushes), ...packs.map(storePack)]);
            return known;
          });
    if (!written.ok) return group.forEach((g) => g.settle(storage(written.error)));
    for (const push of pushes)
      core.pending.add(
        push,
        push.changes.map((c) => c.id),
      );
    for (const id of ids) core.documents.gone.delete(id);
    if (packs.length === 0) core.documents.hold(records);
    core.projection.pendingChanged(ids);
    core.projection.put(
      rows.map((row) => {
        const pack = packOf.get(row.id);
        return pack === undefined ? { row } : { row, pack };
      }),
      false,
    );
    core.changed();
    group.forEach((g, i) => g.settle(ok(befores[i]!)));
  }

  async function commitNext(): Promise<void> {
    const group = waiting.splice(0, GROUP);
    if (group.length === 0) return; // an earlier job of the queue took it along
    try {
      await commitGroup(group);
    } catch (error) {
      group.forEach((g) => g.fail(error));
    }
  }

  /** Writes the packs that are ready and wait, each a push of its own, in one transaction. */
  async function storePacks(): Promise<void> {
    const packs = ready.splice(0, PACKS);
    if (packs.length === 0) return; // an earlier job of the queue took it along
    try {
      const { db, state } = core.journal;
      const at = core.now();
      const rows: OutboxRow[] = [];
      const written = await core.journal.write(async (rev) => {
        rows.length = 0;
        for (const { parts } of packs) {
          for (const part of parts) {
            const packId = await addPack(core, rev, part);
            rows.push({ n: state().lastN + 1 + rows.length, at, changes: [], packId, count: part.records.length });
          }
        }
        await db.outbox.bulkAdd(rows);
        const made = packs.flatMap((p) => p.parts.flatMap((part) => part.records.map((record) => record.row)));
        return { lastN: state().lastN + rows.length, hlc: core.clock.next(), ...touching(state(), made) };
      });
      if (!written.ok) return packs.forEach((p) => p.settle(storage(written.error)));
      packs
        .flatMap((p) => p.parts)
        .forEach(({ records }, i) => {
          const row = rows[i]!;
          const ids = records.map((r) => r.id);
          core.pending.add(row, ids);
          core.projection.pendingChanged(ids);
          core.projection.put(
            records.map((r) => ({ row: r.row, pack: row.packId! })),
            true,
          );
        });
      core.changed();
      packs.forEach((p) => p.settle(ok(undefined)));
    } catch (error) {
      packs.forEach((p) => p.fail(error));
    }
  }

  async function commitPack(writes: readonly EditWrite[]): Promise<EditResult<void>> {
    const stamp = core.stamp();
    const records = writes.map((w) => ({ id: w.id, seq: 0, ...createWithRow(w.id, w.changes, stamp) }));
    const parts = await makePacks(records);
    return new Promise((settle, fail) => {
      ready.push({ parts, settle, fail });
      void core.queue(storePacks);
    });
  }

  return {
    commit: (writes) =>
      new Promise((settle, fail) => {
        if (writes.length === 0) return settle(ok([]));
        waiting.push({ writes, settle, fail });
        void core.queue(commitNext);
      }),
    commitPack: (writes) => (writes.length === 0 ? Promise.resolve(ok(undefined)) : commitPack(writes)),
  };
}

const storage = (trouble: StorageTrouble) => err({ type: 'storage', trouble } as const);

/** What undoing a creation would write: every key empty. */
const emptied = (values: Changes): Changes => Object.fromEntries(Object.keys(values).map((key) => [key, null]));

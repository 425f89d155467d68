import { hlcFromMs } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { ok, type Result } from '#core/kit/result.ts';
import type { ChangeResult, Cursor, RelayMessage, StoredRecord } from '#core/protocol/messages.ts';
import type { Row } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { checkUpdate } from '#crdt/check.ts';
import { mergeRecord } from '#crdt/record.ts';
import { settleRefusals } from './refusal.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange } from './database.ts';
import { unpack } from './documents.ts';
import { compareManifest } from './manifest.ts';
import { outboxRow, renumber } from './outbox.ts';
import { addPack, makePacks } from './packing.ts';
import type { Projected } from './projection.ts';
import { createReconcile, type Reconcile } from './reconcile.ts';
import type { StorageTrouble } from './trouble.ts';
import { createVisibility } from './visibility.ts';

type Welcome = Extract<RelayMessage, { type: 'welcome' }>;
type Page = Extract<RelayMessage, { type: 'page' }>;
type Changes = Extract<RelayMessage, { type: 'changes' }>;
type Groups = Extract<RelayMessage, { type: 'groups' }>;
type KeepOnly = Extract<RelayMessage, { type: 'keep-only' }>;
type CaughtUp = Extract<RelayMessage, { type: 'caught-up' }>;
type Ack = Extract<RelayMessage, { type: 'ack' }>;
type Stored = Promise<Result<void, StorageTrouble>>;
type Acked = Promise<Result<{ readonly outdated: boolean }, StorageTrouble>>;

export interface UnpackedPage {
  readonly message: Page;
  readonly records: readonly StoredRecord[];
}

/**
 * What the relay says, made durable. Each call resolves after its transaction: the link then says `got` (pages), or may
 * forget (acks). Applying anything twice, or an older state after a newer one, changes nothing: states merge.
 */
export interface RelaySide {
  hello(): {
    readonly device: string;
    readonly cursor: Cursor;
    readonly touched: readonly string[];
    readonly complete: readonly string[];
  };
  /** `restart` = what the device has was not made from this log: everything is pulled again and compared. */
  welcome(message: Welcome): Promise<Result<{ readonly restart: boolean }, StorageTrouble>>;
  /** A page's records; rejects with `ProtocolBroken`. May run ahead of the pages before it. */
  unpack(message: Page): Promise<StoredRecord[]>;
  /** Pages that follow each other, in one transaction: its cost is mostly per transaction. */
  pages(pages: readonly UnpackedPage[]): Stored;
  /** Changes that follow each other: what the last of them says of a record is what counts. */
  changes(messages: readonly Changes[]): Stored;
  /** Groups that are taken back, and groups that came whole (V3, V4). */
  groups(message: Groups): Promise<Result<unknown, StorageTrouble>>;
  /** What of a part of the manifest (V5) is not on this device, or is there as other bytes: the relay is asked for it. */
  keepOnly(message: KeepOnly): Promise<Result<readonly RecordId[], StorageTrouble>>;
  /** `again` = something is missing or too much here (V7): connect anew. */
  caughtUp(message: CaughtUp): Promise<Result<{ readonly again: boolean }, StorageTrouble>>;
  /** `outdated` = the device must pull again, from its cursor: connect anew. */
  acks(messages: readonly Ack[]): Acked;
  /** The push with the smallest number above `n`. */
  pushAfter(
    n: number,
  ): Promise<Result<{ readonly n: number; readonly changes: readonly OutboxChange[] } | undefined, StorageTrouble>>;
}

/** The relay said what the protocol does not allow; the connection is of no use. */
export class ProtocolBroken extends Error {
  override readonly name = 'ProtocolBroken';
}

export function createRelaySide(core: ReplicaCore, onPurged: () => void = () => undefined): RelaySide {
  const visibility = createVisibility(core, onPurged);
  const { journal, pending, projection, queue, clock } = core;
  const { db } = journal;
  let reconcile: Reconcile | undefined;
  /** Rows of page records the device does not have, made while the pages before them are being written. */
  const folded = new WeakMap<StoredRecord, Row>();
  const rowOf = (record: StoredRecord): Row => folded.get(record) ?? foldRecord(record.id, record.state);

  /** Stores relay states, in order; those of a page may be kept as the pack they came in. */
  async function store(
    parts: readonly { readonly records: readonly StoredRecord[]; readonly page?: Page }[],
    seq: number,
  ): Stored {
    const records = parts.length === 1 ? parts[0]!.records : parts.flatMap((part) => part.records);
    const ids = records.map((r) => r.id);
    const local = await journal.read(() => core.documents.read(ids));
    if (!local.ok) return local;
    reconcile?.saw(records, local.value);

    const fresh = new Map<RecordId, StoredRecord>(); // not on the device
    const merged = new Map<RecordId, StoredRecord>(); // on the device, and now another state
    for (const record of records) {
      const known = merged.get(record.id) ?? fresh.get(record.id) ?? local.value.get(record.id);
      if (!known) fresh.set(record.id, record);
      else if (!sameBytes(known.state, record.state)) {
        const state = mergeRecord(record.id, known.state, record.state);
        if (sameBytes(state, known.state)) continue;
        fresh.delete(record.id);
        merged.set(record.id, { ...record, state });
      }
    }
    // it was taken away and has come back: what was typed on it meanwhile is still to be shown
    for (const [id, record] of [...fresh]) {
      if (!pending.has(id)) continue;
      const state = await withUnsent(id, record.state);
      if (sameBytes(state, record.state)) continue;
      fresh.delete(id);
      merged.set(id, { ...record, state });
    }
    const isFresh = (r: StoredRecord) => fresh.get(r.id) === r;
    const packed = parts.flatMap(({ records: its, page }) =>
      page && its.filter(isFresh).length >= core.packFrom ? [{ page, records: its }] : [],
    );
    const inPack = new Set(packed.flatMap((part) => part.records));
    const own = new Map([...fresh, ...merged].filter(([, r]) => !(isFresh(r) && inPack.has(r))));
    // the newest pack counts for what has no own row: where the device knows more than the page, that gets one
    const ahead = (r: StoredRecord) => {
      const known = local.value.get(r.id);
      return known !== undefined && !merged.has(r.id) && !sameBytes(known.state, r.state);
    };
    const shadowed = [...inPack].filter(ahead);
    const rows = new Map<RecordId, Projected>();
    for (const record of [...fresh.values(), ...merged.values()]) rows.set(record.id, { row: rowOf(record) });
    for (const { row } of rows.values()) clock.receive(hlcFromMs(row.updatedAt + 1) - 1);

    const packs = own.size < core.packFrom ? [] : await makePacks([...own.values()]);

    const written = await journal.write(async (rev) => {
      for (const { page, records: its } of packed) {
        const pack = await db.packs.add({ rev, count: page.count, deflated: page.deflated, bytes: page.pack });
        for (const r of its) if (isFresh(r)) rows.set(r.id, { row: rows.get(r.id)!.row, pack });
      }
      // a tombstone of an earlier time would hide the record in the pack
      const hidden = core.documents.mayHaveOwnRow([...fresh.keys()].filter((id) => !own.has(id)));
      if (hidden.length > 0) await db.records.bulkDelete(hidden);
      if (packs.length === 0 && own.size > 0)
        await db.records.bulkPut([...own.values()].map((r) => ({ id: r.id, rev, seq: r.seq, state: r.state })));
      for (const part of packs) {
        const pack = await addPack(core, rev, part);
        for (const { id } of part.records) rows.set(id, { row: rows.get(id)!.row, pack });
      }
      if (shadowed.length > 0) {
        const rowless = shadowed.map((r) => r.id);
        const present = new Set(await db.records.where('id').anyOf(rowless).primaryKeys());
        const copies = shadowed.filter((r) => !present.has(r.id)).map((r) => local.value.get(r.id)!);
        await db.records.bulkPut(copies.map((r) => ({ id: r.id, rev, seq: r.seq, state: r.state })));
        for (const r of copies) rows.set(r.id, { row: foldRecord(r.id, r.state) });
      }
      const sets = visibility.saw(records, rows);
      return { ...sets, hlc: clock.next(), ...(reconcile ? {} : { cursor: advanced(journal.state().cursor, seq) }) };
    });
    if (!written.ok) return written;
    for (const id of fresh.keys()) core.documents.gone.delete(id);
    projection.put([...rows.values()], packed.length > 0);
    core.changed();
    return ok(undefined);
  }

  /** A relay state with what of the outbox still fits on it. */
  async function withUnsent(id: RecordId, base: Uint8Array): Promise<Uint8Array> {
    let state = base;
    for (const n of pending.rowsOf(id)) {
      const read = await journal.read(() => outboxRow(core, n));
      if (!read.ok || !read.value) continue;
      for (const change of read.value.changes) {
        if (change.id !== id || change.superseded || !checkUpdate(change.update, state).ok) continue;
        state = mergeRecord(id, state, change.update);
      }
    }
    return state;
  }

  /** Pushes that were taken as they are: the records' places in the log, the outbox and the cursor change. */
  async function ackPlain(messages: readonly Ack[]): Acked {
    let { cursor, acked } = journal.state();
    for (const { n, seq, results } of messages) {
      // the log is gapless (L2): when all entries since the cursor are this push's, nothing of others lies between
      if (!reconcile && cursor.seq + results.length === seq) cursor = { ...cursor, seq };
      if (pending.plain(n, results.length) === 'edits') acked = furthest(acked, { ...cursor, seq });
    }
    const written = await journal.write(async () => {
      await db.outbox.bulkDelete(messages.map((m) => m.n));
      return { cursor, ...(acked && { acked }), hlc: clock.next() };
    });
    if (!written.ok) return written;
    core.documents.hold([]); // no document changed
    for (const { n } of messages) projection.pendingChanged(pending.remove(n));
    core.changed();
    return ok({ outdated: false });
  }

  async function ack(message: Ack): Acked {
    const read = await journal.read(() => outboxRow(core, message.n));
    if (!read.ok) return read;
    if (!read.value) return ok({ outdated: false }); // acknowledged on an earlier connection
    const { row, changes } = read.value;
    if (message.results.length !== changes.length) throw new ProtocolBroken('results do not match the push');
    const taken = message.results.filter((r: ChangeResult) => r.kind !== 'rejected').length;
    const settled = await journal.read(() => settleRefusals(core, row, message.seq, changes, message.results));
    if (!settled.ok) return settled;
    const { states, gone, erased, again, marked, refused, outdated } = settled.value;

    // what exists nowhere any more leaves the device in the transaction that says so (I5)
    const removal = gone.length > 0 ? await visibility.planDrop(gone, message.n) : undefined;
    if (removal && !removal.ok) return removal;

    const { cursor, lastN } = journal.state();
    // the log is gapless (L2): when all entries since the cursor are this push's, nothing of others lies between
    const contiguous = !reconcile && cursor.seq + taken === message.seq;
    const refusedAt = core.now();
    let refusedKeys: readonly number[] = [];
    const written = await journal.write(async (rev) => {
      await db.outbox.delete(message.n);
      await db.outbox.bulkPut(marked);
      await db.outbox.bulkAdd(again);
      if (erased.length > 0) await db.refused.filter((r) => erased.includes(r.id)).delete();
      refusedKeys = await db.refused.bulkAdd(
        refused.map((r) => ({ ...r, refusedAt })),
        { allKeys: true },
      );
      await db.records.bulkPut([...states].map(([id, state]) => ({ id, rev, seq: message.seq, state })));
      await removal?.value.write(rev);
      if (row.packId === undefined) {
        const confirmed = changes.map((c) => c.id).filter((id) => !states.has(id) && !gone.includes(id));
        await db.records.where('id').anyOf(confirmed).modify({ seq: message.seq });
      }
      return {
        lastN: lastN + again.length,
        ...(contiguous ? { cursor: { ...cursor, seq: message.seq } } : {}),
        ...(outdated ? { cursor: { ...cursor, seq: Math.min(cursor.seq, message.seq) } } : {}),
        hlc: clock.next(),
      };
    });
    if (!written.ok) return written;
    const touched = pending.remove(message.n);
    for (const next of again)
      pending.add(
        next,
        next.changes.map((c) => c.id),
      );
    for (const { n } of marked) pending.supersede(n);
    core.forget(erased);
    core.refuse(refused.map((r, i) => ({ ...r, refusedAt, key: refusedKeys[i]! })));
    for (const id of states.keys()) core.documents.gone.delete(id);
    projection.put(
      [...states].map(([id, state]) => ({ row: foldRecord(id, state) })),
      false,
    );
    projection.pendingChanged([...touched, ...states.keys()]);
    removal?.value.done();
    core.changed();
    return ok({ outdated });
  }

  return {
    hello() {
      const { device, cursor } = journal.state();
      const said = visibility.unknown ? { incarnation: '', seq: 0 } : cursor;
      return { device, cursor: said, touched: visibility.touched(), complete: visibility.complete() };
    },
    welcome: (message) =>
      queue(async () => {
        clock.setRelayTime(message.now);
        const { cursor } = journal.state();
        const otherLog = cursor.incarnation !== message.head.incarnation || cursor.seq > message.head.seq;
        // a device that has nothing yet needs no comparing
        const empty = cursor.incarnation === '' && cursor.seq === 0;
        reconcile = undefined;
        const begun = await visibility.begin(message.reset);
        if (!begun.ok) return begun;
        if (otherLog && !empty) {
          reconcile = createReconcile(core, message.head.incarnation, message.lastN);
          return ok({ restart: true });
        }
        const numbered = await renumber(core, message.lastN);
        if (!numbered.ok) return numbered;
        if (empty || message.reset) {
          const adopted = await journal.write(async () => ({
            cursor: { incarnation: message.head.incarnation, seq: 0 },
          }));
          if (!adopted.ok) return adopted;
        }
        return ok({ restart: false });
      }),
    async unpack(message) {
      const records = await unpackPage(message);
      for (const record of records)
        if (!projection.has(record.id)) folded.set(record, foldRecord(record.id, record.state));
      return records;
    },
    pages: (pages) =>
      queue(() =>
        store(
          pages.map(({ message, records }) => ({ page: message, records })),
          pages.at(-1)!.message.seq,
        ),
      ),
    changes: (messages) =>
      queue(async () => {
        const dropped = new Set<RecordId>();
        let records: StoredRecord[] = [];
        for (const { drops, records: its } of messages) {
          const left = new Set(drops);
          for (const id of left) dropped.add(id);
          if (left.size > 0) records = records.filter(({ id }) => !left.has(id));
          records.push(...its);
        }
        if (dropped.size > 0) {
          const gone = await visibility.drop([...dropped]);
          if (!gone.ok) return gone;
        }
        return store([{ records }], Math.max(...messages.map(({ seq }) => seq)));
      }),
    groups: ({ dropped, complete }) => queue(() => visibility.groups(dropped, complete)),
    keepOnly: ({ records }) =>
      queue(async () => {
        const found = await journal.read(() => compareManifest(core.documents, records));
        if (!found.ok) return found;
        visibility.listed(records.map(({ id }) => id));
        reconcile?.same(found.value.same);
        return ok(found.value.other);
      }),
    caughtUp: ({ seq, sums }) =>
      queue(async () => {
        const syncedAt = core.now();
        const settled = reconcile ? ok(false) : await visibility.finish(sums);
        if (!settled.ok) return settled;
        const finished = reconcile ? await reconcile.finish(seq, syncedAt) : undefined;
        if (finished && !finished.ok) return finished;
        if (!finished) {
          const written = await journal.write(async () => ({
            cursor: advanced(journal.state().cursor, seq),
            syncedAt,
          }));
          if (!written.ok) return written;
        }
        reconcile = undefined;
        core.changed();
        return ok({ again: settled.value });
      }),
    acks: (messages) =>
      queue(async () => {
        if (messages.every(({ n, results }) => pending.plain(n, results.length) && results.every(isOk)))
          return ackPlain(messages);
        let outdated = false;
        for (const message of messages) {
          const done = await ack(message);
          if (!done.ok) return done;
          outdated ||= done.value.outdated;
        }
        return ok({ outdated });
      }),
    async pushAfter(n) {
      const next = pending.after(n);
      // what the relay lost must reach it before what builds on it
      if (next === undefined || reconcile) return ok(undefined);
      const read = await journal.read(() => outboxRow(core, next));
      return read.ok ? ok(read.value && { n: next, changes: read.value.changes }) : read;
    },
  };
}

async function unpackPage(page: Page): Promise<StoredRecord[]> {
  try {
    return await unpack({ bytes: page.pack, deflated: page.deflated });
  } catch {
    throw new ProtocolBroken('unreadable page');
  }
}

const isOk = (result: ChangeResult) => result.kind === 'ok';

/** A place of another log says nothing of this one. */
const furthest = (a: Cursor | undefined, b: Cursor): Cursor =>
  a?.incarnation === b.incarnation && a.seq > b.seq ? a : b;

const advanced = (cursor: Cursor, seq: number): Cursor => ({ ...cursor, seq: Math.max(cursor.seq, seq) });

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

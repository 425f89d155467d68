import { fingerprint } from '#core/access/checksum.ts';
import { partitionKey, partitionOf, type PartitionKey } from '#core/access/partition.ts';
import { idType, type RecordId } from '#core/kit/ids.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { encodePack } from '#core/protocol/codec.ts';
import type { GroupSum, StoredRecord } from '#core/protocol/messages.ts';
import type { RecordType, Row } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import type { ReplicaCore } from './core.ts';
import type { ReplicaState } from './database.ts';
import { deflate } from './deflate.ts';
import { unpack } from './documents.ts';
import type { StorageTrouble } from './trouble.ts';

/**
 * What this device may hold (sync.md §2). `touched` names every group it may hold something of, and is written with or
 * before the first record of the group; `complete` those it holds whole up to its cursor (V2). What the relay takes back
 * leaves no byte in records, packs or the read model (I5). Changes that were typed and not sent stay in the outbox: the
 * relay's answer to them puts the person's own values into the tray (P5).
 *
 * A record whose owner or department was changed here and not acknowledged stands in another group for the relay than
 * for this device; it is left alone when groups are taken back, for the answer to its push decides (P5).
 */
export interface Visibility {
  touched(): readonly PartitionKey[];
  complete(): readonly PartitionKey[];
  /** Does the device hold records and not know of which groups? An earlier build stored them. */
  readonly unknown: boolean;
  /** A pull begins. `reset`: nothing counts as complete, all that does not come again goes (V5). */
  begin(reset: boolean): Promise<Result<unknown, StorageTrouble>>;
  /** Relay states that are being stored; answers what the sets become. */
  saw(records: readonly StoredRecord[], rows: ReadonlyMap<RecordId, { readonly row: Row }>): Partial<ReplicaState>;
  /** The relay has these, and the person may see them: they stay (V5). */
  listed(ids: readonly RecordId[]): void;
  drop(ids: readonly RecordId[]): Promise<Result<unknown, StorageTrouble>>;
  /** What `drop` would do, for a transaction of which the end of push `answered` is a part. */
  planDrop(ids: readonly RecordId[], answered: number): Promise<Result<Removal, StorageTrouble>>;
  /** V4: the records and the group's name go in one transaction. */
  groups(dropped: readonly PartitionKey[], complete: readonly PartitionKey[]): Promise<Result<unknown, StorageTrouble>>;
  /**
   * Everything was sent. What should have come again and did not goes; with `sums` the groups are compared (V7). True
   * where one differs: it is not complete any more, and the device must connect anew to get it again.
   */
  finish(sums: readonly GroupSum[]): Promise<Result<boolean, StorageTrouble>>;
}

/** Records that are to leave the device, with every copy of their bytes. */
export interface Removal {
  /** For a write transaction. */
  write(rev: number): Promise<void>;
  /** To be called when that is on the disk. */
  done(): void;
}

/** Devices with more packs are not compared at every connection: it reads every document. */
const PACKS_TO_COMPARE = 40;

export const groupOf = ({ id, values }: Pick<Row, 'id' | 'values'>): PartitionKey =>
  partitionKey(partitionOf(idType(id) as RecordType, values));

/** What `touched` becomes with rows this device writes itself; written in their transaction. */
export function touching({ touched, cursor }: ReplicaState, rows: Iterable<Row>): Partial<ReplicaState> {
  if (touched === undefined && cursor.seq > 0) return {}; // not known yet what an earlier build stored
  const known = new Set(touched);
  const before = known.size;
  for (const row of rows) known.add(groupOf(row));
  return known.size > before ? { touched: [...known] } : {};
}

export function createVisibility(core: ReplicaCore, onPurged: () => void): Visibility {
  const { journal, documents, projection, pending } = core;
  const { db } = journal;
  /** While groups come again: what came. `groups` undefined = all. */
  let repair: { readonly groups: ReadonlySet<PartitionKey> | undefined; readonly seen: Set<RecordId> } | undefined;
  /** Groups that were repaired once; a second time would be the third, and so on. */
  const repaired = new Set<PartitionKey>();

  const held = new Map<number, { readonly rev: number; readonly ids: ReadonlySet<RecordId> }>();

  const touched = () => journal.state().touched ?? [];
  const complete = () => journal.state().complete ?? [];
  const isUndecided = (id: RecordId) => {
    if (!pending.has(id)) return false;
    const fields = pending.fields(id);
    return pending.creates(id) || fields === undefined || fields.some((f) => f === 'ownerId' || f === 'departmentId');
  };

  /** Every document of the device as it counts, and the ids each pack holds bytes of. */
  async function everything() {
    const counting = new Map<RecordId, StoredRecord>();
    const packs = new Map<number, ReadonlySet<RecordId>>();
    const packIds = await db.packs.toCollection().primaryKeys();
    for (const packId of packIds) {
      const row = await db.packs.get(packId);
      const records = row ? await unpack(row) : [];
      packs.set(packId, new Set(records.map((record) => record.id)));
      // the newest pack counts
      for (const record of records) counting.set(record.id, { ...record, state: record.state.slice() });
    }
    await db.records.each((row) => {
      if (row.state) counting.set(row.id, { id: row.id, seq: row.seq, state: row.state });
      else counting.delete(row.id);
    });
    return { counting, packs };
  }

  /** Removes records and changes the sets in the same transaction. */
  async function purge(
    ids: ReadonlySet<RecordId>,
    packs: ReadonlyMap<number, ReadonlySet<RecordId>>,
    sets: Partial<ReplicaState>,
  ): Promise<Result<unknown, StorageTrouble>> {
    if (ids.size === 0) return journal.write(() => Promise.resolve(sets));
    const removal = await plan(ids, packs);
    if (!removal.ok) return removal;
    const written = await journal.write(async (rev) => {
      await removal.value.write(rev);
      return sets;
    });
    if (written.ok) removal.value.done();
    return written;
  }

  /** `answered` = a push that will not be in the outbox any more. */
  async function plan(
    ids: ReadonlySet<RecordId>,
    packs: ReadonlyMap<number, ReadonlySet<RecordId>>,
    answered?: number,
  ): Promise<Result<Removal, StorageTrouble>> {
    const rewritten: { id: number; count: number; bytes: Uint8Array | undefined }[] = [];
    const kept = new Set<RecordId>();
    const read = await journal.read(async () => {
      const needed = new Set((await db.outbox.toArray()).flatMap((row) => (row.n === answered ? [] : [row.packId])));
      for (const [packId, its] of packs) {
        const going = [...ids].filter((id) => its.has(id));
        if (going.length === 0) continue;
        if (needed.has(packId)) {
          // an import of this device's own that waits for its answer: hidden until then
          for (const id of going) kept.add(id);
          continue;
        }
        const row = await db.packs.get(packId);
        const left = (row ? await unpack(row) : []).filter((record) => !ids.has(record.id));
        const bytes = left.length > 0 ? await deflate(encodePack(left)) : undefined;
        rewritten.push({ id: packId, count: left.length, bytes });
      }
    });
    if (!read.ok) return read;
    return ok({
      async write(rev) {
        await db.records.bulkDelete([...ids]);
        await db.records.bulkPut([...kept].map((id) => ({ id, rev, seq: 0, gone: 1 as const })));
        for (const { id, count, bytes } of rewritten) {
          if (bytes) await db.packs.update(id, { count, bytes, deflated: true, rev });
          else await db.packs.delete(id);
        }
        // the read model's snapshot still has them: it counts as none until it is written anew
        await db.meta.bulkDelete(['snapshot', 'answers']);
      },
      done() {
        // what this session wrote into these documents is gone: written again, their clocks would repeat
        core.renewClientId();
        for (const { id } of rewritten) documents.forget(id);
        for (const id of ids) documents.gone[kept.has(id) ? 'add' : 'delete'](id);
        projection.remove([...ids]);
        projection.pendingChanged([...ids]);
        core.changed();
        onPurged();
      },
    });
  }

  /** The ids each pack holds bytes of. A pack is read once, and again when it was rewritten. */
  const idsOfPacks = () =>
    journal.read(async () => {
      const revs = new Map<number, number>();
      await db.packs.orderBy('rev').eachKey((rev, { primaryKey }) => void revs.set(primaryKey, rev as number));
      for (const packId of held.keys()) if (!revs.has(packId)) held.delete(packId);
      for (const [packId, rev] of revs) {
        if (held.get(packId)?.rev === rev) continue;
        const row = await db.packs.get(packId);
        held.set(packId, { rev, ids: new Set((row ? await unpack(row) : []).map((record) => record.id)) });
      }
      return new Map([...held].map(([packId, { ids }]) => [packId, ids]));
    });

  return {
    touched,
    complete,
    get unknown() {
      const { touched: known, cursor } = journal.state();
      return known === undefined && cursor.seq > 0;
    },
    async begin(reset) {
      const { touched: known } = journal.state();
      const lacking = reset ? touched() : touched().filter((key) => !complete().includes(key));
      if (this.unknown) repair = { groups: undefined, seen: new Set() };
      else repair = lacking.length > 0 ? { groups: new Set(lacking), seen: new Set() } : undefined;
      if (!reset && known !== undefined) return ok(undefined);
      return journal.write(() => Promise.resolve({ touched: touched(), complete: reset ? [] : complete() }));
    },
    saw(records, rows) {
      for (const { id } of records) repair?.seen.add(id);
      const known = new Set(touched());
      const before = known.size;
      for (const { id, state } of records) {
        const row = rows.get(id)?.row;
        if (row) known.add(groupOf(pending.has(id) ? foldRecord(id, state) : row));
      }
      return known.size > before ? { touched: [...known] } : {};
    },
    listed(ids) {
      for (const id of ids) repair?.seen.add(id);
    },
    async drop(ids) {
      const packs = await idsOfPacks();
      return packs.ok ? purge(new Set(ids), packs.value, {}) : packs;
    },
    async planDrop(ids, answered) {
      const packs = await idsOfPacks();
      return packs.ok ? plan(new Set(ids), packs.value, answered) : packs;
    },
    async groups(dropped, whole) {
      const gone = new Set(dropped);
      const sets = {
        touched: [...new Set([...touched(), ...whole])].filter((key) => !gone.has(key)),
        complete: [...new Set([...complete(), ...whole])].filter((key) => !gone.has(key)),
      };
      if (gone.size === 0) return journal.write(() => Promise.resolve(sets));
      const all = await journal.read(everything);
      if (!all.ok) return all;
      const ids = [...all.value.counting.values()]
        .filter(({ id, state }) => gone.has(groupOf(foldRecord(id, state))) && !isUndecided(id))
        .map(({ id }) => id);
      return purge(new Set(ids), all.value.packs, sets);
    },
    async finish(sums) {
      const doing = repair;
      repair = undefined;
      if (doing) {
        const all = await journal.read(everything);
        if (!all.ok) return all;
        const unseen = [...all.value.counting.values()].filter(({ id, state }) => {
          if (doing.seen.has(id) || isUndecided(id)) return false;
          return doing.groups === undefined || doing.groups.has(groupOf(foldRecord(id, state)));
        });
        const done = await purge(new Set(unseen.map(({ id }) => id)), all.value.packs, {});
        if (!done.ok) return done;
      }
      if (sums.length === 0) return ok(false);
      const keys = sums.map(({ key }) => key);
      const wrong = (await compare(sums)).filter((key) => !repaired.has(key));
      for (const key of wrong) repaired.add(key);
      const sets = {
        touched: [...new Set([...touched(), ...keys])],
        complete: keys.filter((key) => !wrong.includes(key)),
      };
      const written = await journal.write(() => Promise.resolve(sets));
      return written.ok ? ok(wrong.length > 0) : written;
    },
  };

  /** Groups that do not add up to what the relay says. Asked only where nothing is on its way. */
  async function compare(sums: readonly GroupSum[]): Promise<PartitionKey[]> {
    if (pending.count > 0) return [];
    const all = await journal.read(async () =>
      (await db.packs.count()) > PACKS_TO_COMPARE ? undefined : await everything(),
    );
    if (!all.ok || !all.value) return [];
    const ours = new Map<PartitionKey, { count: number; sum: number }>();
    for (const { id, state } of all.value.counting.values()) {
      const row = foldRecord(id, state);
      const sum = ours.get(groupOf(row)) ?? { count: 0, sum: 0 };
      ours.set(groupOf(row), { count: sum.count + 1, sum: sum.sum + fingerprint(id, row.updatedAt) });
    }
    const theirs = new Map(sums.map((one) => [one.key, one]));
    return [...new Set([...ours.keys(), ...theirs.keys()])].filter((key) => {
      const [a, b] = [ours.get(key), theirs.get(key)];
      return a?.count !== b?.count || a?.sum !== b?.sum;
    });
  }
}

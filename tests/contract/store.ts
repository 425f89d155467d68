import { administrator } from '../../sync-server/relay/testing/person.ts';
import { T0 } from '../../sync-server/relay/testing/t0.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HLC_MAX_AHEAD_MS, hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { decodePack } from '#core/protocol/codec.ts';
import type { Change, StoredRecord } from '#core/protocol/messages.ts';
import type { Changes } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import type { Page, Push, PushOutcome, Stored, StorePort } from '../../sync-server/store/port.ts';

/** One database: opened, closed and opened again as often as a test likes. */
export interface StoreUnderTest {
  open(): Promise<StorePort>;
  remove(): Promise<void>;
}

export { T0 };
const ANYBODY = { person: administrator('anybody') };
const ALL = { records: 1000, bytes: 1e9 };
export const ANN = { user: 'ann', device: 'ann-phone', clientId: 11 };
export const BOB = { user: 'bob', device: 'bob-laptop', clientId: 22 };
type Person = typeof ANN;

export const value = async <T>(stored: Stored<T>): Promise<T> => {
  const result = await stored;
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

export const created = (changes: Changes, who: Person = ANN, at = T0): Change => ({
  id: newId('contact', at),
  update: createRecord(changes, { hlc: hlcFromMs(at), clientId: who.clientId }),
});

export const pushOf = (n: number, changes: readonly Change[], who: Person = ANN, at = T0): Push => ({
  person: administrator(who.user),
  user: who.user,
  device: who.device,
  n,
  changes,
  at,
});

const recordsOf = (page: Page): StoredRecord[] => {
  const pack = decodePack(page.pack);
  if (!pack.ok) throw new Error('the page holds no pack');
  return pack.value;
};

/** The rules every implementation of the store keeps. `create` gives an empty database. */
export function storeContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let database: StoreUnderTest;
    let store: StorePort;

    let w1: string;
    let w2: string;

    beforeAll(async () => {
      database = await create();
      store = await database.open();
    });
    beforeEach(() => {
      w1 = crypto.randomUUID(); // one database, two new workspaces for every test
      w2 = crypto.randomUUID();
    });
    afterAll(async () => {
      await store.close();
      await database.remove();
    });

    const reopen = async () => {
      await store.close();
      store = await database.open();
    };
    const commit = async (workspace: string, push: Push): Promise<PushOutcome> =>
      (await value(store.commit(workspace, [push])))[0]!;
    const committed = async (workspace: string, push: Push) => {
      const outcome = await commit(workspace, push);
      if (outcome.kind !== 'committed') throw new Error(outcome.kind);
      return outcome;
    };

    it('L1 L3: a commit appends to the log and writes the merged state, with the author and time of the relay', async () => {
      const lan = created({ name: 'Lan' });
      const outcome = await committed(w1, pushOf(1, [lan]));
      expect(outcome).toMatchObject({ seq: 1, results: [{ kind: 'ok' }] });
      expect(outcome.records.map((r) => [r.id, r.seq])).toEqual([[lan.id, 1]]);
      const edit = editRecord(
        lan.id,
        lan.update,
        { name: 'Lan Anh' },
        { hlc: hlcFromMs(T0 + 5), clientId: BOB.clientId },
      );
      await committed(w1, pushOf(1, [{ id: lan.id, update: edit.update }], BOB, T0 + 9));

      const record = await value(store.record(w1, lan.id));
      expect(record).toMatchObject({ seq: 2, createdBy: 'ann', createdAt: T0, updatedBy: 'bob', updatedAt: T0 + 9 });
      expect(foldRecord(lan.id, record!.state).values).toEqual({ name: 'Lan Anh' });
      const log = await value(store.log(w1, 0, 10));
      expect(log.map((e) => [e.seq, e.user, e.device, e.from === null, e.at])).toEqual([
        [1, 'ann', 'ann-phone', true, T0],
        [2, 'bob', 'bob-laptop', false, T0 + 9],
      ]);
      expect(new Uint8Array(log[1]!.update)).toEqual(edit.update);
    });

    it('I7 L2: seq is gapless and in commit order with many writers at once, in each workspace for itself', async () => {
      const people = Array.from({ length: 8 }, (_, i) => ({ user: `u${i}`, device: `d${i}`, clientId: 100 + i }));
      const outcomes = await Promise.all(
        people.flatMap((who) =>
          [1, 2, 3, 4, 5].map((n) =>
            committed(
              n % 2 ? w1 : w2,
              pushOf(Math.ceil(n / 2), [created({ name: `${n}` }, who), created({ name: 'x' }, who)], who),
            ),
          ),
        ),
      );
      expect(outcomes).toHaveLength(40);
      for (const [workspace, entries] of [
        [w1, 48],
        [w2, 32],
      ] as const) {
        const log = await value(store.log(workspace, 0, 1000));
        expect(log.map((e) => e.seq)).toEqual(Array.from({ length: entries }, (_, i) => i + 1));
        expect(await value(store.head(workspace))).toEqual({ incarnation: store.incarnation, seq: entries });
      }
    });

    it('L2: commits of one workspace settle in order of seq', async () => {
      const order: number[] = [];
      await Promise.all(
        [1, 2, 3, 4].map(async (n) => order.push((await committed(w1, pushOf(n, [created({ name: `${n}` })]))).seq)),
      );
      expect(order).toEqual([1, 2, 3, 4]);
    });

    it('L5: head, incarnation and lastN survive a restart', async () => {
      await committed(w1, pushOf(1, [created({ name: 'Lan' }), created({ name: 'Minh' })]));
      await committed(w1, pushOf(2, [created({ name: 'Hoa' })]));
      const before = await value(store.head(w1));
      await reopen();
      expect(await value(store.head(w1))).toEqual(before);
      expect(before.seq).toBe(3);
      expect(await value(store.lastN(w1, 'ann', 'ann-phone'))).toBe(2);
      expect(await value(store.lastN(w1, 'bob', 'ann-phone'))).toBe(0);
      expect(await value(store.lastN(w2, 'ann', 'ann-phone'))).toBe(0);
      expect(await value(store.workspaceMeta(w1))).toEqual({ head: before, records: 3, devices: 1 });
    });

    it('I2 P2: a push that comes again has no effect and the same answer, after a restart too', async () => {
      const good = created({ name: 'Lan' });
      const bad = { id: newId('contact', T0), update: new Uint8Array([1, 2, 3]) };
      const push = pushOf(1, [good, bad]);
      const first = await committed(w1, push);
      expect(first.results).toEqual([{ kind: 'ok' }, { kind: 'rejected', reason: 'malformed' }]);
      expect(await commit(w1, push)).toEqual({ kind: 'repeated', seq: 1, results: first.results });
      await reopen();
      expect(await commit(w1, push)).toEqual({ kind: 'repeated', seq: 1, results: first.results });
      expect((await value(store.head(w1))).seq).toBe(1);
      expect(await value(store.log(w1, 0, 10))).toHaveLength(1);
    });

    it('I2 P2: the same push twice in one transaction counts once', async () => {
      const push = pushOf(1, [created({ name: 'Lan' })]);
      const outcomes = await value(store.commit(w1, [push, push]));
      expect(outcomes.map((o) => o.kind)).toEqual(['committed', 'repeated']);
      expect((await value(store.head(w1))).seq).toBe(1);
    });

    it('P2: a push that leaves out a number does nothing', async () => {
      expect(await commit(w1, pushOf(2, [created({ name: 'Lan' })]))).toEqual({ kind: 'out-of-order', lastN: 0 });
      expect((await value(store.head(w1))).seq).toBe(0);
      expect(await value(store.lastN(w1, 'ann', 'ann-phone'))).toBe(0);
    });

    it('typed in a room: a push without a number is committed by the same rules, and may come again', async () => {
      const lan = created({ name: 'Lan', 'text:description': 'Khách' });
      await committed(w1, pushOf(1, [lan]));
      const typist = { user: 'bob', device: 'room:bob', clientId: 33 };
      const stamp = { hlc: hlcFromMs(T0 + 5), clientId: typist.clientId };
      const typed = editRecord(lan.id, lan.update, { 'text:description': 'Khách quen' }, stamp);
      const change = { id: lan.id, update: typed.update };
      const outcome = await committed(w1, { ...pushOf(0, [change], typist, T0 + 6), n: undefined });
      expect(outcome.results).toEqual([{ kind: 'ok' }]);
      expect(foldRecord(lan.id, outcome.records[0]!.state).values['description']).toBe('Khách quen');
      const [entry] = await value(store.log(w1, 1, 10));
      expect(entry).toMatchObject({ seq: 2, user: 'bob', device: 'room:bob', at: T0 + 6 });
      expect(await value(store.lastN(w1, 'bob', 'room:bob'))).toBe(0);

      const again = await committed(w1, { ...pushOf(0, [change], typist, T0 + 7), n: undefined });
      expect(foldRecord(lan.id, again.records[0]!.state).values).toEqual({ name: 'Lan', description: 'Khách quen' });
      const foreign = editRecord(lan.id, typed.state, { name: 'X' }, { ...stamp, clientId: ANN.clientId });
      const refused = await committed(w1, {
        ...pushOf(0, [{ id: lan.id, update: foreign.update }], typist),
        n: undefined,
      });
      expect(refused.results).toMatchObject([{ kind: 'rejected', reason: 'foreign-client-id' }]);
    });

    it('I11 P1: a rejected change delays none of the others, and is answered with the record of the relay', async () => {
      const lan = created({ name: 'Lan' });
      await committed(w1, pushOf(1, [lan]));
      const edit = (name: string, at: number) =>
        editRecord(lan.id, lan.update, { name }, { hlc: hlcFromMs(at), clientId: ANN.clientId });
      const broken = edit('Lan 2', T0 + 1).update.slice(0, -1);
      const outcome = await committed(
        w1,
        pushOf(2, [created({ name: 'Minh' }), { id: lan.id, update: broken }, created({ name: 'Hoa' })]),
      );
      expect(outcome.results.map((r) => r.kind)).toEqual(['ok', 'rejected', 'ok']);
      const refused = outcome.results[1]!;
      expect(refused).toMatchObject({ reason: 'malformed' });
      expect(foldRecord(lan.id, (refused as { state: Uint8Array }).state).values).toEqual({ name: 'Lan' });
      expect(outcome.seq).toBe(3);
      expect(outcome.records.map((r) => r.seq)).toEqual([2, 3]);
    });

    it.each([
      ['bad-id', { id: 'contact_tooshort', update: created({ name: 'x' }).update }],
      ['bad-id', { id: newId('invoice', T0), update: created({ name: 'x' }).update }],
      ['bad-id', { id: '', update: created({ name: 'x' }).update }],
      ['malformed', { id: newId('contact', T0), update: new Uint8Array() }],
      ['too-large', { id: newId('contact', T0), update: new Uint8Array(256 * 1024 + 1) }],
      ['bad-content', created({ name: 'x'.repeat(20_001) })],
    ])('P3: %s', async (reason, change) => {
      const outcome = await committed(w1, pushOf(1, [change]));
      expect(outcome.results).toEqual([{ kind: 'rejected', reason }]);
      expect(outcome.records).toEqual([]);
      expect(await value(store.lastN(w1, 'ann', 'ann-phone'))).toBe(1);
      expect(await value(store.record(w1, change.id))).toBeUndefined();
    });

    it('P3: an update that builds on what the relay does not have is a gap, and tells nothing of a record it has not', async () => {
      const lan = created({ name: 'Lan' });
      const edit = editRecord(lan.id, lan.update, { name: 'B' }, { hlc: hlcFromMs(T0 + 1), clientId: ANN.clientId });
      const outcome = await committed(w1, pushOf(1, [{ id: lan.id, update: edit.update }]));
      // the same answer as for a record the sender may not see (P4)
      expect(outcome.results).toEqual([{ kind: 'rejected', reason: 'forbidden' }]);
      await committed(w1, pushOf(2, [lan]));
      const stamp = { hlc: hlcFromMs(T0 + 2), clientId: ANN.clientId };
      const later = editRecord(lan.id, edit.state, { name: 'C' }, stamp);
      const gap = await committed(w1, pushOf(3, [{ id: lan.id, update: later.update }]));
      expect(gap.results).toMatchObject([{ kind: 'rejected', reason: 'gap' }]);
    });

    it('P3: a client id belongs to the device that used it first', async () => {
      await committed(w1, pushOf(1, [created({ name: 'Lan' }, ANN)]));
      await reopen();
      const taken = await committed(
        w1,
        pushOf(1, [created({ name: 'Minh' }, { ...BOB, clientId: ANN.clientId })], BOB),
      );
      expect(taken.results).toEqual([{ kind: 'rejected', reason: 'foreign-client-id' }]);
      const own = await committed(w1, pushOf(2, [created({ name: 'Hoa' }, ANN)]));
      expect(own.results).toEqual([{ kind: 'ok' }]);
    });

    it('P3: a device may send back what others wrote, as part of a whole state', async () => {
      const lan = created({ name: 'Lan' }, ANN);
      await committed(w1, pushOf(1, [lan]));
      const { state } = editRecord(
        lan.id,
        lan.update,
        { title: 'CEO' },
        { hlc: hlcFromMs(T0 + 1), clientId: BOB.clientId },
      );
      const outcome = await committed(w1, pushOf(1, [{ id: lan.id, update: state }], BOB));
      expect(outcome.results).toEqual([{ kind: 'ok' }]);
    });

    it('an id of another workspace is forbidden, and nothing of that record is told', async () => {
      const lan = created({ name: 'Lan' });
      await committed(w1, pushOf(1, [lan]));
      const outcome = await committed(
        w2,
        pushOf(1, [{ id: lan.id, update: created({ name: 'Mine' }, BOB).update }], BOB),
      );
      expect(outcome.results).toEqual([{ kind: 'rejected', reason: 'forbidden' }]);
      expect(await value(store.record(w2, lan.id))).toBeUndefined();
      expect((await value(store.record(w1, lan.id)))!.seq).toBe(1);
      expect((await value(store.pull(w2, 0, ALL, ANYBODY))).count).toBe(0);
    });

    it('a clock ahead is clamped: adjusted, the correction in the same entry, the same answer when asked again', async () => {
      const ahead = created({ name: 'Lan' }, ANN, T0 + 3_600_000);
      const push = pushOf(1, [ahead]);
      const outcome = await committed(w1, push);
      expect(outcome.seq).toBe(1);
      const result = outcome.results[0]!;
      if (result.kind !== 'adjusted') throw new Error(result.kind);
      const row = foldRecord(ahead.id, result.state);
      expect(row.values).toEqual({ name: 'Lan' });
      expect(row.updatedAt).toBe(T0 + HLC_MAX_AHEAD_MS);
      expect(new Uint8Array((await value(store.log(w1, 0, 10)))[0]!.update)).toEqual(new Uint8Array(result.state));
      const again = await commit(w1, push);
      expect(again).toMatchObject({ kind: 'repeated', seq: 1, results: [{ kind: 'adjusted' }] });
      const minuteAhead = await committed(w1, pushOf(2, [created({ name: 'Minh' }, ANN, T0 + 59_000)]));
      expect(minuteAhead.results).toEqual([{ kind: 'ok' }]);
    });

    it('V6: pages come in order of seq, cut at the limits, each with the head of its snapshot', async () => {
      const changes = Array.from({ length: 25 }, (_, i) => created({ name: `Khách ${i}` }));
      await committed(w1, pushOf(1, changes));
      const lan = changes[0]!;
      const edit = editRecord(lan.id, lan.update, { name: 'Lan' }, { hlc: hlcFromMs(T0 + 1), clientId: ANN.clientId });
      await committed(w1, pushOf(2, [{ id: lan.id, update: edit.update }]));
      expect(await value(store.countAfter(w1, 0, ANYBODY))).toBe(25);
      expect(await value(store.countAfter(w1, 20, ANYBODY))).toBe(6);

      const seen: number[] = [];
      for (let after = 0, more = true; more;) {
        const page = await value(store.pull(w1, after, { records: 10, bytes: 1e9 }, ANYBODY));
        expect(page.head).toBe(26);
        expect(page.count).toBe(recordsOf(page).length);
        seen.push(...recordsOf(page).map((r) => r.seq));
        after = page.seq;
        more = page.more;
      }
      expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => i + 2)); // the edited record moved to the end
      const small = await value(store.pull(w1, 0, { records: 10, bytes: 1 }, ANYBODY));
      expect(small).toMatchObject({ count: 1, seq: 2, more: true });
      expect(await value(store.pull(w1, 26, ALL, ANYBODY))).toMatchObject({ count: 0, seq: 26, more: false, head: 26 });
    });

    it('L2: entries leave none out; only the newest of a record carries its state', async () => {
      const [lan, minh] = [created({ name: 'Lan' }), created({ name: 'Minh' })];
      await committed(w1, pushOf(1, [lan, minh]));
      const edit = editRecord(lan.id, lan.update, { name: 'B' }, { hlc: hlcFromMs(T0 + 1), clientId: ANN.clientId });
      await committed(w1, pushOf(2, [{ id: lan.id, update: edit.update }]));
      const all = await value(store.entries(w1, 0, ALL));
      expect(all.map((e) => [e.seq, e.recordId, e.from === null, e.to === null, e.state !== undefined])).toEqual([
        [1, lan.id, true, false, false],
        [2, minh.id, true, false, true],
        [3, lan.id, false, false, true],
      ]);
      expect(foldRecord(lan.id, all[2]!.state!).values).toEqual({ name: 'B' });
      expect((await value(store.entries(w1, 1, { records: 1, bytes: 1e9 }))).map((e) => e.seq)).toEqual([2]);
      expect((await value(store.entries(w1, 1, { records: 9, bytes: 1 }))).map((e) => e.seq)).toEqual([2]);
      expect(await value(store.entries(w1, 3, ALL))).toEqual([]);
      expect(await value(store.entries(w2, 0, ALL))).toEqual([]);
    });

    it('a room keeps its updates in order; compacting replaces the oldest and loses none that came later', async () => {
      const bytes = (n: number) => new Uint8Array([n]);
      const room = async () => (await value(store.loadRoom(`${w1}/workspace`))).updates.map((u) => [...u]);
      const numbers: number[] = [];
      for (const n of [1, 2, 3]) numbers.push(await value(store.appendRoom(`${w1}/workspace`, bytes(n))));
      await value(store.appendRoom(`${w2}/workspace`, bytes(9)));
      const { upTo } = await value(store.loadRoom(`${w1}/workspace`));
      await value(store.appendRoom(`${w1}/workspace`, bytes(4)));
      await value(store.compactRoom(`${w1}/workspace`, upTo, bytes(123)));
      expect(await room()).toEqual([[123], [4]]);
      await reopen();
      await value(store.appendRoom(`${w1}/workspace`, bytes(5)));
      expect(await room()).toEqual([[123], [4], [5]]);
      const later = await value(store.loadRoom(`${w1}/workspace`, numbers[2]));
      expect(later.updates.map((u) => [...u])).toEqual([[4], [5]]);
      expect(await value(store.loadRoom(`${w1}/workspace`, later.upTo))).toEqual({ updates: [], upTo: later.upTo });
      expect(await value(store.loadRoom(`${w1}/none`))).toEqual({ updates: [], upTo: 0 });
    });

    it('calls after closing settle with store-gone', async () => {
      await store.close();
      expect(await store.head(w1)).toMatchObject({ ok: false, error: { type: 'store-gone' } });
      expect(await store.commit(w1, [pushOf(1, [])])).toMatchObject({ ok: false, error: { type: 'store-gone' } });
      store = await database.open();
    });
  });
}

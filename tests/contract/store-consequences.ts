import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Change } from '#core/protocol/messages.ts';
import type { Changes, Values } from '#core/record/row.ts';
import { personOf } from '#core/access/person.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { SETTLED_AT_ONCE } from '../../sync-server/store/consequences.ts';
import type { MovedRecord, Push, PushOutcome, StorePort } from '../../sync-server/store/port.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { ANN, BOB, pushOf, T0, value, type StoreUnderTest } from './store.ts';

const ANYBODY = administrator('anybody');
const EVER = Number.MAX_SAFE_INTEGER;
const ALL = { records: 100_000, bytes: 1e9 };

/** P6: what the relay appends itself. */
export function consequencesContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`consequences: ${name}`, () => {
    let database: StoreUnderTest;
    let store: StorePort;
    let w: string;
    let at: number;
    const next = new Map<string, number>();

    beforeAll(async () => {
      database = await create();
      store = await database.open();
    });
    beforeEach(() => {
      w = crypto.randomUUID();
      at = T0;
      next.clear();
    });
    afterAll(async () => {
      await store.close();
      await database.remove();
    });

    const stamp = (who: typeof ANN) => ({ hlc: hlcFromMs(++at), clientId: who.clientId });
    const make = (type: 'contact' | 'company', changes: Changes, who = ANN): Change => ({
      id: newId(type, T0),
      update: createRecord(changes, stamp(who)),
    });
    const edit = async (id: RecordId, changes: Changes, who = ANN): Promise<Change> => {
      const { state } = (await value(store.record(w, id)))!;
      return { id, update: editRecord(id, state, changes, stamp(who)).update };
    };
    const push = (changes: readonly Change[], who = ANN): Push => {
      const n = (next.get(who.device) ?? 0) + 1;
      next.set(who.device, n);
      return pushOf(n, changes, who, ++at);
    };
    const commit = async (one: Push) => committed((await value(store.commit(w, [one])))[0]!);
    const committed = (outcome: PushOutcome) => {
      if (outcome.kind !== 'committed') throw new Error(outcome.kind);
      return outcome;
    };
    const values = async (id: RecordId): Promise<Values> =>
      foldRecord(id, (await value(store.record(w, id)))!.state).values;
    const settleAll = async () => {
      const records: MovedRecord[] = [];
      for (let steps = 0; steps < 1000; steps++) {
        const settled = await value(store.settle(w));
        records.push(...settled.records);
        if (!settled.more) return records;
      }
      throw new Error('it never ends');
    };
    const erase = (who = ANN) => ({ deletedAt: at, deletedBy: who.user });
    /** A company with so many contacts, and one contact of another. */
    async function firm(contacts: number) {
      const company = make('company', { name: 'Ánh Dương' });
      const other = make('company', { name: 'Bình Minh' });
      const theirs = make('contact', { name: 'Hoa', companyId: other.id });
      const people = Array.from({ length: contacts }, (_, i) =>
        make('contact', { name: `Lan ${i}`, companyId: company.id, ...(i % 2 ? { ownerId: 'ann' } : {}) }),
      );
      await commit(push([company, other, theirs]));
      for (let i = 0; i < people.length; i += 500) await commit(push(people.slice(i, i + 500)));
      return { company: company.id, other: other.id, theirs: theirs.id, people: people.map(({ id }) => id).sort() };
    }
    /** Sums of the partitions as the states say them (V7), and whether a pull brings each record at its newest entry. */
    async function isSound() {
      const { head, visible } = await value(store.groups(w, ANYBODY));
      const log = await value(store.log(w, 0, 100_000));
      expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: head.seq }, (_, i) => i + 1));
      const records = new Set(log.map(({ recordId }) => recordId)).size;
      expect(visible.reduce((sum, group) => sum + group.count, 0)).toBe(records);
      const page = await value(store.pull(w, 0, ALL, { person: ANYBODY }));
      expect([page.count, page.seq]).toEqual([records, head.seq]);
    }

    it('P6: deleting a company takes it from its contacts, in the same transaction, each an entry of its own', async () => {
      const { company, theirs, people } = await firm(3);
      const head = (await value(store.head(w))).seq;
      const one = push([await edit(company, erase(BOB), BOB), make('contact', { name: 'Minh' }, BOB)], BOB);
      const outcome = await commit(one);
      // the answer counts the push's own entries only: what follows must still reach its sender
      expect(outcome).toMatchObject({ seq: head + 2, results: [{ kind: 'ok' }, { kind: 'ok' }], unsettled: false });
      expect(outcome.records.map(({ seq }) => seq)).toEqual([head + 1, head + 2]);
      expect(outcome.consequences.map(({ id, seq }) => [id, seq])).toEqual(people.map((id, i) => [id, head + 3 + i]));
      for (const id of people) expect((await values(id))['companyId']).toBeUndefined();
      expect((await values(theirs))['companyId']).toBeDefined();
      const log = await value(store.log(w, head + 2, 100));
      expect(log.map(({ recordId, user, at: when }) => [recordId, user, when])).toEqual(
        people.map((id) => [id, 'bob', one.at]),
      );
      const [newest] = await value(store.history(w, people[0]!, EVER, 10));
      expect(newest).toEqual({
        seq: head + 3,
        user: 'bob',
        device: BOB.device,
        at: one.at,
        created: false,
        cause: company,
        changes: [{ key: 'companyId', before: company, after: null }],
      });
      await isSound();
      // P2: once, and the same answer
      const [again] = await value(store.commit(w, [one]));
      expect(again).toEqual({ kind: 'repeated', seq: head + 2, results: outcome.results });
      expect((await value(store.head(w))).seq).toBe(head + 5);
    });

    it('P6: contacts its person may not see are cleared as well; whether they may be told is the fan-out’s to say', async () => {
      const { company, people } = await firm(2);
      const role = { id: 'r', name: 'r', settings: false, types: { company: { visible: { preset: 'all' }, rights: ['edit', 'delete'] } } } as const; // prettier-ignore
      const change = await edit(company, erase(BOB), BOB);
      const outcome = await commit({ ...push([change], BOB), person: personOf('bob', role, undefined, []) });
      expect(outcome.results).toEqual([{ kind: 'ok' }]);
      expect(outcome.consequences.map(({ id }) => id)).toEqual(people);
    });

    it('P6: whoever may not delete the company causes nothing', async () => {
      const { company, people } = await firm(1);
      const role = { id: 'r', name: 'r', settings: false, types: { company: { visible: { preset: 'all' }, rights: ['edit'] } } } as const; // prettier-ignore
      const change = await edit(company, erase(BOB), BOB);
      const outcome = await commit({ ...push([change], BOB), person: personOf('bob', role, undefined, []) });
      expect(outcome).toMatchObject({ results: [{ kind: 'rejected', reason: 'forbidden' }], consequences: [] });
      expect((await values(people[0]!))['companyId']).toBe(company);
    });

    it('P6: a contact an offline device linked to it comes after the deletion: cleared in that push’s transaction', async () => {
      const { company, theirs } = await firm(0);
      const linked = await edit(theirs, { companyId: company }, BOB);
      const made = make('contact', { name: 'Tú', companyId: company }, BOB);
      await commit(push([await edit(company, erase())]));
      const head = (await value(store.head(w))).seq;
      const outcome = await commit(push([linked, made], BOB));
      expect(outcome.results).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
      expect(outcome.seq).toBe(head + 2);
      expect(outcome.consequences.map(({ id, seq }) => [id, seq])).toEqual([
        [theirs, head + 3],
        [made.id, head + 4],
      ]);
      for (const id of [theirs, made.id]) expect((await values(id))['companyId']).toBeUndefined();
      expect((await value(store.history(w, theirs, EVER, 1)))[0]).toMatchObject({ user: 'bob', cause: company });
      // in one push, and in one transaction, in any order
      const two = make('company', { name: 'Hai' });
      const child = make('contact', { name: 'Ba', companyId: two.id });
      await commit(push([two]));
      const [, both] = await value(store.commit(w, [push([child]), push([await edit(two.id, erase(BOB), BOB)], BOB)]));
      expect(committed(both!).consequences.map(({ id }) => id)).toEqual([child.id]);
      await isSound();
    });

    it('P6: when it is restored, so are the links that were cleared and that nobody has written since', async () => {
      const { company, other, people } = await firm(4);
      const [kept, moved, emptied, meanwhile] = people as [string, string, string, string];
      // written before the deletion, sent after it: what somebody meant wins over the clearing
      const late = await edit(meanwhile, { companyId: other }, BOB);
      await commit(push([await edit(company, erase())]));
      await commit(push([late], BOB));
      expect((await values(meanwhile))['companyId']).toBe(other);
      await commit(push([await edit(moved, { companyId: other }, BOB)], BOB));
      await commit(push([await edit(emptied, { companyId: null }, BOB)], BOB));
      const outcome = await commit(push([await edit(company, { deletedAt: null, deletedBy: null })]));
      expect(outcome.consequences.map(({ id }) => id)).toEqual([kept]);
      expect((await values(kept))['companyId']).toBe(company);
      expect((await values(moved))['companyId']).toBe(other);
      expect((await values(emptied))['companyId']).toBeUndefined();
      expect((await value(store.history(w, kept, EVER, 1)))[0]).toMatchObject({
        cause: company,
        changes: [{ key: 'companyId', before: null, after: company }],
      });
      // and again
      await commit(push([await edit(company, erase())]));
      expect((await values(kept))['companyId']).toBeUndefined();
      await commit(push([await edit(company, { deletedAt: null, deletedBy: null })]));
      expect((await values(kept))['companyId']).toBe(company);
      await isSound();
    });

    it('P6: deleted and restored before anything was sent: nothing is lost, and no field shows two values', async () => {
      const { company, people } = await firm(2);
      const { state } = (await value(store.record(w, company)))!;
      const gone = editRecord(company, state, erase(), stamp(ANN));
      const back = editRecord(company, gone.state, { deletedAt: null, deletedBy: null }, stamp(ANN));
      const changes = [gone.update, back.update].map((update) => ({ id: company, update }));
      at += 60_000; // the relay hears of it a minute later
      const outcomes = await value(
        store.commit(
          w,
          changes.map((change) => push([change])),
        ),
      );
      expect(outcomes.map((outcome) => committed(outcome).consequences.length)).toEqual([2, 2]);
      for (const id of people) {
        const row = foldRecord(id, (await value(store.record(w, id)))!.state);
        expect(row.values['companyId']).toBe(company);
        expect(row.conflicts).toBeUndefined();
      }
      // in one push it never was gone
      const [a, b] = [await edit(company, erase()), await edit(company, { name: 'Khác' })];
      expect((await commit(push([a, b]))).consequences).toHaveLength(2);
      await isSound();
    });

    it('P6: a large company is cleared in bounded steps, also by the next process, also when it is restored meanwhile', async () => {
      const count = 2 * SETTLED_AT_ONCE + 7;
      const { company, people } = await firm(count);
      const gone = await commit(push([await edit(company, erase())]));
      expect(gone.consequences).toHaveLength(SETTLED_AT_ONCE);
      expect(gone.unsettled).toBe(true);
      await store.close();
      store = await database.open();
      const rest = await settleAll();
      expect([...gone.consequences, ...rest].map(({ id }) => id)).toEqual(people);
      for (const id of people) expect((await values(id))['companyId']).toBeUndefined();
      expect(await settleAll()).toEqual([]);
      const back = await commit(push([await edit(company, { deletedAt: null, deletedBy: null })]));
      expect(back.consequences).toHaveLength(SETTLED_AT_ONCE);
      await value(store.settle(w));
      // deleted again before all had come back
      await commit(push([await edit(company, erase())]));
      await settleAll();
      for (const id of people) expect((await values(id))['companyId']).toBeUndefined();
      await isSound();
    });

    it('P6: a company whose creation was undone is not deleted: undoing that again finds the links', async () => {
      const { company, people } = await firm(1);
      const outcome = await commit(push([await edit(company, { discarded: true })]));
      expect(outcome.consequences).toEqual([]);
      expect((await values(people[0]!))['companyId']).toBe(company);
    });

    it('P6: another workspace’s company, and one that is not there, are nobody’s business', async () => {
      const { company } = await firm(0);
      await commit(push([await edit(company, erase())]));
      w = crypto.randomUUID();
      next.clear();
      const changes = [company, newId('company', T0), 'khác', 7].map((companyId) =>
        make('contact', { name: 'x', companyId }),
      );
      const outcome = await commit(push(changes));
      expect(outcome.consequences).toEqual([]);
      expect(outcome.results.every(({ kind }) => kind === 'ok')).toBe(true);
    });
  });
}

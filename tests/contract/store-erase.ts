import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { decodePack } from '#core/protocol/codec.ts';
import { editRecord, NO_CHANGE } from '#crdt/record.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import type { StorePort } from '../../sync-server/store/port.ts';
import { ANN, BOB, created, pushOf, T0, value, type StoreUnderTest } from './store.ts';

const ANYBODY = { person: administrator('anybody') };
const WHOLE = { records: 1000, bytes: 1e9 };
const EVER = Number.MAX_SAFE_INTEGER;

/** L7 on every store: what was erased is nowhere, and does not come again. */
export function erasureContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`erasure: ${name}`, () => {
    let database: StoreUnderTest;
    let store: StorePort;
    let w: string;
    beforeAll(async () => {
      database = await create();
      store = await database.open();
    });
    beforeEach(() => {
      w = crypto.randomUUID();
    });
    afterAll(async () => {
      await store.close();
      await database.remove();
    });

    /** Lan with two edits, and Minh, who stays. */
    async function people() {
      const lan = created({ name: 'Lan bí mật', ownerId: 'ann' });
      const minh = created({ name: 'Minh', ownerId: 'ann' });
      await value(store.commit(w, [pushOf(1, [lan, minh])]));
      let { update: state } = lan;
      for (let n = 2; n <= 3; n++) {
        const stamp = { hlc: hlcFromMs(T0 + n), clientId: ANN.clientId };
        const edit = editRecord(lan.id, state, { title: `chức danh ${n}` }, stamp);
        state = edit.state;
        await value(store.commit(w, [pushOf(n, [{ id: lan.id, update: edit.update }])]));
      }
      return { lan: { ...lan, state }, minh };
    }
    const groups = () => value(store.groups(w, ANYBODY.person));

    it('L7: log, record, history and sums lose it; one entry and a tombstone say who and when, and nothing else', async () => {
      const { lan, minh } = await people();
      const before = await groups();
      expect(await value(store.erase(w, lan.id, 'admin', T0 + 99))).toEqual({ seq: 5, from: 'contact:ann:' });
      expect(await value(store.record(w, lan.id))).toBeUndefined();
      expect(await value(store.history(w, lan.id, EVER, 100))).toEqual([]);
      const log = await value(store.log(w, 0, 100));
      expect(log.map(({ seq, recordId }) => [seq, recordId])).toEqual([
        [2, minh.id],
        [5, lan.id],
      ]);
      const { update, ...entry } = log[1]!;
      expect(new Uint8Array(update)).toEqual(NO_CHANGE);
      expect(entry).toEqual({
        seq: 5,
        recordId: lan.id,
        from: 'contact:ann:',
        to: null,
        user: 'admin',
        device: '',
        at: T0 + 99,
      });
      const after = await groups();
      expect(after).toMatchObject({ horizon: 5, head: { seq: 5 }, visible: [{ key: 'contact:ann:', count: 1 }] });
      expect(after.visible[0]!.sum).toBeLessThan(before.visible[0]!.sum);
      expect(await value(store.countVisible(w, ANYBODY.person, 'contact'))).toBe(1);
      // compaction leaves the last word about it
      await value(store.compactLog(w, T0 + 1000, 100));
      expect((await value(store.log(w, 0, 100))).map(({ seq }) => seq)).toEqual([2, 5]);
      expect(await value(store.erase(w, lan.id, 'admin', T0))).toBeUndefined();
      expect(await value(store.erase(w, 'contact_unknown', 'admin', T0))).toBeUndefined();
      expect((await value(store.head(w))).seq).toBe(5);
    });

    it('L7: a device that held its group is told that it left; one below the horizon finds it in no manifest', async () => {
      const { lan, minh } = await people();
      await value(store.erase(w, lan.id, 'admin', T0));
      const left = [{ keys: ['contact:ann:'], after: 4 }];
      const page = await value(store.pull(w, 4, WHOLE, { ...ANYBODY, left }));
      expect([page.count, page.drops, page.horizon]).toEqual([0, [lan.id], 5]);
      // who never had the group hears nothing of it (I4)
      const others = [{ keys: ['contact:bob:'], after: 4 }];
      expect((await value(store.pull(w, 4, WHOLE, { ...ANYBODY, left: others }))).drops).toEqual([]);
      const { entries } = await value(store.manifest(w, 0, WHOLE, ANYBODY));
      expect(entries.map(({ id }) => id)).toEqual([minh.id]);
      const fed = await value(store.entries(w, 4, WHOLE));
      expect(fed).toEqual([{ seq: 5, recordId: lan.id, from: 'contact:ann:', to: null, state: undefined }]);
    });

    it('L7: it does not come again: whoever pushes it, with whatever, is refused with “erased”; the rest goes on', async () => {
      const { lan, minh } = await people();
      await value(store.erase(w, lan.id, 'admin', T0));
      await store.close();
      store = await database.open();
      const old = { id: lan.id, update: lan.state };
      const anew = { id: lan.id, update: created({ name: 'Lan lần nữa' }, BOB).update };
      const push = pushOf(1, [old, anew, created({ name: 'Hoa' }, BOB)], BOB);
      const [outcome] = await value(store.commit(w, [push]));
      expect(outcome).toMatchObject({
        kind: 'committed',
        seq: 6,
        results: [{ kind: 'rejected', reason: 'erased' }, { kind: 'rejected', reason: 'erased' }, { kind: 'ok' }],
      });
      const [again] = await value(store.commit(w, [push]));
      expect(again).toMatchObject({ kind: 'repeated', results: [{ reason: 'erased' }, { reason: 'erased' }, {}] });
      expect(await value(store.record(w, lan.id))).toBeUndefined();
      const typed = { ...pushOf(0, [old], BOB), n: undefined };
      expect((await value(store.commit(w, [typed])))[0]).toMatchObject({ results: [{ reason: 'erased' }] });
      const all = await value(store.pull(w, 0, WHOLE, ANYBODY));
      const pack = decodePack(all.pack);
      expect(pack.ok && pack.value.map(({ id }) => id)).toEqual([minh.id, expect.stringMatching(/^contact_/)]);
    });

    it('L2: commits and erasures at once: seq gapless above the horizon, in the order in which they settle', async () => {
      const made = Array.from({ length: 6 }, (_, i) => created({ name: `${i}` }));
      await value(store.commit(w, [pushOf(1, made)]));
      const order: number[] = [];
      const note = (seq: number | undefined) => void order.push(seq ?? NaN);
      await Promise.all(
        made.flatMap((one, i) => [
          value(store.commit(w, [pushOf(2 + i, [created({ name: 'x' })])])).then(([o]) =>
            note(o?.kind === 'committed' ? o.seq : undefined),
          ),
          value(store.erase(w, one.id, 'admin', T0)).then((erased) => note(erased?.seq)),
        ]),
      );
      expect(order).toEqual(Array.from({ length: 12 }, (_, i) => 7 + i));
      const seqs = (await value(store.log(w, 6, 100))).map(({ seq }) => seq);
      expect(seqs).toEqual(order);
      expect((await groups()).visible).toMatchObject([{ count: 6 }]);
    });
  });
}

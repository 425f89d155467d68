import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { editRecord } from '#crdt/record.ts';
import type { StorePort } from '../../sync-server/store/port.ts';
import { ANN, BOB, created, pushOf, T0, value, type StoreUnderTest } from './store.ts';

/** What every implementation of the store keeps of who changed what. */
export function historyContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`history contract: ${name}`, () => {
    let database: StoreUnderTest;
    let store: StorePort;
    beforeAll(async () => {
      database = await create();
      store = await database.open();
    });
    afterAll(async () => {
      await store.close();
      await database.remove();
    });
    const all = Number.MAX_SAFE_INTEGER;

    it('I6: who, when, on what, from what to what; the write that lost the merge too; over a restart', async () => {
      const w = crypto.randomUUID();
      const lan = created({ name: 'Lan' });
      const edit = (name: string, at: number, who = ANN) =>
        editRecord(lan.id, lan.update, { name }, { hlc: hlcFromMs(at), clientId: who.clientId }).update;
      await value(store.commit(w, [pushOf(1, [lan])]));
      await value(store.commit(w, [pushOf(2, [{ id: lan.id, update: edit('Lan 2', T0 + 20) }])]));
      await value(store.commit(w, [pushOf(1, [{ id: lan.id, update: edit('Lan 3', T0 + 10, BOB) }], BOB, T0 + 99)]));
      await store.close();
      store = await database.open();
      expect(await value(store.history(w, lan.id, all, 10))).toEqual([
        {
          seq: 3,
          user: 'bob',
          device: 'bob-laptop',
          at: T0 + 99,
          created: false,
          changes: [{ key: 'name', before: 'Lan 2', after: 'Lan 3', lost: true }],
        },
        {
          seq: 2,
          user: 'ann',
          device: 'ann-phone',
          at: T0,
          created: false,
          changes: [{ key: 'name', before: 'Lan', after: 'Lan 2' }],
        },
        {
          seq: 1,
          user: 'ann',
          device: 'ann-phone',
          at: T0,
          created: true,
          changes: [{ key: 'name', before: null, after: 'Lan' }],
        },
      ]);
      expect((await value(store.history(w, lan.id, 3, 1))).map(({ seq }) => seq)).toEqual([2]);
      expect(await value(store.history(crypto.randomUUID(), lan.id, all, 10))).toEqual([]);
    });

    it('what is refused is not in it, and a push that comes again is in it once', async () => {
      const w = crypto.randomUUID();
      const lan = created({ name: 'Lan' });
      const push = pushOf(1, [lan, { id: lan.id, update: new Uint8Array([9, 9]) }]);
      await value(store.commit(w, [push]));
      await value(store.commit(w, [push]));
      expect((await value(store.history(w, lan.id, all, 10))).map(({ seq }) => seq)).toEqual([1]);
    });

    it('typing of one person without a pause is one entry; a pause, another person or field makes a new one', async () => {
      const w = crypto.randomUUID();
      const lan = created({ name: 'Lan', 'text:note': 'a' });
      await value(store.commit(w, [pushOf(1, [lan])]));
      let state = lan.update;
      const type = async (text: string, at: number, who: typeof ANN, key = 'text:note') => {
        const made = editRecord(lan.id, state, { [key]: text }, { hlc: hlcFromMs(at), clientId: who.clientId + 50 });
        state = made.state;
        const room = { ...who, device: `room:${who.user}` };
        const push = { ...pushOf(0, [{ id: lan.id, update: made.update }], room, at), n: undefined };
        await value(store.commit(w, [push]));
      };
      await type('ab', T0 + 1000, ANN);
      await type('abc', T0 + 2000, ANN);
      await type('abcd', T0 + 3000, BOB);
      await type('abcde', T0 + 400_000, BOB);
      await type('Lan 2', T0 + 401_000, BOB, 'name');
      const found = await value(store.history(w, lan.id, all, 10));
      expect(found.map(({ user, at, changes: [one] }) => [user, at - T0, one!.before, one!.after])).toEqual([
        ['bob', 401_000, 'Lan', 'Lan 2'],
        ['bob', 400_000, 'abcd', 'abcde'],
        ['bob', 3000, 'abc', 'abcd'],
        ['ann', 2000, 'a', 'abc'],
        ['ann', 0, null, 'Lan'],
      ]);
    });
  });
}

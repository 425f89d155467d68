import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createView } from '#core/access/access.ts';
import { personOf } from '#core/access/person.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { decodePack } from '#core/protocol/codec.ts';
import { stateDigest } from '#core/protocol/digest.ts';
import { editRecord } from '#crdt/record.ts';
import type { LogEntry, Reader, StorePort } from '../../sync-server/store/port.ts';
import { ANN, created, pushOf, T0, value, type StoreUnderTest } from './store.ts';

const WHOLE = { records: 1000, bytes: 1e9 };
const OWNERS = ['ann', 'bob', ''] as const;
/** Sees what is hers and what is nobody's; other people's records come and go. */
const READER: Reader = {
  person: personOf(
    'ann',
    {
      id: 'r',
      name: 'r',
      settings: false,
      types: { contact: { visible: { preset: 'mine-or-unassigned' }, rights: [] } },
    },
    undefined,
    [],
  ),
};
const GROUPS = ['contact:ann:', 'contact::'];

type Action =
  | { readonly do: 'create'; readonly owner: (typeof OWNERS)[number] }
  | { readonly do: 'edit'; readonly which: number }
  | { readonly do: 'move'; readonly which: number; readonly owner: (typeof OWNERS)[number] }
  /** Up to what was written so many actions ago; not always to its end. */
  | { readonly do: 'compact'; readonly age: number; readonly limit: number; readonly steps: number };

const owner = fc.constantFrom(...OWNERS);
const actions = fc.array(
  fc.oneof<fc.WeightedArbitrary<Action>[]>(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('create' as const), owner }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('edit' as const), which: fc.nat() }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(), owner }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('compact' as const),
        age: fc.nat(8),
        limit: fc.integer({ min: 1, max: 6 }),
        steps: fc.integer({ min: 1, max: 4 }),
      }),
    },
  ),
  { minLength: 4, maxLength: 24 },
);

type Held = Map<RecordId, string>;
const hex = (state: Uint8Array) => Buffer.from(state).toString('hex');

/** L6 on every store: whoever stands at the horizon or above it ends as if nothing had been forgotten. */
export function compactionContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`compaction: ${name}`, () => {
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

    async function pulled(w: string, held: Held, cursor: number): Promise<Held> {
      const left = [{ keys: GROUPS, after: cursor }];
      const page = await value(store.pull(w, cursor, WHOLE, { ...READER, left }));
      const pack = decodePack(page.pack);
      const next = new Map(held);
      for (const id of page.drops) next.delete(id);
      for (const { id, state } of pack.ok ? pack.value : []) next.set(id, hex(state));
      return next;
    }

    async function compared(w: string, held: Held): Promise<Held> {
      const { entries } = await value(store.manifest(w, 0, WHOLE, READER));
      const same = entries.filter(({ id, digest }) => {
        const mine = held.get(id);
        return mine !== undefined && stateDigest(Buffer.from(mine, 'hex')) === digest;
      });
      const kept: Held = new Map(same.map(({ id }) => [id, held.get(id)!]));
      const ids = entries.map(({ id }) => id).filter((id) => !kept.has(id));
      const pack = decodePack((await value(store.pull(w, 0, WHOLE, { ...READER, ids }))).pack);
      for (const { id, state } of pack.ok ? pack.value : []) kept.set(id, hex(state));
      return kept;
    }

    it('I8 L6: for every cursor the same result as before; the history and the newest entry of each record stay', async () => {
      const view = createView(READER.person);
      let forgotten = 0;
      const play = async (all: readonly Action[]) => {
        const w = crypto.randomUUID();
        const states = new Map<RecordId, Uint8Array>();
        const visible: Held = new Map();
        /** What a device holds that has come to each place of the log. */
        const heldAt: Held[] = [new Map<RecordId, string>()];
        const log: LogEntry[] = [];
        let n = 0;
        for (const [i, action] of all.entries()) {
          const at = T0 + i * 1000;
          if (action.do === 'compact') {
            for (let step = 0, more = true; more && step < action.steps; step++) {
              const before = at - action.age * 1000;
              const done = await value(store.compactLog(w, before, action.limit));
              forgotten += done.removed;
              more = done.more;
            }
            continue;
          }
          const ids = [...states.keys()];
          const stamp = { hlc: hlcFromMs(at), clientId: ANN.clientId };
          const which = action.do === 'create' ? undefined : ids[action.which % ids.length];
          const change =
            action.do === 'create' || which === undefined
              ? created({ name: `${i}`, ownerId: action.do === 'edit' ? '' : action.owner }, ANN, at)
              : {
                  id: which,
                  update: editRecord(
                    which,
                    states.get(which)!,
                    action.do === 'edit' ? { title: `${i}` } : { ownerId: action.owner },
                    stamp,
                  ).update,
                };
          const [outcome] = await value(store.commit(w, [pushOf(++n, [change], ANN, at)]));
          if (outcome?.kind !== 'committed' || !outcome.records[0]) throw new Error(JSON.stringify(outcome));
          const [{ id, state, to }] = outcome.records;
          states.set(id, state);
          if (view.sees(to)) visible.set(id, hex(state));
          else visible.delete(id);
          heldAt.push(new Map<RecordId, string>(visible));
          log.push(...(await value(store.log(w, log.length, 10))));
        }
        const histories = () =>
          Promise.all([...states.keys()].map((id) => value(store.history(w, id, Number.MAX_SAFE_INTEGER, 100))));
        const history = await histories();
        expect(history.flat()).toHaveLength(log.length); // none was lost on the way
        forgotten += (await value(store.compactLog(w, T0 + all.length * 500, 1000))).removed;

        const { horizon, head } = await value(store.groups(w, READER.person));
        expect(head.seq).toBe(log.length);
        for (const [cursor, held] of heldAt.entries()) {
          expect(await compared(w, held)).toEqual(visible);
          if (cursor >= horizon) expect(await pulled(w, held, cursor)).toEqual(visible);
        }
        expect(await histories()).toEqual(history);
        const kept = await value(store.log(w, 0, 1000));
        const newest = new Map(log.map((entry) => [entry.recordId, entry.seq]));
        const wanted = log.filter(({ seq, recordId }) => seq > horizon || newest.get(recordId) === seq);
        // what is above the horizon is all there; below it what is still somebody's newest, and no more than there was
        for (const entry of wanted) expect(kept).toContainEqual(entry);
        for (const entry of kept) expect(log).toContainEqual(entry);
      };
      await fc.assert(fc.asyncProperty(actions, play), { numRuns: 25 });
      expect(forgotten).toBeGreaterThan(0);
    });

    it('L6: forgets by age, in bounded steps, and says when it is done; the horizon is the last entry forgotten', async () => {
      const w = crypto.randomUUID();
      const lan = created({ name: 'Lan' });
      let { update: state } = lan;
      await value(store.commit(w, [pushOf(1, [lan, created({ name: 'Minh' })])]));
      for (let n = 2; n <= 9; n++) {
        const stamp = { hlc: hlcFromMs(T0 + n), clientId: ANN.clientId };
        const edit = editRecord(lan.id, state, { title: `${n}` }, stamp);
        state = edit.state;
        await value(store.commit(w, [pushOf(n, [{ id: lan.id, update: edit.update }], ANN, T0 + n)]));
      }
      const seqs = async () => (await value(store.log(w, 0, 100))).map(({ seq }) => seq);
      const horizon = async () => (await value(store.groups(w, READER.person))).horizon;
      expect(await value(store.compactLog(w, T0, 4))).toEqual({ removed: 0, more: false });
      expect(await horizon()).toBe(0);
      // 1 = Lan made, 2 = Minh made, 3 … 10 = Lan edited at T0 + 2 … T0 + 9
      expect(await value(store.compactLog(w, T0 + 8, 4))).toEqual({ removed: 3, more: true });
      expect([await seqs(), await horizon()]).toEqual([[2, 5, 6, 7, 8, 9, 10], 4]);
      expect(await value(store.compactLog(w, T0 + 8, 4))).toEqual({ removed: 4, more: true });
      expect([await seqs(), await horizon()]).toEqual([[2, 9, 10], 8]);
      expect(await value(store.compactLog(w, T0 + 8, 4))).toEqual({ removed: 0, more: false });
      expect(await value(store.compactLog(w, T0 + 99, 4))).toEqual({ removed: 1, more: false });
      expect([await seqs(), await horizon()]).toEqual([[2, 10], 9]);
      expect((await value(store.record(w, lan.id)))!.state).toEqual(state);
      expect(await value(store.compactLog(crypto.randomUUID(), T0, 4))).toEqual({ removed: 0, more: false });
    });
  });
}

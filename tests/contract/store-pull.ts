import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { personOf } from '#core/access/person.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { decodePack } from '#core/protocol/codec.ts';
import { stateDigest } from '#core/protocol/digest.ts';
import type { Change } from '#core/protocol/messages.ts';
import { foldRecord } from '#crdt/fold.ts';
import { editRecord } from '#crdt/record.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import type { Page, Reader, StorePort } from '../../sync-server/store/port.ts';
import { ANN, created, pushOf, T0, value, type StoreUnderTest } from './store.ts';

const ALL: Reader = { person: administrator('anybody') };
const OWN: Reader = {
  person: personOf(
    'ann',
    { id: 'r', name: 'r', settings: false, types: { contact: { visible: { preset: 'mine' }, rights: [] } } },
    undefined,
    [],
  ),
};
const WHOLE = { records: 1000, bytes: 1e9 };

const recordsOf = (page: Page) => {
  const pack = decodePack(page.pack);
  if (!pack.ok) throw new Error('the page holds no pack');
  return pack.value;
};

/** What a device pulls, page by page and part by part: V5 and V6, the same on every store. */
export function pullContract(name: string, create: () => Promise<StoreUnderTest>): void {
  describe(`pulls: ${name}`, () => {
    let database: StoreUnderTest;
    let store: StorePort;
    let w: string;
    let n: number;
    let edits = 0;

    beforeAll(async () => {
      database = await create();
      store = await database.open();
    });
    beforeEach(() => {
      w = crypto.randomUUID();
      n = 0;
    });
    afterAll(async () => {
      await store.close();
      await database.remove();
    });

    const push = async (...changes: readonly Change[]) => {
      const [outcome] = await value(store.commit(w, [pushOf(++n, changes)]));
      if (outcome?.kind !== 'committed') throw new Error(outcome?.kind);
      if (outcome.results.some((result) => result.kind !== 'ok')) throw new Error(JSON.stringify(outcome.results));
      return outcome;
    };
    const edit = (change: Change, values: Record<string, string>): Change => ({
      id: change.id,
      update: editRecord(change.id, change.update, values, { hlc: hlcFromMs(T0 + ++edits), clientId: ANN.clientId })
        .update,
    });

    describe('V6: one pull is one read snapshot', () => {
      it('a commit between two of its pages is in none of them; it is in the next pull', async () => {
        const people = Array.from({ length: 9 }, (_, i) => created({ name: `Khách ${i}` }));
        await push(...people);
        const reader = { ...ALL, snapshot: 'a' };
        const limits = { records: 3, bytes: 1e9 };
        const first = await value(store.pull(w, 0, limits, reader));
        expect(first).toMatchObject({ seq: 3, head: 9, more: true });
        // one that was sent, one that is still to come, and one that is new
        await push(
          edit(people[0]!, { name: 'đã gửi' }),
          edit(people[8]!, { name: 'sắp gửi' }),
          created({ name: 'mới' }),
        );
        const second = await value(store.pull(w, first.seq, limits, reader));
        const third = await value(store.pull(w, second.seq, limits, reader));
        expect([second, third].map(({ seq, head, more }) => [seq, head, more])).toEqual([
          [6, 9, true],
          [9, 9, false],
        ]);
        const names = [first, second, third].flatMap(recordsOf).map((r) => foldRecord(r.id, r.state).values['name']);
        expect(names).toEqual(people.map((_, i) => `Khách ${i}`));
        const next = await value(store.pull(w, third.seq, WHOLE, { ...reader, snapshot: 'b' }));
        expect(recordsOf(next).map((r) => foldRecord(r.id, r.state).values['name'])).toEqual([
          'đã gửi',
          'sắp gửi',
          'mới',
        ]);
        expect(next.head).toBe(12);
      });

      it('what moves between two pages is told as having left by the next pull, not by this one', async () => {
        const [lan, ...others] = Array.from({ length: 6 }, (_, i) => created({ name: `${i}`, ownerId: 'ann' }));
        await push(lan!, ...others);
        const left = [{ keys: ['contact:ann:'], after: 0 }];
        const reader = { ...OWN, left, snapshot: 'a' };
        const first = await value(store.pull(w, 0, { records: 4, bytes: 1e9 }, reader));
        await push(edit(lan!, { ownerId: 'bob' }));
        const second = await value(store.pull(w, first.seq, WHOLE, reader));
        expect([first.drops, second.drops, second.seq]).toEqual([[], [], 6]);
        expect((await value(store.pull(w, 6, WHOLE, { ...reader, snapshot: 'b' }))).drops).toEqual([lan!.id]);
      });

      it('a manifest keeps to it as well; each pull has its own, and many at once do not stop writers', async () => {
        const people = Array.from({ length: 8 }, (_, i) => created({ name: `Khách ${i}` }));
        await push(...people);
        const part = { records: 4, bytes: 1e9 };
        const names = Array.from({ length: 40 }, (_, i) => `pull ${i}`);
        const firsts = await Promise.all(
          names.map((snapshot) => value(store.manifest(w, 0, part, { ...ALL, snapshot }))),
        );
        expect(firsts.every(({ seq, more }) => seq === 4 && more)).toBe(true);
        await push(edit(people[7]!, { name: 'khác' }));
        const lasts = await Promise.all(
          names.map((snapshot) => value(store.manifest(w, 4, part, { ...ALL, snapshot }))),
        );
        // those that were let go for others read what is there now; the others what was there
        for (const { entries, head } of lasts) {
          const state = head === 8 ? people[7]!.update : (await value(store.record(w, people[7]!.id)))!.state;
          expect(entries.at(-1)).toEqual({ id: people[7]!.id, digest: stateDigest(state) });
        }
        expect(lasts.filter(({ head }) => head === 8).length).toBeGreaterThan(0);
      });
    });

    it('V5: a manifest names every record of the groups the person may see, with a digest of its state, and no other', async () => {
      const mine = Array.from({ length: 5 }, (_, i) => created({ name: `${i}`, ownerId: 'ann' }));
      const others = [created({ name: 'x', ownerId: 'bob' }), created({ name: 'y' })];
      await push(mine[0]!, ...others, ...mine.slice(1));
      const all = await value(store.manifest(w, 0, WHOLE, OWN));
      expect(all.entries).toEqual(mine.map(({ id, update }) => ({ id, digest: stateDigest(update) })));
      expect(all).toMatchObject({ head: 7, seq: 7, more: false, horizon: 0 });
      const parts: unknown[] = [];
      for (let after = 0, more = true; more;) {
        const part = await value(store.manifest(w, after, { records: 2, bytes: 1e9 }, OWN));
        parts.push(...part.entries);
        ({ seq: after, more } = part);
      }
      expect(parts).toEqual(all.entries);
      const none = await value(store.manifest(w, 0, WHOLE, { ...OWN, only: ['contact:bob:'] }));
      expect(none.entries).toEqual([]);
      const upTo = await value(store.manifest(w, 0, WHOLE, { ...OWN, upTo: 4 }));
      expect(upTo.entries.map(({ id }) => id)).toEqual([mine[0]!.id, mine[1]!.id]);
    });

    it('V5: brings the records that are asked for, of those the person may see', async () => {
      const mine = Array.from({ length: 5 }, (_, i) => created({ name: `${i}`, ownerId: 'ann' }));
      const other = created({ name: 'x', ownerId: 'bob' });
      await push(other, ...mine);
      const ids = [mine[3]!.id, other.id, mine[1]!.id, 'contact_unknown'];
      const page = await value(store.pull(w, 0, WHOLE, { ...OWN, ids }));
      expect(recordsOf(page).map(({ id }) => id)).toEqual([mine[1]!.id, mine[3]!.id]);
      const everybody = await value(store.pull(w, 0, { records: 1, bytes: 1e9 }, { ...ALL, ids }));
      expect([everybody.more, recordsOf(everybody).map(({ id }) => id)]).toEqual([true, [other.id]]);
    });
  });
}

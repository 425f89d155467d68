import { createHlcClock } from '#core/kit/hlc.ts';
import type { Json } from '#core/kit/json.ts';
import type { Changes } from '#core/record/row.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { checkUpdate } from './check.ts';
import { FIELDS } from './entries.ts';
import { conflictsOf, contentOfDoc, foldContent, foldRecord, openDoc } from './fold.ts';
import {
  canonicalState,
  clampRecord,
  createRecord,
  createWithRow,
  editRecord,
  mergeRecord,
  NO_CHANGE,
} from './record.ts';

const ID = 'contact_01h2xcejqtf2nbrexx3vqjhp41';
const keys = ['name', 'title', 'ownerId', 'phones/a', 'phones/b', 'phones:primary', 'text:description'];

const value: fc.Arbitrary<Json> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
);
const item = fc.record({ value: fc.string({ minLength: 1, maxLength: 12 }) });
const changes: fc.Arbitrary<Changes> = fc
  .array(
    fc
      .constantFrom(...keys)
      .chain((key) =>
        fc.tuple(
          fc.constant(key),
          key.startsWith('text:')
            ? fc.string({ unit: 'grapheme', maxLength: 40 })
            : key.includes('/')
              ? fc.oneof(item, fc.constant(null))
              : value,
        ),
      ),
    { minLength: 1, maxLength: 6 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Changes);

/** A step of a history: replica `who` edits, or takes what replica `from` has. */
const step = fc.oneof(
  fc.record({ do: fc.constant('edit' as const), who: fc.nat(2), changes }),
  fc.record({ do: fc.constant('merge' as const), who: fc.nat(2), from: fc.nat(2) }),
);

/** Three replicas of one record through a history; returns their states and all updates ever made. */
function live(first: Changes, steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]) {
  const clocks = [0, 1, 2].map((i) => createHlcClock(() => 1_700_000_000_000 + i));
  const start = createRecord(first, { hlc: clocks[0]!.next(), clientId: 900 });
  const states = [start, start, start];
  const updates = [start];
  for (const s of steps) {
    if (s.do === 'edit') {
      const edit = editRecord(ID, states[s.who]!, s.changes, { hlc: clocks[s.who]!.next(), clientId: 1000 - s.who });
      states[s.who] = edit.state;
      updates.push(edit.update);
    } else states[s.who] = mergeRecord(ID, states[s.who], states[s.from]!);
  }
  return { states, updates };
}

describe('record documents', () => {
  test('the byte writer makes the document Yjs makes', () => {
    fc.assert(
      fc.property(changes, (first) => {
        const state = createRecord(first, { hlc: 4096, clientId: 7 });
        const doc = openDoc(ID, state);
        expect(doc.store.pendingStructs).toBeNull();
        expect(foldContent(ID, contentOfDoc(doc))).toEqual(foldRecord(ID, state));
        expect(canonicalState(ID, Y.encodeStateAsUpdate(doc))).toBe(canonicalState(ID, state));
        for (const [key, v] of Object.entries(first)) {
          if (v === null || key.includes('/') || key.includes(':')) continue;
          expect(foldRecord(ID, state).values[key]).toEqual(v);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('I10: the byte reader = fold of the opened document, after any history', () => {
    fc.assert(
      fc.property(changes, fc.array(step, { maxLength: 14 }), (first, steps) => {
        for (const state of live(first, steps).states) {
          expect(foldRecord(ID, state)).toEqual(foldContent(ID, contentOfDoc(openDoc(ID, state))));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('updates commute, associate and repeat: any order with repeats gives one state', () => {
    fc.assert(
      fc.property(changes, fc.array(step, { maxLength: 14 }), fc.infiniteStream(fc.nat()), (first, steps, order) => {
        const { states, updates } = live(first, steps);
        const all = states.reduce((a, b) => mergeRecord(ID, a, b));
        const shuffled = updates
          .flatMap((u) => [u, u])
          .map((u) => ({ u, at: order.next().value as number }))
          .sort((a, b) => a.at - b.at);
        const doc = new Y.Doc({ guid: ID });
        for (const { u } of shuffled) Y.applyUpdate(doc, u);
        expect(canonicalState(ID, Y.encodeStateAsUpdate(doc))).toBe(canonicalState(ID, all));
        const [a, b, c] = states as [Uint8Array, Uint8Array, Uint8Array];
        const left = mergeRecord(ID, mergeRecord(ID, a, b), c);
        expect(canonicalState(ID, mergeRecord(ID, a, mergeRecord(ID, b, c)))).toBe(canonicalState(ID, left));
      }),
      { numRuns: 200 },
    );
  });

  test('of two concurrent writes the later clock wins whatever the client ids, and the other value stays readable', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.boolean(), (a, b, aLater) => {
        const clientA = (a % 4_000_000_000) + 2;
        const clientB = clientA + 1 + (b % 1000);
        const start = createRecord({ name: 'Gốc' }, { hlc: 1, clientId: 1 });
        const one = editRecord(ID, start, { name: 'An' }, { hlc: aLater ? 20 : 10, clientId: clientA });
        const two = editRecord(ID, start, { name: 'Bình' }, { hlc: aLater ? 10 : 20, clientId: clientB });
        const merged = mergeRecord(ID, one.state, two.update);
        const row = foldRecord(ID, merged);
        expect(row.values.name).toBe(aLater ? 'An' : 'Bình');
        expect(row.conflicts).toEqual(['name']);
        expect(conflictsOf(ID, merged)[0]?.losers.map((l) => l.value)).toEqual([aLater ? 'Bình' : 'An']);
        const settled = editRecord(ID, merged, { name: 'Cường' }, { hlc: 30, clientId: 5 });
        expect(foldRecord(ID, settled.state)).toMatchObject({ values: { name: 'Cường' } });
        expect(foldRecord(ID, settled.state).conflicts).toBeUndefined();
      }),
    );
  });

  test('different fields written at the same time are both kept; an item added and an item edited both survive', () => {
    const start = createRecord({ name: 'An', 'phones/a': { value: '+84912345678' } }, { hlc: 1, clientId: 1 });
    const one = editRecord(
      ID,
      start,
      { title: 'Giám đốc', 'phones/b': { value: '+842438256789' } },
      { hlc: 2, clientId: 2 },
    );
    const two = editRecord(ID, start, { name: 'Ân', 'phones/a': { value: '+84987654321' } }, { hlc: 3, clientId: 3 });
    expect(foldRecord(ID, mergeRecord(ID, one.state, two.update)).values).toEqual({
      name: 'Ân',
      title: 'Giám đốc',
      phones: [
        { id: 'a', value: '+84987654321' },
        { id: 'b', value: '+842438256789' },
      ],
    });
  });

  test('the primary item comes first', () => {
    const state = createRecord(
      { 'phones/a': { value: '1' }, 'phones/b': { value: '2' }, 'phones:primary': 'b' },
      { hlc: 1, clientId: 1 },
    );
    expect(foldRecord(ID, state).values.phones).toEqual([
      { id: 'b', value: '2' },
      { id: 'a', value: '1' },
    ]);
  });

  test('before-values give back what was there', () => {
    const start = createRecord({ name: 'An', 'text:description': 'xin chào' }, { hlc: 1, clientId: 1 });
    const edit = editRecord(
      ID,
      start,
      { name: null, title: 'X', 'text:description': 'xin 😀 chào' },
      { hlc: 2, clientId: 2 },
    );
    expect(edit.before).toEqual({ name: 'An', title: null, 'text:description': 'xin chào' });
    expect(foldRecord(ID, edit.state).values).toEqual({ title: 'X', description: 'xin 😀 chào' });
    const undone = editRecord(ID, edit.state, edit.before, { hlc: 3, clientId: 3 });
    expect(foldRecord(ID, undone.state).values).toEqual({ name: 'An', description: 'xin chào' });
  });

  test('an edit that says nothing is an empty update', () => {
    const start = createRecord({ 'text:description': 'x' }, { hlc: 1, clientId: 1 });
    expect(editRecord(ID, start, { 'text:description': 'x' }, { hlc: 2, clientId: 2 }).update).toEqual(NO_CHANGE);
  });

  test('300 sessions of 3 edits do not make the document grow without bound', () => {
    let state = createRecord({ name: 'a', title: 'b', source: 'c' }, { hlc: 1, clientId: 1 });
    for (let i = 0; i < 300; i++) {
      for (const key of ['name', 'title', 'source']) {
        state = editRecord(ID, state, { [key]: `v${i}` }, { hlc: 2 + i, clientId: 1_000_000 + i }).state;
      }
    }
    expect(state.length).toBeLessThan(12_000);
    expect(foldRecord(ID, state).values).toEqual({ name: 'v299', title: 'v299', source: 'v299' });
  });

  test('a clock ahead is clamped, the order of its writes is kept', () => {
    const start = createRecord({ name: 'An' }, { hlc: 10, clientId: 1 });
    const one = editRecord(ID, start, { name: 'B' }, { hlc: 9000, clientId: 2 });
    const two = editRecord(ID, start, { name: 'C' }, { hlc: 9500, clientId: 3 });
    const merged = mergeRecord(ID, one.state, two.update);
    const clamped = clampRecord(ID, merged, 500, 77);
    expect(clamped).toBeDefined();
    expect(conflictsOf(ID, clamped!)).toEqual([
      { key: 'name', winner: { value: 'C', hlc: 500 }, losers: [{ value: 'B', hlc: 499 }] },
    ]);
    expect(clampRecord(ID, clamped!, 500, 77)).toBeUndefined();
  });
});

describe('checkUpdate (P3)', () => {
  test('takes every update our own code makes', () => {
    fc.assert(
      fc.property(changes, fc.array(step, { maxLength: 12 }), (first, steps) => {
        const { updates } = live(first, steps);
        let state: Uint8Array | undefined;
        for (const update of updates) {
          expect(checkUpdate(update, state)).toMatchObject({ ok: true });
          state = mergeRecord(ID, state, update);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('takes the edit of a record that was edited in 3,000 sessions', () => {
    const doc = openDoc(ID, createRecord({ name: 'An' }, { hlc: 1, clientId: 1 }));
    const fields = doc.getArray(FIELDS);
    for (let i = 0; i < 3000; i++) {
      doc.clientID = 1000 + i;
      doc.transact(() => {
        fields.delete(0);
        fields.push([['name', `v${i}`, 2 + i]]);
      });
    }
    const base = Y.encodeStateAsUpdate(doc);
    const edit = editRecord(ID, base, { name: 'Bình' }, { hlc: 9000, clientId: 7 });
    expect(checkUpdate(edit.update, base)).toMatchObject({ ok: true, value: { clientIds: [7] } });
  });

  test('refuses an update of more structs than it takes to say anything', () => {
    const doc = new Y.Doc();
    for (let i = 0; i < 3000; i++) doc.getText('text:description').insert(0, 'x');
    const verdict = checkUpdate(Y.encodeStateAsUpdate(doc), undefined);
    expect(verdict).toMatchObject({ ok: false, error: { type: 'too-large' } });
  });

  test('refuses what is not a record update, each with its reason', () => {
    const base = createRecord({ name: 'An' }, { hlc: 1, clientId: 1 });
    const foreign = (write: (doc: Y.Doc) => void) => {
      const doc = new Y.Doc();
      write(doc);
      return Y.encodeStateAsUpdate(doc);
    };
    const reason = (update: Uint8Array, on?: Uint8Array) => {
      const result = checkUpdate(update, on);
      return result.ok ? 'ok' : result.error.type;
    };
    expect(reason(new Uint8Array())).toBe('malformed');
    expect(reason(new Uint8Array([0, 0, 0]))).toBe('malformed');
    expect(reason(new Uint8Array(300_000))).toBe('too-large');
    expect(reason(foreign((d) => d.getMap('fields').set('a', 1)))).toBe('malformed');
    expect(reason(foreign((d) => d.getArray('fields').push([new Y.Map()])))).toBe('malformed');
    expect(reason(foreign((d) => d.getArray('other').push([['name', 'x', 1]])))).toBe('bad-content');
    expect(reason(foreign((d) => d.getArray(FIELDS).push(['no entry'])))).toBe('bad-content');
    expect(reason(foreign((d) => d.getArray(FIELDS).push([['name', 'x', -1]])))).toBe('bad-content');
    expect(reason(foreign((d) => d.getArray(FIELDS).push([['name', 'x'.repeat(20_001), 1]])))).toBe('bad-content');
    expect(reason(foreign((d) => d.getText('name').insert(0, 'x')))).toBe('bad-content');
    const ahead = editRecord(
      ID,
      editRecord(ID, base, { name: 'B' }, { hlc: 2, clientId: 2 }).state,
      { name: 'C' },
      { hlc: 3, clientId: 2 },
    );
    expect(reason(ahead.update, base)).toBe('gap');
    expect(reason(Y.convertUpdateFormatV1ToV2(base))).toBe('malformed');
    const crowd = new Y.Doc();
    for (let i = 0; i < 9; i++) Y.applyUpdate(crowd, createRecord({ [`k${i}`]: 1 }, { hlc: 1, clientId: 50 + i }));
    expect(reason(Y.encodeStateAsUpdate(crowd))).toBe('too-large');
    let deep: unknown = 1;
    for (let i = 0; i < 40; i++) deep = [deep];
    expect(reason(foreign((d) => d.getArray(FIELDS).push([['name', deep, 1]])))).toBe('malformed');
  });

  test('I10: the row given at creation is the fold of the document', () => {
    const odd = fc.string({ unit: 'binary', maxLength: 20 });
    fc.assert(
      fc.property(changes, odd, (values, text) => {
        const all = { ...values, note: `${text}\ud83d`.slice(0, text.length + (text.length % 2)) };
        const { state, row } = createWithRow(ID, all, { hlc: 5_000_000, clientId: 7 });
        expect(row).toEqual(foldRecord(ID, state));
      }),
    );
  });

  test('random and damaged bytes never throw and never pass as something Yjs reads otherwise', () => {
    const base = createRecord({ name: 'An', 'text:description': 'chào' }, { hlc: 1, clientId: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(), fc.nat(255), (bytes, at, byte) => {
        const damaged = base.slice();
        damaged[at % damaged.length] = byte;
        for (const update of [bytes, damaged]) {
          const checked = checkUpdate(update, undefined);
          if (!checked.ok) continue;
          const doc = openDoc(ID, update);
          expect(doc.store.pendingStructs).toBeNull();
          expect(foldContent(ID, contentOfDoc(doc))).toEqual(foldRecord(ID, Y.encodeStateAsUpdate(doc)));
        }
        expect(true).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

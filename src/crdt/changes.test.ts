import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { Changes } from '#core/record/row.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesBetween, HISTORY_TEXT } from './changes.ts';
import { registersOf } from './entries.ts';
import { contentOf } from './fold.ts';
import { createRecord, editRecord, mergeRecord } from './record.ts';

const ID = 'contact_01h2xcejqtf2nbrexx3vqjhp41';
const KEYS = ['name', 'title', 'ownerId', 'phones/a', 'text:note'];
const value: fc.Arbitrary<Json> = fc.oneof(fc.string({ maxLength: 8 }), fc.nat(3), fc.boolean(), fc.constant(null));
const changes: fc.Arbitrary<Changes> = fc
  .dictionary(fc.constantFrom(...KEYS), value, { minKeys: 1 })
  .map(
    (made) =>
      Object.fromEntries(
        Object.entries(made).map(([key, said]) => [
          key,
          key === 'phones/a' ? { value: JSON.stringify(said) } : key.startsWith('text:') ? JSON.stringify(said) : said,
        ]),
      ) as Changes,
  );

/** What a state says, key by key. */
function shown(state: Uint8Array): Map<string, Json> {
  const content = contentOf(ID, state);
  const all = new Map<string, Json>();
  for (const { key, winner } of registersOf(content.entries).values()) if (key !== '~text') all.set(key, winner[1]);
  for (const [field, text] of content.texts) all.set(`text:${field}`, text === '' ? null : text);
  return all;
}

describe('changesBetween', () => {
  test('a new record: everything it holds, from nothing', () => {
    const state = createRecord({ name: 'An', 'text:note': 'xin chào' }, { hlc: 1, clientId: 1 });
    expect(changesBetween(ID, undefined, state)).toEqual([
      { key: 'name', before: null, after: 'An' },
      { key: 'text:note', before: null, after: 'xin chào' },
    ]);
  });

  test('I6: an edit that loses the merge is told as lost, with what counted when it came', () => {
    const first = createRecord({ name: 'An' }, { hlc: 1, clientId: 1 });
    const later = editRecord(ID, first, { name: 'Bình' }, { hlc: 30, clientId: 2 });
    const earlier = editRecord(ID, first, { name: 'Chi' }, { hlc: 20, clientId: 3 });
    const both = mergeRecord(ID, later.state, earlier.update);
    expect(changesBetween(ID, later.state, both)).toEqual([{ key: 'name', before: 'Bình', after: 'Chi', lost: true }]);
    const otherOrder = mergeRecord(ID, earlier.state, later.update);
    expect(changesBetween(ID, earlier.state, otherOrder)).toEqual([{ key: 'name', before: 'Chi', after: 'Bình' }]);
  });

  test('of a long text only the beginning is kept', () => {
    const state = createRecord({ 'text:note': 'a'.repeat(HISTORY_TEXT + 5) }, { hlc: 1, clientId: 1 });
    const [change] = changesBetween(ID, undefined, state);
    expect(change).toMatchObject({ cut: true, before: null });
    expect(change!.after).toHaveLength(HISTORY_TEXT);
  });

  test('I6: whatever two devices write and in which order it arrives, every edit is told, and what is told adds up', () => {
    const edit = fc.record({ who: fc.nat(1), sees: fc.boolean(), changes });
    fc.assert(
      fc.property(changes, fc.array(edit, { maxLength: 8 }), (start, edits) => {
        const first = createRecord(start, { hlc: 1, clientId: 900 });
        const devices = [first, first];
        let relay = first;
        let hlc = 10;
        const told = shown(first);
        for (const { who, sees, changes: said } of edits) {
          if (sees) devices[who] = mergeRecord(ID, devices[who], relay);
          // a device's clock may be behind the other's
          const made = editRecord(ID, devices[who]!, said, { hlc: (hlc += 7) - who * 20 + 20, clientId: 1 + who });
          devices[who] = made.state;
          const next = mergeRecord(ID, relay, made.update);
          const list = changesBetween(ID, relay, next);
          for (const { key, before, after, lost } of list) {
            expect(before).toEqual(told.get(key) ?? null);
            if (!lost) told.set(key, after);
          }
          for (const [key, value] of Object.entries(said)) {
            if (key.startsWith('text:')) continue; // texts merge letter by letter
            expect(list.some((one) => one.key === key && jsonEqual(one.after, value))).toBe(true);
          }
          relay = next;
          const now = shown(relay);
          for (const key of KEYS) expect(told.get(key) ?? null).toEqual(now.get(key) ?? null);
        }
      }),
      { numRuns: 150 },
    );
  });
});

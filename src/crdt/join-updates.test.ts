import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { checkUpdate } from './check.ts';
import { canonicalState, mergeRecord } from './record.ts';
import { joinUpdates } from './join-updates.ts';

const ID = 'contact_01h2xcejqtf2nbrexx3vqjhp41';
const edit = fc.record({ who: fc.nat(2), at: fc.nat(40), remove: fc.nat(3), insert: fc.string({ maxLength: 4 }) });

/** What three people typing into one text send, in an order in which the relay may get it. */
function typed(edits: readonly { who: number; at: number; remove: number; insert: string }[]): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const docs = [7, 8, 9].map((clientID) => {
    const doc = new Y.Doc({ guid: ID });
    doc.clientID = clientID;
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') updates.push(update);
    });
    return doc;
  });
  for (const [i, { who, at, remove, insert }] of edits.entries()) {
    const doc = docs[who]!;
    const text = doc.getText('text:description');
    const place = Math.min(at, text.length);
    doc.transact(() => {
      text.delete(place, Math.min(remove, text.length - place));
      text.insert(place, insert);
    });
    if (i % 3 === 0) for (const other of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc), 'remote');
  }
  return updates;
}

test('joined updates say the same as the updates one by one, and pass the same check (P3)', () => {
  let fewer = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 40 }), (edits) => {
      const updates = typed(edits);
      const joined = joinUpdates(updates);
      const merge = (list: readonly Uint8Array[]) =>
        list.reduce<Uint8Array | undefined>((state, update) => {
          expect(checkUpdate(update, state).ok).toBe(true);
          return mergeRecord(ID, state, update);
        }, undefined);
      expect(canonicalState(ID, merge(joined) ?? new Uint8Array([0, 0]))).toBe(
        canonicalState(ID, merge(updates) ?? new Uint8Array([0, 0])),
      );
      expect(joined.length).toBeLessThanOrEqual(updates.length);
      fewer += updates.length - joined.length;
    }),
    { numRuns: 300 },
  );
  expect(fewer).toBeGreaterThan(1000);
});

test('a gap, a repetition and other bytes are kept as they came', () => {
  const updates = typed(Array.from({ length: 4 }, (_, i) => ({ who: 0, at: i, remove: 0, insert: 'x' })));
  expect(joinUpdates(updates)).toHaveLength(1);
  expect(joinUpdates([updates[0]!, updates[2]!])).toEqual([updates[0], updates[2]]);
  expect(joinUpdates([updates[0]!, updates[0]!])).toEqual([updates[0], updates[0]]);
  expect(() => joinUpdates([updates[0]!, new Uint8Array([1, 2, 3])])).toThrow('short');
});

test('a burst is cut to what one update may hold', () => {
  const updates = typed(Array.from({ length: 1500 }, () => ({ who: 0, at: 0, remove: 0, insert: 'x' })));
  const joined = joinUpdates(updates);
  expect(joined.length).toBe(2);
  let state: Uint8Array | undefined;
  for (const update of joined) {
    expect(checkUpdate(update, state).ok).toBe(true);
    state = mergeRecord(ID, state, update);
  }
});

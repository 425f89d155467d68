import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { CLOSE } from '#core/protocol/messages.ts';
import { createRoomDoc } from './room-doc.ts';
import { relayOwned } from './workspace-content.ts';

const admin = { mayWrite: true };
const member = { mayWrite: false };
const room = () => createRoomDoc('room', [], relayOwned);
const updateOf = (change: (doc: Y.Doc) => void, base?: Y.Doc): Uint8Array => {
  const doc = new Y.Doc();
  if (base) Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
  const before = Y.encodeStateVector(doc);
  doc.transact(() => change(doc));
  return Y.encodeStateAsUpdate(doc, before);
};

test('only what was taken is in the document', () => {
  const content = room();
  const verdict = content.judge(
    updateOf((doc) => doc.getMap('settings').set('a', 1)),
    admin,
  );
  expect(content.doc.getMap('settings').size).toBe(0);
  if (verdict.type !== 'take') throw new Error(verdict.type);
  content.take(verdict.effect);
  expect(content.doc.getMap('settings').toJSON()).toEqual({ a: 1 });
});

test('what is known says nothing new, also from a member', () => {
  const content = room();
  const update = updateOf((doc) => {
    doc.getMap('settings').set('a', 1);
    doc.getMap('settings').delete('a');
  });
  const verdict = content.judge(update, admin);
  if (verdict.type === 'take') content.take(verdict.effect);
  expect(content.judge(update, member)).toEqual({ type: 'known' });
  expect(content.judge(Y.encodeStateAsUpdate(content.doc), member)).toEqual({ type: 'known' });
  expect(content.judge(Uint8Array.of(0, 0), member)).toEqual({ type: 'known' });
});

test('nobody writes under the relay’s client id', () => {
  const content = room();
  const effect = content.write((doc) => doc.getMap('members').set('an', { name: 'An' }));
  content.take(effect!);
  const [relayId] = [...Y.parseUpdateMeta(effect!).to.keys()];
  const forged = new Y.Doc();
  Y.applyUpdate(forged, Y.encodeStateAsUpdate(content.doc));
  forged.clientID = relayId!;
  forged.getMap('settings').set('a', 1);
  expect(content.judge(Y.encodeStateAsUpdate(forged), admin)).toEqual({ type: 'refuse', close: CLOSE.forbidden });
  expect(content.doc.getMap('settings').size).toBe(0);
});

test('after an update that could not be stored, the same update is judged anew', () => {
  const content = room();
  const update = updateOf((doc) => doc.getMap('settings').set('a', 1));
  expect(content.judge(update, admin).type).toBe('take');
  content.drop();
  const again = content.judge(update, admin);
  if (again.type !== 'take') throw new Error(again.type);
  content.take(again.effect);
  expect(content.doc.getMap('settings').get('a')).toBe(1);
});

test('the document is bounded, also by many small updates', () => {
  const content = room();
  for (let i = 0; ; i++) {
    const verdict = content.judge(
      updateOf((doc) => doc.getMap('settings').set(`k${i}`, 'x'.repeat(100_000)), content.doc),
      admin,
    );
    if (verdict.type === 'take') content.take(verdict.effect);
    else {
      expect(verdict).toEqual({ type: 'refuse', close: CLOSE.tooLarge });
      expect(i).toBe(10);
      break;
    }
  }
});

test('I9 P3: 140 kB full of gaps are refused at once', () => {
  const content = room();
  const gaps = Array.from({ length: 200 }, (_, i) => {
    const doc = new Y.Doc();
    doc.clientID = i + 1;
    doc.getArray('x').insert(
      0,
      Array.from({ length: 300 }, () => 1),
    );
    const before = Y.encodeStateVector(doc);
    for (let k = 0; k < 60; k++) doc.getArray('x').insert(k, ['a gap in the log']);
    return Y.encodeStateAsUpdate(doc, before);
  });
  const update = Y.mergeUpdates(gaps);
  expect(update.byteLength).toBeGreaterThan(100_000);
  const startedAt = performance.now();
  expect(content.judge(update, admin)).toEqual({ type: 'refuse', close: CLOSE.malformed });
  expect(performance.now() - startedAt).toBeLessThan(500); // 2,000 ms where it is integrated first
});

test('any bytes: never a throw, never a change without a verdict to take', () => {
  const content = room();
  content.take(content.write((doc) => doc.getMap('members').set('an', { name: 'An' }))!);
  const before = Y.encodeStateAsUpdate(content.doc);
  const good = updateOf((doc) => doc.getMap('members').set('an', { name: 'Khác' }), content.doc);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(good.length - 1), fc.nat(255), (noise, at, byte) => {
      const bent = good.slice();
      bent[at] = byte;
      content.judge(noise, admin);
      content.judge(bent, member);
      expect(Y.encodeStateAsUpdate(content.doc)).toEqual(before);
      expect(content.judge(good, admin)).toEqual({ type: 'refuse', close: CLOSE.forbidden });
    }),
    { numRuns: 300 },
  );
});

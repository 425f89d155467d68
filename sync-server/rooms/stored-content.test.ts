import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import type { StorePort } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import { openStoredContent } from './stored-content.ts';

vi.setConfig({ testTimeout: 60_000 }); // a real disk, on machines that do other things too

let folder: string;
let store: StorePort;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienhe-room-'));
  store = await openSqliteStore({ file: join(folder, 'room.sqlite') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const log = pino({ level: 'silent' });
const open = async () => {
  const content = await openStoredContent({ name: 'room', store, guarded: () => '', log });
  if (!content) throw new Error('not opened');
  return content;
};
const admin = { connection: 'c1', user: { id: 'an', name: 'An' }, mayWrite: () => true };

/** Updates as one client sends them, one key each. */
function updates(count: number, prefix: string): Uint8Array[] {
  const doc = new Y.Doc();
  const made: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => made.push(update));
  for (let i = 0; i < count; i++) doc.getMap('settings').set(`${prefix}${i}`, i);
  return made;
}

test('I8: a room of 5,000 updates is folded into one while others write; nothing is lost, its next start reads few', async () => {
  await Promise.all(updates(5000, 'old').map((update) => store.appendRoom('room', update)));
  const content = await open(); // more than it keeps: folding begins by itself
  const writing = updates(600, 'new');
  for (let i = 0; i < writing.length; i += 50) {
    const batch = writing.slice(i, i + 50).map((update) => ({ from: admin, who: admin, update }));
    expect(await content.submit(batch)).toEqual(batch.map(() => undefined));
  }
  const said = content.doc.getMap('settings').toJSON();
  expect(Object.keys(said)).toHaveLength(5600);
  await content.close();

  const stored = await store.loadRoom('room');
  expect(stored.ok && stored.value.updates.length).toBeLessThan(250);
  const again = await open();
  expect(again.doc.getMap('settings').toJSON()).toEqual(said);
  await again.close();
});

test('what another process appended between reading and folding stays', async () => {
  await Promise.all(updates(10, 'a').map((update) => store.appendRoom('room', update)));
  const read = await store.loadRoom('room');
  if (!read.ok) throw new Error(read.error.type);
  const folded = new Y.Doc();
  for (const update of read.value.updates) Y.applyUpdate(folded, update);
  const [late] = updates(1, 'late');
  await Promise.all([
    store.appendRoom('room', late!),
    store.compactRoom('room', read.value.upTo, Y.encodeStateAsUpdate(folded)),
  ]);
  const content = await open();
  expect(Object.keys(content.doc.getMap('settings').toJSON())).toHaveLength(11);
  expect(content.doc.getMap('settings').has('late0')).toBe(true);
  await content.close();
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { checkViewEdit, VIEW_LIMITS, viewEntries, type ViewEdit } from '#core/record/saved-view.ts';
import { readWorkspace } from './workspace-doc.ts';

/** Writes what somebody with the settings right says, as `createWorkspace` does; false where it is refused. */
function write(doc: Y.Doc, given: ViewEdit): boolean {
  const { edit, problems } = checkViewEdit(given, readWorkspace(doc));
  if (problems.length > 0) return false;
  doc.transact(() => {
    for (const [key, value] of Object.entries(viewEntries(edit))) doc.getMap('views').set(key, value);
  });
  return true;
}
const join = (...docs: Y.Doc[]) => {
  for (const from of docs) for (const to of docs) if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
};
const A: ViewEdit = { id: 'view.aaaa', make: 'contact', name: 'Khách mới', query: 'owner=none&cols=' };

test('two admins and one view, offline: a new name and a new filter both stand; a deleted one comes back with them', () => {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  write(one, A);
  join(one, two);
  expect(write(one, { id: A.id, name: '  Chưa\u200b giao ' })).toBe(true);
  expect(write(two, { id: A.id, query: 'owner=me' })).toBe(true);
  expect(write(two, { id: A.id, deletedAt: 5 })).toBe(true);
  join(one, two);
  const expected = [{ id: A.id, entity: 'contact', name: 'Chưa giao', query: 'owner=me' }];
  for (const doc of [one, two]) {
    expect(readWorkspace(doc).views).toEqual([]);
    expect(readWorkspace(doc).deletedViews).toEqual(expected);
  }
  write(one, { id: A.id, deletedAt: null });
  join(one, two);
  expect(readWorkspace(two).views).toEqual(expected);
});

test('what is refused: no name, a name twice in one list, a view nobody made, too much', () => {
  const doc = new Y.Doc();
  expect(write(doc, A)).toBe(true);
  expect(write(doc, A)).toBe(false);
  expect(write(doc, { ...A, id: 'view.bbbb', name: 'khach moi' })).toBe(false);
  expect(write(doc, { ...A, id: 'view.bbbb', name: 'khach moi', make: 'company' })).toBe(true);
  expect(write(doc, { ...A, id: 'view.cccc', name: ' ' })).toBe(false);
  expect(write(doc, { ...A, id: 'view.cccc', name: 'x'.repeat(VIEW_LIMITS.name + 1) })).toBe(false);
  expect(write(doc, { ...A, id: 'view.cccc', name: 'x', query: 'x'.repeat(VIEW_LIMITS.query + 1) })).toBe(false);
  expect(write(doc, { ...A, id: '__proto__', name: 'x' })).toBe(false);
  expect(write(doc, { id: 'view.none', name: 'x' })).toBe(false);
});

test('whatever is written at the same time, all devices read the same views; whatever the document holds is read', () => {
  const edit: fc.Arbitrary<ViewEdit> = fc.record(
    {
      id: fc.constantFrom('view.aaaa', 'view.bbbb', 'view.cccc'),
      make: fc.constantFrom('contact' as const, 'company' as const),
      name: fc.constantFrom('Mới', 'Cũ', 'moi', ''),
      query: fc.constantFrom('', 'q=x', 'sort=-name'),
      deletedAt: fc.constantFrom(7, null),
    },
    { requiredKeys: ['id'] },
  );
  const junk = fc.tuple(fc.constantFrom('view.aaaa', 'view.aaaa:name', 'view.zzzz:query', 'x', ':'), fc.jsonValue());
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(2), edit, fc.boolean()), { maxLength: 20 }),
      fc.array(junk),
      (steps, holds) => {
        const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
        write(docs[0]!, A);
        join(...docs);
        for (const [key, value] of holds) docs[1]!.getMap('views').set(key, value);
        for (const [who, change, meet] of steps) {
          write(docs[who]!, change);
          if (meet) join(docs[who]!, docs[(who + 1) % 3]!);
        }
        join(...docs);
        const [first, ...others] = docs.map((doc) => readWorkspace(doc));
        for (const { views, deletedViews } of others)
          expect({ views, deletedViews }).toEqual({ views: first!.views, deletedViews: first!.deletedViews });
        for (const { name, query } of first!.views) {
          expect(name.length).toBeGreaterThan(0);
          expect(query.length).toBeLessThanOrEqual(VIEW_LIMITS.query);
        }
      },
    ),
    { numRuns: 60 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { checkFieldEdit } from '#core/record/check-field-edit.ts';
import { fieldEntries, type FieldEdit } from '#core/record/field-settings.ts';
import { readWorkspace } from './workspace-doc.ts';

/** Writes what an admin says, as `createWorkspace` does; false where it is refused. */
function write(doc: Y.Doc, given: FieldEdit): boolean {
  const data = readWorkspace(doc);
  const { edit, problems } = checkFieldEdit(given, data);
  if (problems.length > 0) return false;
  const present = [...data.fields, ...data.deletedFields].find((field) => field.id === edit.id);
  doc.transact(() => {
    for (const [key, value] of Object.entries(fieldEntries(edit, present))) doc.getMap('fields').set(key, value);
  });
  return true;
}
const join = (...docs: Y.Doc[]) => {
  for (const from of docs) for (const to of docs) if (from !== to) Y.applyUpdate(to, Y.encodeStateAsUpdate(from));
};
const A: FieldEdit = {
  entity: 'contact',
  id: 'custom.aaaa',
  make: true,
  title: 'Hạng thẻ',
  type: 'choice',
  choices: [{ id: 'v', title: 'Vàng', order: 0 }],
};
const of = (doc: Y.Doc) => readWorkspace(doc);
/** Two admins who know of one field and then nothing of each other. */
function apart(): [Y.Doc, Y.Doc] {
  const [one, two] = [new Y.Doc(), new Y.Doc()];
  write(one, A);
  join(one, two);
  return [one, two];
}
const edit = (change: Partial<FieldEdit>): FieldEdit => ({ entity: 'contact', id: A.id, ...change });

describe('two admins and one field, offline', () => {
  test('B9 B10: one deletes it, the other renames it: it is deleted, and comes back under the new name', () => {
    const [one, two] = apart();
    write(one, edit({ deletedAt: 5 }));
    write(two, edit({ title: 'Hạng khách' }));
    join(one, two);
    for (const doc of [one, two]) {
      expect(of(doc).fields).toEqual([]);
      expect(of(doc).deletedFields).toMatchObject([{ id: A.id, title: 'Hạng khách' }]);
    }
    write(two, edit({ deletedAt: null }));
    join(one, two);
    expect(of(one).fields).toMatchObject([{ id: A.id, title: 'Hạng khách', choices: [{ id: 'v', title: 'Vàng' }] }]);
  });

  test('B9: what they say of different properties, and of different choices, all stands', () => {
    const [one, two] = apart();
    write(one, edit({ required: true, choices: [{ id: 'b', title: 'Bạc', order: 1 }] }));
    write(two, edit({ place: { group: 'main', order: 2.5 }, choices: [{ id: 'd', title: 'Đồng', order: 2 }] }));
    write(two, edit({ type: 'choices' }));
    join(one, two);
    for (const doc of [one, two]) {
      const [field] = of(doc).fields;
      expect(field).toMatchObject({ required: true, group: 'main', order: 2.5, type: 'choices', was: ['choice'] });
      expect(field!.choices!.map((choice) => choice.title)).toEqual(['Vàng', 'Bạc', 'Đồng']);
    }
  });

  test('B5: both make a field of the same name: there are two of them, and the next edit of a name says so', () => {
    const [one, two] = [new Y.Doc(), new Y.Doc()];
    write(one, A);
    write(two, { ...A, id: 'custom.bbbb' });
    join(one, two);
    expect(of(one).fields.map((field) => field.title)).toEqual(['Hạng thẻ', 'Hạng thẻ']);
    expect(write(one, edit({ title: 'hang the' }))).toBe(false);
    expect(write(one, edit({ title: 'Hạng thẻ cũ' }))).toBe(true);
  });
});

const ids = ['custom.aaaa', 'custom.bbbb'];
const anyEdit: fc.Arbitrary<FieldEdit> = fc.record(
  {
    entity: fc.constant('contact' as const),
    id: fc.constantFrom(...ids, 'phones', 'name'),
    title: fc.constantFrom('Hạng', 'Ngày ký', '  Mã\u200b số ', 'Email', ''),
    type: fc.constantFrom('text' as const, 'number' as const, 'choice' as const, 'long-text' as const),
    required: fc.boolean(),
    place: fc.record({
      group: fc.constantFrom('main' as const, 'more' as const),
      order: fc.integer({ min: 0, max: 9 }),
    }),
    deletedAt: fc.constantFrom(7, null),
    choices: fc.constantFrom([{ id: 'x', title: 'X', order: 0 }], [{ id: 'x', title: 'Y', order: 1, off: true }], []),
  },
  { requiredKeys: ['entity', 'id'] },
);

test('B5–B10: whatever admins write at the same time, all devices read the same in the end', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(2), anyEdit, fc.boolean()), { maxLength: 30 }), (steps) => {
      const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()];
      write(docs[0]!, { ...A, type: 'text' });
      write(docs[0]!, { ...A, id: 'custom.bbbb', title: 'Khác' });
      join(...docs);
      for (const [who, change, meet] of steps) {
        write(docs[who]!, change);
        if (meet) join(docs[who]!, docs[(who + 1) % 3]!);
      }
      join(...docs);
      const [first, ...others] = docs.map((doc) => of(doc));
      for (const other of others) expect(other).toEqual(first);
      // no field is ever lost, and nobody changes what the app builds on
      expect([...first!.fields, ...first!.deletedFields].map((field) => field.id).sort()).toEqual(ids);
      for (const rule of Object.keys(first!.fieldRules)) expect(['contact/phones', 'contact/name']).toContain(rule);
    }),
    { numRuns: 60 },
  );
});

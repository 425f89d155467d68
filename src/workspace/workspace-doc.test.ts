import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { BUILT_IN_ROLES } from '#core/access/role.ts';
import { EMPTY_WORKSPACE } from '#core/record/workspace-data.ts';
import { WORKSPACE_ROOTS } from '#core/record/workspace-doc.ts';
import { readWorkspace } from './workspace-doc.ts';

const EMPTY = { ...EMPTY_WORKSPACE, roles: BUILT_IN_ROLES };

test('an empty document is a valid workspace', () => {
  expect(readWorkspace(new Y.Doc())).toEqual(EMPTY);
});

test('good entries are read in order, bad ones left out', () => {
  const doc = new Y.Doc();
  const member = { name: 'An', email: 'an@a.vn', role: 'admin', active: true };
  doc.getMap('members').set('b', { ...member, id: 'b', joinedAt: 2, departmentId: 'sales' });
  doc.getMap('members').set('a', { ...member, id: 'other', joinedAt: 1, phone: 5 });
  doc.getMap('members').set('bad', { ...member, role: 7 });
  doc.getMap('departments').set('y', { name: 'Ý tế' });
  doc.getMap('departments').set('d', { name: 'Đào tạo' });
  doc.getMap('departments').set('e', { name: ' ' });
  doc.getMap('roles').set('r1', { name: 'Tổng đài', settings: false, types: {} });
  doc.getMap('roles').set('r2', { name: 'Hỏng', settings: 'yes', types: {} });
  doc
    .getMap('fields')
    .set('custom.1', { entity: 'contact', id: 'custom.1', type: 'text', title: 'Nguồn', order: 1, group: 'main' });
  doc
    .getMap('fields')
    .set('custom.2', { entity: 'contact', id: 'custom.2', type: 'spell', title: 'x', order: 1, group: 'main' });
  doc.getMap('plugins').set('excel', false);
  doc.getMap('plugins').set('x', 'yes');
  doc.getMap('settings').set('name', 'W');
  doc.getMap('settings').set('bytes', Uint8Array.of(1));
  const data = readWorkspace(doc);
  expect(data.members.map((one) => [one.id, one.departmentId, one.phone])).toEqual([
    ['a', undefined, undefined],
    ['b', 'sales', undefined],
  ]);
  expect(data.departments.map((one) => one.name)).toEqual(['Đào tạo', 'Ý tế']);
  expect(data.roles.map((one) => one.id)).toEqual(['admin', 'manager', 'member', 'r1']);
  expect(data.fields.map((one) => one.id)).toEqual(['custom.1']);
  expect(data).toMatchObject({ name: 'W', plugins: { excel: false }, settings: { name: 'W' } });
  expect(structuredClone(data)).toEqual(data);
});

test('whatever a document holds, reading does not throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...WORKSPACE_ROOTS),
      fc.string(),
      fc.jsonValue(),
      fc.integer({ min: 0, max: 3 }),
      (root, key, value, kind) => {
        const doc = new Y.Doc();
        const content = [value, new Y.Map([['a', value]]), new Y.Text('x'), undefined][kind];
        doc.getMap(root).set(key, content);
        const data = readWorkspace(doc);
        expect(structuredClone(data)).toEqual(data);
      },
    ),
  );
});

import { expect, test } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { FieldDef } from '#core/record/field.ts';
import { createColumns } from './columns.ts';

const field: FieldDef = {
  id: 'custom.f0ld',
  entity: 'contact',
  type: 'text',
  title: 'Số thẻ',
  order: 90,
  group: 'details',
};
const ids = Array.from({ length: 8 }, (_, i) => newId('contact', 1_770_000_000_000 + i));
const texts: (string | undefined)[] = ['1.234,5', '12', 'khoảng 5', undefined, '12', 'abc', '7'];

function open() {
  const columns = createColumns({ schedule: () => () => undefined });
  const workspace = (now: FieldDef) => columns.setWorkspace({ members: [], departments: [], fields: [now] }, 'me');
  workspace(field);
  const row = (i: number, values: Record<string, Json>) => ({ id: ids[i]!, values, updatedAt: 1 });
  columns.apply(texts.map((text, i) => row(i, text === undefined ? { name: 'x' } : { name: 'x', [field.id]: text })));
  columns.apply([row(7, { name: 'bin', [field.id]: '9', deletedAt: 5 })]);
  return { columns, workspace };
}

test('B9 B10: how many records hold a value, what another type makes of them, and what it cannot', () => {
  const { columns } = open();
  expect(columns.fieldUse({ entity: 'contact', field: field.id })).toMatchObject({ holding: 6 });
  const use = columns.fieldUse({ entity: 'contact', field: field.id, as: { type: 'number' } });
  expect(use).toMatchObject({ holding: 6, failing: 2, failed: ['khoảng 5', 'abc'] });
  expect(use.converted).toEqual([
    { from: '1.234,5', to: '1.234,5' },
    { from: '12', to: '12' },
    { from: '7', to: '7' },
  ]);
  const choices = [{ id: 'a', title: '12' }, { id: 'b', title: 'ABC' }]; // prettier-ignore
  expect(columns.fieldUse({ entity: 'contact', field: field.id, as: { type: 'choice', choices } }).failing).toBe(3);
  expect(columns.fieldUse({ entity: 'company', field: field.id }).holding).toBe(0);
});

test('B9: after the change lists sort and filter by what the values are now; the rest sorts last', () => {
  const { columns, workspace } = open();
  workspace({ ...field, type: 'number', was: ['text'] });
  const list = (filter?: { field: string; op: string; value?: Json }) =>
    columns
      .list({
        sources: ['contact'],
        sort: { field: field.id, desc: false },
        offset: 0,
        limit: 50,
        ...(filter && { filter }),
      })
      .rows.map((row) => row.values[field.id]);
  expect(list().slice(0, 4)).toEqual(['7', '12', '12', '1.234,5']);
  expect(list({ field: field.id, op: 'gte', value: 12 })).toEqual(['12', '12', '1.234,5']);
  expect(list({ field: field.id, op: 'lt', value: 12 })).toEqual(['7']);
  expect(list({ field: field.id, op: 'notEmpty' })).toHaveLength(6);
});

import { expect, test } from 'vitest';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { mergeView, usualTake } from './merge-view.ts';

const phones = (...values: string[]) => values.map((value, i) => ({ id: String(i), value }));
const ids = (rows: readonly { readonly field: { readonly id: string } }[]) => rows.map((row) => row.field.id);

test('D15: differing fields are asked about, numbers of both are kept, and what only the other one says is taken', () => {
  const kept = { name: 'Lê Hoa', title: 'Kế toán', source: 'system', phones: phones('+84912345678'), batch: 'sample' };
  const gone = { name: 'Lê Hoa', title: 'Trưởng phòng', address: '1 Hàng Bài', phones: phones('+84987654321') };
  const view = mergeView(CONTACT_FIELDS, kept, gone);
  expect(ids(view.differing).sort()).toEqual(['address', 'source', 'title']);
  expect(ids(view.together)).toEqual(['phones']);
  expect(ids(view.same)).toEqual(['name']);
  expect(usualTake(view)).toEqual(['address']);
});

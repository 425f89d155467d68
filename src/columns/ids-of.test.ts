import { expect, test } from 'vitest';
import { EMPTY_WORKSPACE } from '#core/record/workspace-data.ts';
import { newId } from '#core/kit/ids.ts';
import { createColumns } from './columns.ts';

test('all that a list shows, on every page, in its order; nothing that is deleted', () => {
  const columns = createColumns();
  columns.setWorkspace(EMPTY_WORKSPACE, 'u1');
  const rows = Array.from({ length: 250 }, (_, i) => ({
    id: newId('contact', 1_700_000_000_000 + i),
    values: { name: `Khách ${i % 2 === 0 ? 'An' : 'Bình'}`, ...(i === 4 && { deletedAt: 1 }) },
    updatedAt: 1,
  }));
  columns.apply(rows);
  const query = { sources: ['contact' as const], search: 'an', sort: { field: 'createdAt', desc: false } };
  const ids = columns.idsOf(query);
  expect(ids).toHaveLength(124);
  expect(ids).toEqual(rows.filter((_, i) => i % 2 === 0 && i !== 4).map(({ id }) => id));
  expect(columns.list({ ...query, offset: 0, limit: 500 }).rows.map(({ id }) => id)).toEqual(ids);
  columns.close();
});

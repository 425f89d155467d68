import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import type { ListResult } from '#data-worker/port.ts';
import { createColumns } from './columns.ts';

const all = { sources: ['contact'], offset: 0, limit: 0, countBy: 'source' } as const;

test('B11: the counts by source are those of the rows, and their sum is the total', () => {
  const source = fc.constantFrom('system', 'zalo', 'web-form', '', undefined);
  fc.assert(
    fc.property(fc.array(fc.record({ source, deleted: fc.boolean() }), { maxLength: 30 }), (given) => {
      const columns = createColumns();
      columns.apply(
        given.map(({ source, deleted }, i) => ({
          id: newId('contact'),
          updatedAt: i,
          values: { name: `${i}`, ...(source !== undefined && { source }), ...(deleted && { deletedAt: 5 }) },
        })),
      );
      const expected: Record<string, number> = {};
      for (const { source = '', deleted } of given) if (!deleted) expected[source] = (expected[source] ?? 0) + 1;
      const result = columns.list(all);
      expect(result.counts).toEqual(expected);
      expect(Object.values(result.counts!).reduce((sum, n) => sum + n, 0)).toBe(result.total);
    }),
  );
});

test('B11: the counts are live; of a field that is no choice there are none', () => {
  const columns = createColumns({ schedule: (task) => (task(), () => {}) });
  const id = newId('contact');
  columns.apply([{ id, updatedAt: 1, values: { name: 'An', source: 'zalo' } }]);
  const onResult = vi.fn<(result: ListResult) => void>();
  columns.watch(all, onResult);
  columns.apply([{ id, updatedAt: 2, values: { name: 'An', source: 'facebook' } }]);
  expect(onResult.mock.calls.map(([result]) => result.counts)).toEqual([{ zalo: 1 }, { facebook: 1 }]);
  expect(columns.list({ ...all, countBy: 'name' }).counts).toBeUndefined();
});

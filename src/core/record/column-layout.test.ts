import fc from 'fast-check';
import { expect, test } from 'vitest';
import { COLUMN_WIDTH, readLayout, writeLayout } from './column-layout.ts';

const choice = fc.record(
  {
    id: fc.constantFrom('name', 'phones', 'createdAt', 'custom.k3x9', 'sms.plan', 'utm-x', 'contacts'),
    width: fc.integer({ min: COLUMN_WIDTH.least, max: COLUMN_WIDTH.most }),
    pinned: fc.constant(true as const),
  },
  { requiredKeys: ['id'] },
);

test('B18: a layout survives being written', () => {
  fc.assert(
    fc.property(fc.uniqueArray(choice, { selector: ({ id }) => id }), (layout) => {
      expect(readLayout(writeLayout(layout))).toEqual(layout);
    }),
  );
});

test('whatever a link or an older build says, reading never throws and gives each column once, of a sane width', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'*,.-9a_ộ<'), maxLength: 200 }), (text) => {
      const layout = readLayout(text);
      expect(new Set(layout.map(({ id }) => id)).size).toBe(layout.length);
      for (const { width = 100 } of layout) {
        expect(width).toBeGreaterThanOrEqual(COLUMN_WIDTH.least);
        expect(width).toBeLessThanOrEqual(COLUMN_WIDTH.most);
      }
      expect(readLayout(writeLayout(layout))).toEqual(layout);
    }),
  );
  expect(readLayout('name*5,**x,name*300,a b,phones*9999')).toEqual([
    { id: 'name', width: 64 },
    { id: 'phones', width: 960 },
  ]);
  expect(readLayout('x,'.repeat(100_000))).toEqual([{ id: 'x' }]);
});

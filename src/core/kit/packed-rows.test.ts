import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packRows, unpackRows } from './packed-rows.ts';

const cell = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
  fc.boolean(),
  fc.date({ noInvalidDate: true }),
  fc.constant(null),
);

it('gives back the rows it was made of, through a clone', () => {
  fc.assert(
    fc.property(fc.array(fc.array(cell)), (rows) => {
      const packed = structuredClone(packRows(rows));
      expect(packed.count).toBe(rows.length);
      expect(unpackRows(packed)).toEqual(rows);
    }),
  );
});

it('has nothing for what is no value', () => {
  expect(unpackRows(packRows([[NaN, Infinity, new Date(NaN), undefined, 'x']]))).toEqual([
    [null, null, null, null, 'x'],
  ]);
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEqual, type Json } from './json.ts';

test('equality of JSON values is that of their canonical text', () => {
  const canonical = (v: unknown): unknown =>
    Array.isArray(v)
      ? v.map(canonical)
      : v && typeof v === 'object'
        ? Object.entries(v)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, x]) => [k, canonical(x)])
        : v;
  const json: fc.Arbitrary<Json> = fc.jsonValue({ noUnicodeString: true }).map((v) => v as Json);
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(jsonEqual(a, structuredClone<Json>(a))).toBe(true);
      const same = JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));
      if (typeof a === 'object' && typeof b === 'object' && Array.isArray(a) === Array.isArray(b))
        expect(jsonEqual(a, b)).toBe(same);
    }),
  );
});

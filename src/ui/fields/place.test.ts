import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formFields } from '#core/record/form-fields.ts';
import { fieldEntries, readFieldSettings } from '#core/record/field-settings.ts';
import type { Json } from '#core/kit/json.ts';
import { moveField } from './place.ts';

test('B8: a field that is moved stands where it was put, and the others keep their order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(100), fc.nat(100)), { minLength: 1, maxLength: 60 }), (moves) => {
      const entries: Record<string, Json> = {};
      const read = () => formFields('contact', readFieldSettings(entries));
      for (const [a, b] of moves) {
        const before = read();
        const id = before[a % before.length]!.id;
        const to = b % before.length;
        for (const edit of moveField(before, id, to)) Object.assign(entries, fieldEntries(edit, undefined));
        const wanted = before.map((one) => one.id).filter((one) => one !== id).toSpliced(to, 0, id); // prettier-ignore
        expect(read().map((one) => one.id)).toEqual(wanted);
      }
    }),
    { numRuns: 40 },
  );
});

test('between two neighbours a thousand fields find room', () => {
  const entries: Record<string, Json> = {};
  const read = () => formFields('contact', readFieldSettings(entries));
  for (let i = 0; i < 200; i++) {
    const fields = read();
    const id = fields[i % 2 === 0 ? 5 : 6]!.id;
    for (const edit of moveField(fields, id, i % 2 === 0 ? 6 : 5))
      Object.assign(entries, fieldEntries(edit, undefined));
    expect(new Set(read().map((one) => `${one.group} ${one.order}`)).size).toBe(fields.length);
  }
});

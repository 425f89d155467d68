import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../kit/json.ts';
import { OWN_FIELD_TYPES } from '../check-field-edit.ts';
import type { Directory, FieldDef, FieldTypeId } from '../field.ts';
import { fieldType, presentValue } from './field-types.ts';

const directory: Directory = {
  memberName: (id) => (id === 'u1' ? 'Trần Thị Bình' : undefined),
  departmentName: () => undefined,
  companyName: () => undefined,
  memberByName: (name) => (name === 'Trần Thị Bình' ? 'u1' : undefined),
  departmentByName: () => undefined,
};
const choices = [{ id: 'c1', title: 'Vàng' }, { id: 'c2', title: 'Bạc' }]; // prettier-ignore
const def = (type: FieldTypeId, ...was: FieldTypeId[]): FieldDef => ({
  id: 'custom.f', entity: 'contact', type, title: 'F', order: 0, group: 'main', choices, ...(was.length > 0 && { was }),
}); // prettier-ignore
const read = (value: Json, now: FieldTypeId, ...was: FieldTypeId[]): unknown => {
  const result = presentValue(value, def(now, ...was), directory);
  return result.ok ? result.value : `!${result.error.type}`;
};

describe('B9: a value under another type', () => {
  it.each<[Json, FieldTypeId, FieldTypeId, unknown]>([
    ['1.234,5', 'text', 'number', 1234.5],
    ['khoảng 5', 'text', 'number', '!number-invalid'],
    [1234.5, 'number', 'text', '1.234,5'],
    [1500000, 'money', 'text', '1.500.000 ₫'],
    ['01/02/2026', 'text', 'date', '2026-02-01'],
    ['2026-02-01', 'date', 'text', '01/02/2026'],
    ['2026-02-01', 'date', 'date-time', Date.UTC(2026, 0, 31, 17)],
    ['Vàng', 'text', 'choice', 'c1'],
    ['c1', 'choice', 'text', 'Vàng'],
    ['c1', 'choice', 'choices', ['c1']],
    [['c1', 'c2'], 'choices', 'text', 'Vàng, Bạc'],
    [['c1', 'c2'], 'choices', 'choice', '!choice-unknown'],
    [true, 'boolean', 'text', 'Có'],
    ['không', 'text', 'boolean', false],
    ['u1', 'member', 'text', 'Trần Thị Bình'],
    ['Trần Thị Bình', 'text', 'member', 'u1'],
    [[{ id: '0', value: '+84912345678' }], 'phones', 'text', '0912 345 678'],
    [4, 'rating', 'number', 4],
    [7, 'number', 'rating', '!number-invalid'],
    ['một\nhai', 'long-text', 'text', 'một hai'],
    ['a@b.vn', 'text', 'number', '!number-invalid'],
  ])('%j of %s as %s is %j', (value, was, now, expected) => expect(read(value, now, was)).toEqual(expected));

  it('a phone number of a text becomes an item', () => {
    expect(read('0912345678', 'phones', 'text')).toMatchObject([{ value: '+84912345678' }]);
  });

  it('what cannot be read shows as it was, sorts last, and is found by no number', () => {
    const field = def('number', 'text');
    expect(fieldType('number').toText('khoảng 5', field, directory, 'vi')).toBe('khoảng 5');
    expect(fieldType('number').sortKey('khoảng 5', field, directory)).toBeUndefined();
    expect(fieldType('number').sortKey('5,5', field, directory)).toBe(5.5);
  });
});

/** Values as a field of a type stores them: what its own `parse` makes of texts people type. */
const typed = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '1.234,5',
    '12',
    '0912345678',
    'a@b.vn',
    '01/02/2026 10:30',
    'Có',
    'Vàng',
    'Vàng, Bạc',
    'vnexpress.net',
    'x\ny',
  ),
);
const stored = fc.tuple(fc.constantFrom(...OWN_FIELD_TYPES), typed).map(([type, text]) => {
  const parsed = fieldType(type).parse(text, def(type), directory);
  return { type, value: parsed.ok ? parsed.value : null };
});

describe('B9: nothing is lost', () => {
  it('there and back again is what it was, whatever came between', () => {
    fc.assert(
      fc.property(stored, fc.subarray([...OWN_FIELD_TYPES]), ({ type, value }, between) => {
        const was = between.filter((one) => one !== type);
        if (value !== null) expect(presentValue(value, def(type, ...was), directory)).toEqual({ ok: true, value });
      }),
    );
  });

  it('what a type cannot read has a text still; what it reads, it takes', () => {
    fc.assert(
      fc.property(stored, fc.constantFrom(...OWN_FIELD_TYPES), ({ type, value }, now) => {
        if (value === null || now === type) return;
        const field = def(now, type);
        const before = fieldType(type).toText(value, def(type), directory, 'vi');
        const result = presentValue(value, field, directory);
        if (!result.ok) expect(fieldType(now).toText(value, field, directory, 'vi')).toBe(before || value);
        else if (result.value !== null) expect(fieldType(now).check(result.value, def(now)).ok).toBe(true);
      }),
    );
  });
});

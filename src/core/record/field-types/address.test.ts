import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVINCES, provinceByName, provinceOfAddress } from '../../contact/provinces.ts';
import type { Json } from '../../kit/json.ts';
import type { FieldDef } from '../field.ts';
import { CONTACT_FIELDS } from '../fields.ts';
import { address } from './address.ts';
import { fieldType, presentValue } from './field-types.ts';

const field: FieldDef = { id: 'custom.a', entity: 'contact', type: 'address', title: 'A', order: 0, group: 'main' };
const NOBODY = {
  memberName: () => undefined, departmentName: () => undefined, companyName: () => undefined,
  memberByName: () => undefined, departmentByName: () => undefined,
}; // prettier-ignore
const check = (value: Json): unknown => {
  const result = address.check(value, field);
  return result.ok ? result.value : `!${result.error.type}`;
};
const text = (value: Json) => address.toText(value, field, NOBODY, 'vi');

describe('D8: addresses in two levels', () => {
  it('there are 34 provinces, each known by its own name and those merged into it', () => {
    expect(PROVINCES).toHaveLength(34);
    expect(new Set(PROVINCES.map((one) => one.code)).size).toBe(34);
    for (const one of PROVINCES) for (const name of [one.name, ...one.merged]) expect(provinceByName(name)).toBe(one);
  });

  it.each([
    ['12 Lý Thường Kiệt, P. Hải Châu 1, Q. Hải Châu, TP. Đà Nẵng', 'Đà Nẵng'],
    ['Thôn 3, Điện Bàn, tỉnh Quảng Nam', 'Đà Nẵng'],
    ['1 Lê Lợi - Q.1 - TP.HCM', 'Hồ Chí Minh'],
    ['5 Phố Huế, Hà Nội', 'Hà Nội'],
    ['KCN Sóng Thần, binh duong, Việt Nam', 'Hồ Chí Minh'],
    ['1 Lê Lợi', undefined],
    ['', undefined],
  ])('%s lies in %s', (line, name) => expect(provinceOfAddress(line)?.name).toBe(name));

  it('takes its parts clean, a text as the old line, and nothing else', () => {
    expect(check({ street: '  12  Lê Lợi ', ward: '', province: '46' })).toEqual({
      street: '12 Lê Lợi',
      province: '46',
    });
    expect(check('1 Lê Lợi, Huế')).toEqual({ legacyText: '1 Lê Lợi, Huế' });
    expect(check({ street: ' ', ward: '' })).toBeNull();
    expect(check({ province: '99' })).toBe('!value-invalid');
    expect(check({ street: 5 })).toBe('!value-invalid');
    expect(check({ road: 'x' })).toBe('!value-invalid');
    expect(check({ street: 'x'.repeat(501) })).toBe('!too-long');
    expect(check([])).toBe('!value-invalid');
  });

  it('reads as one line; the old line where there is nothing else', () => {
    expect(text({ street: '12 Lê Lợi', ward: 'Thuận Hóa', province: '46', legacyText: 'cũ' })).toBe(
      '12 Lê Lợi, Thuận Hóa, Huế',
    );
    expect(text({ legacyText: 'Q.1, TP.HCM' })).toBe('Q.1, TP.HCM');
  });

  it('a contact’s address of before is its old line, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (line) => {
        const contact = CONTACT_FIELDS.find((one) => one.id === 'address')!;
        const clean = fieldType('text').check(line, { ...contact, type: 'text' });
        if (!clean.ok || clean.value === null) return;
        expect(presentValue(clean.value, contact, NOBODY)).toEqual({ ok: true, value: { legacyText: clean.value } });
      }),
    );
  });

  it('whatever it is given, it never throws, and takes what it gave', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = address.check(value as Json, field);
        if (result.ok && result.value !== null) expect(address.check(result.value, field)).toEqual(result);
        address.toText(value as Json, field, NOBODY, 'en');
        address.sortKey(value as Json, field, NOBODY);
      }),
    );
  });
});

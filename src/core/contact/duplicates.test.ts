import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../kit/ids.ts';
import type { Values } from '../record/row.ts';
import { areDistinct, distinctKey, emailKey, matchKeys, nameKey, phoneKey } from './duplicates.ts';
import { mergedInto, standsFor } from './merged.ts';

const keys = (values: Values) => matchKeys(values).map(({ kind, key }) => `${kind} ${key}`);
const phones = (...values: string[]) => values.map((value, i) => ({ id: String(i), value }));

describe('match keys (D15)', () => {
  it('finds a number in every spelling, that of before 2018 too', () => {
    const typed = ['0912 345 678', '+84912345678', '84.912.345.678', '912345678', '00 84 912 345 678'];
    expect(new Set(typed.map(phoneKey))).toEqual(new Set(['+84912345678']));
    expect(phoneKey('01629 123 456')).toBe('+84329123456');
  });

  it('does not take what everybody shares or nobody can dial for a person', () => {
    expect(['1900 1234', '113', 'abc', ''].map(phoneKey)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('property: the separators in a number never matter', () => {
    const digits = fc.tuple(fc.constantFrom('3', '5', '7', '8', '9'), fc.integer({ min: 0, max: 99_999_999 }));
    fc.assert(
      fc.property(digits, fc.constantFrom(' ', '.', '-', ''), fc.constantFrom('0', '+84', '84'), ([first, rest], gap, lead) => {
        const national = first + String(rest).padStart(8, '0');
        const spread = national.replace(/(\d{3})(?=\d)/g, `$1${gap}`);
        expect(phoneKey(lead + spread)).toBe(`+84${national}`);
      }),
    ); // prettier-ignore
  });

  it('compares addresses trimmed and in small letters', () => {
    expect(emailKey('  Lan.Tran@Example.VN ')).toBe('lan.tran@example.vn');
    expect(emailKey('no address')).toBeUndefined();
  });

  it('compares names without accents, composed or not, only at one company', () => {
    expect(nameKey('  Đặng  Văn Hương ', 'c')).toBe(nameKey('đặng văn hương'.normalize('NFD'), 'c'));
    expect(nameKey('Lan', 'c')).not.toBe(nameKey('Lan', 'd'));
    expect(nameKey('Lan', '')).toBeUndefined();
    expect(nameKey(' ', 'c')).toBeUndefined();
  });

  it('gives each key once and survives what an earlier type of a field left', () => {
    const values = { name: 'Lan', companyId: 'c1', phones: phones('+84912345678', '0912345678'), emails: 'old text' };
    expect(keys(values)).toEqual(['phone +84912345678', 'name lan\nc1']);
    expect(keys({ phones: [null, { id: 1, value: 2 }, 'x'], name: 5 })).toEqual([]);
  });
});

describe('not the same person', () => {
  const [a, b] = [newId('contact', 1000), newId('contact', 2000)];

  it('is said once, in the younger one, whoever says it in whichever order', () => {
    expect(distinctKey(a, b)).toEqual({ id: b, key: `distinct/${a}`, other: a });
    expect(distinctKey(b, a)).toEqual(distinctKey(a, b));
    const older = { id: a, values: {} };
    const younger = { id: b, values: { distinct: [{ id: a, value: a }] } };
    expect(areDistinct(older, younger) && areDistinct(younger, older)).toBe(true);
    expect(areDistinct(older, { id: b, values: {} })).toBe(false);
  });
});

describe('merged into', () => {
  it('property: whatever is written, every contact stands for one that was not merged, and no circle holds anybody', () => {
    const ids = Array.from({ length: 6 }, (_, i) => newId('contact', 1000 + i));
    const target = fc.option(fc.constantFrom(...ids, 'contact_x', 'company_1'), { nil: undefined });
    fc.assert(
      fc.property(fc.array(target, { minLength: 6, maxLength: 6 }), (targets) => {
        const values = new Map(ids.map((id, i) => [id, { mergedInto: targets[i] ?? null }]));
        for (const id of ids) {
          const end = standsFor(id, (one) => values.get(one));
          expect(mergedInto(end, values.get(end)!)).toBeUndefined();
          expect(end <= id).toBe(true);
        }
        // the oldest can never vanish
        expect(mergedInto(ids[0]!, values.get(ids[0]!)!)).toBeUndefined();
      }),
    );
  });
});

import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../sample/random.ts';
import { samplePhone } from '../sample/people.ts';
import { formatPhone, normalizePhone, phoneDigits, splitPhones } from './phones.ts';

/** Value and kind, or the reason it is refused. */
const read = (input: string | number): string => {
  const result = normalizePhone(input);
  if (!result.ok) return result.error.reason;
  const { value, kind, e164, migrated, repaired } = result.value;
  expect(value).toBe(e164 ?? value);
  return [value, kind, migrated ? 'migrated' : '', repaired ? 'repaired' : ''].filter((x) => x !== '').join(' ');
};

describe('vectors of channels.md §4.7', () => {
  it.each([
    ['01629123456', '+84329123456 mobile migrated'],
    ['+84 1234 567 890', '+84834567890 mobile migrated'],
    ['01234567890', '+84834567890 mobile migrated'],
    ['0912.345.678', '+84912345678 mobile'],
    ['84912345678', '+84912345678 mobile'],
    ['912345678', '+84912345678 mobile repaired'],
    ['024 3825 6789', '+842438256789 landline'],
    ['19001234', '19001234 service'],
    ['0123456789', '0123456789 unsure'],
    ['1001', '1001 short'],
    ['o912345678', '+84912345678 mobile repaired'],
    ['09123456789', 'too-long'],
    ['0890123456', '+84890123456 mobile'],
    ['0521234567', '+84521234567 mobile'],
    ['113', '113 short'],
    ['5656', '5656 short'],
  ])('%s → %s', (input, expected) => {
    expect(read(input)).toBe(expected);
  });
});

describe('what files and people bring', () => {
  it.each<[string | number, string]>([
    [912345678, '+84912345678 mobile repaired'],
    [9.12345678e8, '+84912345678 mobile repaired'],
    [84912345678, '+84912345678 mobile'],
    [1629123456, '+84329123456 mobile migrated repaired'],
    [2438256789, '+842438256789 landline repaired'],
    [912345678.5, 'digits-lost'],
    ['9.12345678E8', '+84912345678 mobile repaired'],
    ['9,12345678E+08', '+84912345678 mobile repaired'],
    ['9.12E+08', 'digits-lost'],
    ['9.12E+8', 'digits-lost'],
    ['8.4912345678E10', '+84912345678 mobile repaired'],
    ['912345678.0', '+84912345678 mobile repaired'],
    ['0084 912 345 678', '+84912345678 mobile'],
    ['84 (0) 912 345 678', '+84912345678 mobile'],
    ['+84 (0)912-345-678', '+84912345678 mobile'],
    ['(+84) 912 345 678', '+84912345678 mobile'],
    ["'0912345678", '+84912345678 mobile'],
    ['\u202a0912\u00a0345\u00a0678\u202c', '+84912345678 mobile'],
    ['ĐT: 0912345678', '+84912345678 mobile'],
    ['tel:+84912345678', '+84912345678 mobile'],
    ['0236 3821 234', '+842363821234 landline'],
    ['(024) 3825 6789', '+842438256789 landline'],
    ['024 3825 6789 máy lẻ 12', '+842438256789 landline'],
    ['024 3825 6789 ext. 12', '+842438256789 landline'],
    ['1900 1234', '19001234 service'],
    ['1800 599 920', '1800599920 service'],
    ['+84 1900 1234', '19001234 service'],
    ['+1 650 253 0000', '+16502530000 foreign'],
    ['001 650 253 0000', '+16502530000 foreign'],
    ['+855 12 345 678', '+85512345678 foreign'],
    ['+123456', 'too-short'],
    ['+1234567890123456', 'too-long'],
    ['85512345678', '85512345678 unsure'],
    ['38256789', '38256789 unsure'],
    ['0958123456', '+84958123456 unsure'],
    ['0912345', 'too-short'],
    ['024 3825 678', 'too-short'],
    ['chưa có', 'letters'],
    ['0912a45678', 'letters'],
    ['0912 345 678x', 'letters'],
    ['', 'letters'],
    ['   ', 'letters'],
    ['7', 'too-short'],
    ['+', 'letters'],
    ['0'.repeat(10_000), 'too-long'],
    ['12345678901234567', 'too-long'],
  ])('%s → %s', (input, expected) => {
    expect(read(input)).toBe(expected);
  });

  it('keeps what was typed', () => {
    expect(normalizePhone(' 01629 123456 ')).toMatchObject({ ok: true, value: { raw: '01629 123456' } });
  });
});

describe('splitPhones', () => {
  it.each([
    ['0912 345 678 / 0987654321', ['0912 345 678', '0987654321']],
    ['0912345678;0987654321, 024 3825 6789', ['0912345678', '0987654321', '024 3825 6789']],
    ['0912345678\n0987654321\r\n', ['0912345678', '0987654321']],
    ['0912345678 hoặc 0987654321', ['0912345678', '0987654321']],
    ['0912345678 ho\u0103\u0323c 0987654321', ['0912345678', '0987654321']],
    ['0912345678 - 0987654321', ['0912345678', '0987654321']],
    ['0912345678  0987654321', ['0912345678', '0987654321']],
    ['+84 912 345 678', ['+84 912 345 678']],
    ['9,12345678E8', ['9,12345678E8']],
    ['912345678,0', ['912345678']],
    [' ; / ', []],
  ])('%j', (input, expected) => {
    expect(splitPhones(input)).toEqual(expected);
  });
});

describe('formatPhone', () => {
  it.each([
    ['+84912345678', '0912 345 678'],
    ['+842438256789', '024 3825 6789'],
    ['+842838256789', '028 3825 6789'],
    ['+842363821234', '0236 3821 234'],
    ['19001234', '1900 1234'],
    ['1800599920', '1800 599 920'],
    ['+16502530000', '+16502530000'],
    ['1001', '1001'],
    ['chưa rõ', 'chưa rõ'],
  ])('%s → %s', (value, expected) => {
    expect(formatPhone(value)).toBe(expected);
  });

  it('phoneDigits gives the national form', () => {
    expect(phoneDigits('+84912345678')).toBe('0912345678');
    expect(phoneDigits('+16502530000')).toBe('16502530000');
  });
});

describe('properties', () => {
  it('agrees with libphonenumber on every number it calls valid', () => {
    const random = createRandom(7);
    let compared = 0;
    for (let i = 0; i < 4000; i++) {
      const text = samplePhone(random);
      const peer = parsePhoneNumberFromString(text, 'VN');
      if (!peer?.isValid()) continue;
      compared++;
      const ours = normalizePhone(text);
      expect(ours.ok && ours.value.e164, text).toBe(peer.number);
      const kind = peer.getType() === 'MOBILE' ? 'mobile' : 'landline';
      expect(ours.ok && ours.value.kind, text).toBe(kind);
      expect(formatPhone(peer.number), text).toBe(peer.formatNational());
    }
    expect(compared).toBeGreaterThan(2500);
  });

  it('calls no number of libphonenumber’s mobile and fixed ranges unsure', () => {
    const digits = fc.stringMatching(/^[2-9][0-9]{8,9}$/);
    let compared = 0;
    fc.assert(
      fc.property(digits, (national) => {
        const peer = parsePhoneNumberFromString(`+84${national}`);
        const type = peer?.isValid() === true ? peer.getType() : undefined;
        if (type !== 'MOBILE' && type !== 'FIXED_LINE') return;
        // the plan gives these to mobile numbers, but no operator has them
        if (/^(?:30|31|5[01347]|7[1-5]|80|95)/.test(national)) return;
        compared++;
        const ours = normalizePhone(`0${national}`);
        expect(ours.ok && ours.value.kind).toBe(type === 'MOBILE' ? 'mobile' : 'landline');
      }),
      { numRuns: 5000 },
    );
    expect(compared).toBeGreaterThan(500);
  });

  it('is the same for every writing of a number, and reading twice changes nothing', () => {
    const national = fc.stringMatching(/^(?:3[2-9]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}$/);
    fc.assert(
      fc.property(national, fc.constantFrom('0', '84', '+84', '0084', '+84 0', ''), (n, prefix) => {
        const first = normalizePhone(prefix + n);
        const spaced = normalizePhone(`${prefix}${n.slice(0, 2)}.${n.slice(2, 5)} ${n.slice(5)}`);
        if (!first.ok || !spaced.ok) throw new Error(`refused: ${prefix}${n}`);
        expect(first.value.e164).toBe(`+84${n}`);
        expect(spaced.value.e164).toBe(`+84${n}`);
        const again = normalizePhone(first.value.value);
        expect(again.ok && again.value.value).toBe(first.value.value);
      }),
    );
  });

  it('never throws, and gives E.164 or bare digits', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[+0-9 ().E-]*$/)), (text) => {
        const result = normalizePhone(text);
        if (!result.ok) {
          expect(result.error.input).toBe(text.trim());
          return;
        }
        expect(result.value.value).toMatch(/^\+?\d{2,15}$/);
        if (result.value.e164 !== undefined) expect(result.value.e164).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
    );
  });
});

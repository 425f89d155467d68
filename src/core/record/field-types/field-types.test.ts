import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../kit/json.ts';
import { jsonEqual } from '../../kit/json.ts';
import { newId } from '../../kit/ids.ts';
import type { Directory, FieldDef, FieldTypeId } from '../field.ts';
import { CONTACT_FIELDS } from '../fields.ts';
import { createFieldTypes } from './field-types.ts';
import { parseNumber } from './numbers.ts';

const COMPANY = newId('company', 1_770_000_000_000);
const directory: Directory = {
  memberName: (id) => (id === 'u1' ? 'Trần Thị Bình' : undefined),
  departmentName: (id) => (id === 'd1' ? 'Kinh doanh' : undefined),
  companyName: (id) => (id === COMPANY ? 'Công ty Ánh Dương' : undefined),
  memberByName: (name) => (name === 'Trần Thị Bình' || name === 'tran thi binh' ? 'u1' : undefined),
  departmentByName: (name) => (name === 'kinh doanh' ? 'd1' : undefined),
};
const choices = [
  { id: 'zalo', title: 'Zalo' },
  { id: 'file', title: { vi: 'Nhập file', en: 'File import' } },
  { id: 'x', title: { vi: 'Đã gọi, hẹn lại', en: 'Called, call back' } },
];
let made = 0;
const fieldType = createFieldTypes(() => `i${++made}`);
const def = (type: FieldTypeId, id = 'custom.f'): FieldDef => ({
  id,
  entity: 'contact',
  type,
  title: 'F',
  order: 0,
  group: 'main',
  choices,
});
/** The value, or the type of the error after '!'. */
const parse = (type: FieldTypeId, input: unknown, id?: string): unknown => {
  const result = fieldType(type).parse(input, def(type, id), directory);
  return result.ok ? result.value : `!${result.error.type}`;
};
const check = (type: FieldTypeId, input: Json, id?: string): unknown => {
  const result = fieldType(type).check(input, def(type, id));
  return result.ok ? result.value : `!${result.error.type}`;
};

describe('parse', () => {
  it.each<[FieldTypeId, unknown, unknown]>([
    ['text', '  Nguyễn\u00a0 Văn\u0000 An ', 'Nguyễn Văn An'],
    ['text', 'Nguye\u0302\u0303n', 'Nguyễn'],
    ['text', 12, '12'],
    ['text', ' \n ', null],
    ['text', null, null],
    ['text', {}, '!value-invalid'],
    ['text', 'a'.repeat(20_001), '!too-long'],
    ['text', 'a'.repeat(1_000_000), '!too-long'],
    ['long-text', ' dòng 1 \r\n\tdòng\u00072\n\n', 'dòng 1\n\tdòng2'],
    ['number', '1.234,5', 1234.5],
    ['number', '1,234.5', 1234.5],
    ['number', '1 234 567', 1234567],
    ['number', '12abc', '!number-invalid'],
    ['number', '', null],
    ['number', Infinity, '!number-invalid'],
    ['number', true, '!number-invalid'],
    ['money', '1.500.000 đ', 1_500_000],
    ['money', '2.000 VNĐ', 2000],
    ['rating', '4', 4],
    ['rating', '★★★☆☆', 3],
    ['rating', '4/5', 4],
    ['rating', '6', '!number-invalid'],
    ['date', '05/06/1990', '1990-06-05'],
    ['date', '5-6-90', '1990-06-05'],
    ['date', '5.6.2021 10:30', '2021-06-05'],
    ['date', '1990-06-05', '1990-06-05'],
    ['date', '1990-06-05T20:00:00Z', '1990-06-06'],
    ['date', 33029, '1990-06-05'],
    ['date', '33029', '1990-06-05'],
    ['date', new Date('1990-06-05T00:00:00Z'), '1990-06-05'],
    ['date', new Date('1990-06-04T17:00:00Z'), '1990-06-05'],
    ['date', new Date(NaN), '!date-invalid'],
    ['date', '31/02/2020', '!date-invalid'],
    ['date', '12/25/2020', '!date-invalid'],
    ['date', '29/02/2020', '2020-02-29'],
    ['date', '1990', '!date-invalid'],
    ['date', 1990, 'year'],
    ['date', '', null],
    ['date-time', '05/06/2021 10:30', Date.UTC(2021, 5, 5, 3, 30)],
    ['date-time', '2021-06-05T10:30:00+09:00', Date.UTC(2021, 5, 5, 1, 30)],
    ['date-time', '5/6/2021 1:05 CH', Date.UTC(2021, 5, 5, 6, 5)],
    ['date-time', 44352.4375, Date.UTC(2021, 5, 5, 3, 30)],
    ['date-time', 'hôm qua', '!date-invalid'],
    ['boolean', 'Có', true],
    ['boolean', 'x', true],
    ['boolean', 1, true],
    ['boolean', 'KHÔNG', false],
    ['boolean', '0', false],
    ['boolean', '', null],
    ['boolean', 'có lẽ', '!value-invalid'],
    ['choice', 'nhap FILE', 'file'],
    ['choice', 'file', 'file'],
    ['choice', 'TikTok', '!choice-unknown'],
    ['choices', 'File import; zalo', ['zalo', 'file']],
    ['choices', 'đã gọi, hẹn lại', ['x']],
    ['choices', 'zalo, gì đó', '!choice-unknown'],
    ['member', 'Trần Thị Bình', 'u1'],
    ['member', 'u1', 'u1'],
    ['member', 'Ai đó', '!member-unknown'],
    ['department', 'kinh doanh', 'd1'],
    ['department', 'Kho', '!department-unknown'],
    ['company', COMPANY, COMPANY],
    ['company', '  Công ty  Mới ', 'Công ty Mới'],
    ['url', 'facebook.com/an', 'https://facebook.com/an'],
    ['url', 'HTTP://Example.vn/A', 'http://Example.vn/A'],
    ['url', 'javascript:alert(1)', '!url-invalid'],
    ['url', 'không có', '!url-invalid'],
    ['emails', 'An@X.vn; b@x.vn, an@x.vn', [{ value: 'an@x.vn', raw: 'An@X.vn' }, { value: 'b@x.vn' }]],
    ['emails', 'an@', '!email-invalid'],
    [
      'phones',
      '0912 345 678 / 0987654321 / 84912345678',
      [
        { value: '+84912345678', raw: '0912 345 678' },
        { value: '+84987654321', raw: '0987654321' },
      ],
    ],
    ['phones', 912345678, [{ value: '+84912345678', raw: '912345678' }]],
    ['phones', '1001', [{ value: '1001' }]],
    ['phones', '9.12E+08', '!phone-invalid'],
    ['phones', '', null],
    ['phones', new Date(), '!phone-invalid'],
  ])('%s: %j → %j', (type, input, expected) => {
    const value = parse(type, input);
    if (expected === 'year')
      expect(value).toBe('1905-06-12'); // a bare number of a date cell is a serial
    else if (type === 'phones' || type === 'emails') {
      const items = Array.isArray(value) ? value.map((item: object) => ({ ...item, id: undefined })) : value;
      expect(items).toEqual(expected);
    } else expect(value).toEqual(expected);
  });

  it('a name has at most 500 characters', () => {
    expect(parse('text', 'a'.repeat(501), 'name')).toBe('!too-long');
    expect(parse('text', 'a'.repeat(501))).toHaveLength(501);
  });

  it('a phone error says why', () => {
    expect(fieldType('phones').parse('9.12E+08', def('phones'), directory)).toMatchObject({
      error: { reason: 'digits-lost' },
    });
  });
});

describe('check', () => {
  it('keeps ids, labels and what was typed first', () => {
    const items: Json = [
      { id: 'a', value: '+84912345678', raw: '0912.345.678', label: ' nhà ' },
      { id: 'b', value: '  ' },
      { id: 'c', value: '0987 654 321' },
    ];
    expect(check('phones', items)).toEqual([
      { id: 'a', value: '+84912345678', raw: '0912.345.678', label: 'nhà' },
      { id: 'c', value: '+84987654321', raw: '0987 654 321' },
    ]);
  });

  it.each<[FieldTypeId, Json]>([
    ['phones', [{ id: 'a/b', value: '0912345678' }]],
    [
      'phones',
      [
        { id: 'a', value: '0912345678' },
        { id: 'a', value: '0987654321' },
      ],
    ],
    ['phones', [{ value: '0912345678' }]],
    ['emails', 5],
    ['text', 5],
    ['boolean', 'có'],
    ['date', '05/06/1990'],
    ['date-time', 1.5],
    ['rating', 0],
    ['number', '5'],
    ['choice', 'tiktok'],
    ['choices', ['zalo', 'tiktok']],
    ['company', 'Công ty Mới'],
    ['member', 5],
    ['url', 'javascript:alert(1)//x.vn'],
    ['url', 'https://an:pw@x.vn'],
  ])('%s refuses %j', (type, value) => {
    expect(check(type, value)).toMatch(/^!/);
  });

  const types: FieldTypeId[] = [
    'text',
    'long-text',
    'number',
    'money',
    'date',
    'date-time',
    'boolean',
    'choice',
    'choices',
    'phones',
    'emails',
    'url',
    'member',
    'department',
    'company',
    'rating',
  ];
  const input = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.date(),
    fc.constantFrom('0912 345 678', 'an@x.vn', '5/6/1990', 'zalo', '1.5', 'x.vn'),
  );
  it.each(types)('%s: what parse gives passes check unchanged, and never throws', (type) => {
    fc.assert(
      fc.property(input, (value) => {
        const parsed = fieldType(type).parse(value, def(type), directory);
        if (!parsed.ok) {
          expect(parsed.error.type).toMatch(/invalid|unknown|too-long/);
          return;
        }
        const field = def(type);
        const names = type === 'company' && parsed.value !== null && parsed.value !== COMPANY; // a name to look up
        const checked = fieldType(type).check(parsed.value, field);
        expect(names || (checked.ok && jsonEqual(checked.value, parsed.value))).toBe(true);
        expect(typeof fieldType(type).toText(parsed.value, field, directory, 'vi')).toBe('string');
        expect(['string', 'number', 'undefined']).toContain(
          typeof fieldType(type).sortKey(parsed.value, field, directory),
        );
      }),
    );
  });
});

describe('toText', () => {
  it.each<[FieldTypeId, Json, string, string]>([
    ['number', 1234.5, '1.234,5', '1,234.5'],
    ['date', '1990-06-05', '05/06/1990', '1990-06-05'],
    ['date-time', Date.UTC(2021, 5, 5, 3, 30), '05/06/2021 10:30', '2021-06-05 10:30'],
    ['boolean', true, 'Có', 'Yes'],
    ['choice', 'file', 'Nhập file', 'File import'],
    ['choice', 'gone', 'gone', 'gone'],
    ['choices', ['zalo', 'file'], 'Zalo, Nhập file', 'Zalo, File import'],
    ['member', 'u1', 'Trần Thị Bình', 'Trần Thị Bình'],
    ['member', 'gone', '', ''],
    ['company', COMPANY, 'Công ty Ánh Dương', 'Công ty Ánh Dương'],
    [
      'phones',
      [
        { id: 'a', value: '+84912345678' },
        { id: 'b', value: '19001234' },
      ],
      '0912 345 678, 1900 1234',
      '0912 345 678, 1900 1234',
    ],
    ['text', null, '', ''],
  ])('%s %j', (type, value, vi, en) => {
    expect(fieldType(type).toText(value, def(type), directory, 'vi')).toBe(vi);
    expect(fieldType(type).toText(value, def(type), directory, 'en')).toBe(en);
  });
});

describe('numbers', () => {
  it.each([
    ['1.234', 1234], ['1,234', 1234], ['0,125', 0.125], ['0.125', 0.125], ['1.5', 1.5], ['1,5', 1.5], ['12.34', 12.34],
    ['1.234.567', 1234567], ['1.234.567,89', 1234567.89], ['1,234,567.89', 1234567.89], ['-1.234,5', -1234.5], ['−5', -5],
    ['1234', 1234], ["1'234'567", 1234567], ['.5', 0.5],
  ])('%s → %d', (text, expected) => {
    expect(parseNumber(text)).toBe(expected);
  }); // prettier-ignore

  it.each(['1.2.3', '1,2,3', '1.23.456', '1.234,5,6', 'x', '', '.', '1-2'])('%s is none', (text) => {
    expect(parseNumber(text)).toBeNaN();
  });

  it('reads back what either language writes', () => {
    const hundredths = fc.integer({ min: -1e12, max: 1e12 }).map((n) => n / 100);
    fc.assert(
      fc.property(hundredths, fc.constantFrom('vi', 'en'), (n, locale) => {
        const text = n.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
        expect(parseNumber(text)).toBe(n === 0 ? parseNumber('0') * Math.sign(1 / n) : n);
      }),
    );
  });
});

it('every default field has a type', () => {
  for (const field of CONTACT_FIELDS) expect(fieldType(field.type).id).toBe(field.type);
});

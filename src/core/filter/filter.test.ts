import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../contact/fold.ts';
import type { Json } from '../kit/json.ts';
import type { FieldDef } from '../record/field.ts';
import { CONTACT_FIELDS } from '../record/fields.ts';
import { explainFilter } from './explain.ts';
import type { Filter } from './filter.ts';
import { fieldLookup, opsOf } from './ops.ts';
import type { FilterContext } from './test.ts';
import { compile, isLeaf } from './test.ts';
import { FILTER_LIMITS, validateFilter } from './validate.ts';

const names: Record<string, string> = { u1: 'Trần Thị Bình', u2: 'Lê An' };
const amount: FieldDef = {
  id: 'custom.amount',
  entity: 'contact',
  type: 'number',
  title: { vi: 'Doanh số', en: 'Sales' },
  order: 0,
  group: 'main',
};
const context: FilterContext = {
  field: fieldLookup([...CONTACT_FIELDS, amount]),
  directory: {
    memberName: (id) => names[id],
    departmentName: (id) => (id === 'd1' ? 'Kinh doanh' : undefined),
    companyName: () => undefined,
    memberByName: () => undefined,
    departmentByName: () => undefined,
  },
  me: 'u1',
  myDepartments: ['d1'],
};
const DAY = Date.UTC(2026, 1, 1, 17); // 2 February 2026 in Việt Nam

type Values = Readonly<Record<string, Json>>;
const matches = (filter: Filter, values: Values): boolean => compile(filter, context)((field) => values[field]);

describe('conditions', () => {
  const row: Values = {
    name: 'Nguyễn Văn Đạt', ownerId: 'u1', departmentId: 'd1', source: 'zalo', rating: 4, birthday: '1990-06-05', doNotCall: true,
    createdAt: DAY + 5, phones: [{ id: 'a', value: '+84912345678' }], emails: [{ id: 'b', value: 'dat@x.vn' }],
  }; // prettier-ignore
  it.each<[string, string, Json | undefined, boolean]>([
    ['name', 'contains', 'van dat', true],
    ['name', 'contains', 'ĐẠT', true],
    ['name', 'is', 'nguyen van dat ', true],
    ['name', 'is', 'nguyen', false],
    ['name', 'isNot', 'nguyen', true],
    ['name', 'startsWith', 'Nguyên', true],
    ['name', 'notContains', 'dat', false],
    ['title', 'empty', undefined, true],
    ['title', 'isNot', 'x', true],
    ['title', 'is', 'x', false],
    ['name', 'notEmpty', undefined, true],
    ['ownerId', 'in', ['@me'], true],
    ['ownerId', 'in', ['u2'], false],
    ['ownerId', 'notIn', ['u2'], true],
    ['ownerId', 'contains', 'binh', true],
    ['departmentId', 'in', ['@myDepartments'], true],
    ['departmentId', 'is', 'kinh doanh', true],
    ['source', 'in', ['zalo', 'facebook'], true],
    ['rating', 'eq', 4, true],
    ['rating', 'between', [1, 4], true],
    ['rating', 'gt', 4, false],
    ['rating', 'gte', 4, true],
    ['custom.amount', 'lt', 5, false],
    ['custom.amount', 'ne', 5, true],
    ['birthday', 'lt', '1990-06-06', true],
    ['birthday', 'between', ['1990-01-01', '1990-06-05'], true],
    ['createdAt', 'eq', '2026-02-02', true],
    ['createdAt', 'gt', '2026-02-02', false],
    ['createdAt', 'gte', '2026-02-02', true],
    ['createdAt', 'lt', '2026-02-02', false],
    ['createdAt', 'eq', DAY + 5, true],
    ['doNotCall', 'isTrue', undefined, true],
    ['emailOptOut', 'isFalse', undefined, true],
    ['emailOptOut', 'isTrue', undefined, false],
    ['phones', 'contains', '5678', true],
    ['phones', 'contains', '+84912', true],
    ['phones', 'is', '0912.345.678', true],
    ['phones', 'is', '345678', false],
    ['phones', 'notEmpty', undefined, true],
    ['emails', 'is', 'DAT@x.vn', true],
    ['emails', 'contains', '@x', true],
    ['unknown', 'is', 'x', false],
    ['name', 'like', 'x', false],
  ])('%s %s %j → %s', (field, op, value, expected) => {
    expect(matches({ field, op, ...(value === undefined ? {} : { value }) }, row)).toBe(expected);
  });
});

/** What conditions on these fields mean, written down a second time. */
function naive(filter: Filter, row: Values): boolean {
  if ('all' in filter) return !filter.all.some((part) => !naive(part, row));
  if ('any' in filter) return filter.any.filter((part) => naive(part, row)).length > 0;
  if ('not' in filter) return naive(filter.not, row) ? false : true;
  const { field, op, value } = filter;
  const v = row[field];
  const text = fold(typeof v === 'string' ? (field === 'ownerId' ? (names[v] ?? '') : v) : '');
  const wanted = fold(typeof value === 'string' ? value : '');
  const ids = (Array.isArray(value) ? value : []).map((id: Json) => (id === '@me' ? 'u1' : id));
  const answers: Record<string, () => boolean> = {
    is: () => text === wanted,
    isNot: () => text !== wanted,
    contains: () => text.includes(wanted),
    notContains: () => !text.includes(wanted),
    startsWith: () => text.indexOf(wanted) === 0,
    in: () => v !== undefined && ids.includes(v),
    notIn: () => !(v !== undefined && ids.includes(v)),
    eq: () => v === value,
    ne: () => v !== value,
    lt: () => typeof v === 'number' && v < Number(value),
    lte: () => typeof v === 'number' && v <= Number(value),
    gt: () => typeof v === 'number' && v > Number(value),
    gte: () => typeof v === 'number' && v >= Number(value),
    empty: () => v === undefined || v === '',
    notEmpty: () => !(v === undefined || v === ''),
    isTrue: () => v === true,
    isFalse: () => v !== true,
  };
  return answers[op]!();
}

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    field: fc.constant('name'),
    op: fc.constantFrom('is', 'isNot', 'contains', 'notContains', 'startsWith'),
    value: fc.constantFrom('an', 'Ân', 'b', 'nguyen'),
  }),
  fc.record({
    field: fc.constant('ownerId'),
    op: fc.constantFrom('in', 'notIn'),
    value: fc.subarray(['@me', 'u2', 'u3']),
  }),
  fc.record({
    field: fc.constant('ownerId'),
    op: fc.constantFrom('contains', 'isNot'),
    value: fc.constantFrom('an', 'le an'),
  }),
  fc.record({
    field: fc.constant('rating'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
    value: fc.integer({ min: 0, max: 5 }),
  }),
  fc.record({ field: fc.constantFrom('name', 'rating', 'ownerId'), op: fc.constantFrom('empty', 'notEmpty') }),
  fc.record({ field: fc.constant('doNotCall'), op: fc.constantFrom('isTrue', 'isFalse') }),
);
const { node: filters } = fc.letrec<{ node: Filter }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
}));
const rows = fc.record(
  {
    name: fc.constantFrom('An', 'Nguyễn Ân', 'bình', ''),
    ownerId: fc.constantFrom('u1', 'u2', 'u9'),
    rating: fc.integer({ min: 1, max: 5 }),
    doNotCall: fc.boolean(),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Values>;

describe('properties', () => {
  it('the compiled filter answers as the written-down meaning does', () => {
    fc.assert(
      fc.property(filters, rows, (filter, row) => {
        expect(matches(filter, row)).toBe(naive(filter, row));
      }),
      { numRuns: 2000 },
    );
  });

  it('De Morgan', () => {
    fc.assert(
      fc.property(fc.array(filters, { maxLength: 4 }), rows, (parts, row) => {
        expect(matches({ not: { all: parts } }, row)).toBe(matches({ any: parts.map((not) => ({ not })) }, row));
        expect(matches({ not: { any: parts } }, row)).toBe(matches({ all: parts.map((not) => ({ not })) }, row));
      }),
    );
  });

  it('what is generated is valid, and can be explained in both languages', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const valid = validateFilter(filter, context.field);
        expect(valid.ok || valid.error.type === 'filter-too-large').toBe(true);
        for (const locale of ['vi', 'en'] as const)
          expect(explainFilter(filter, context, locale)).not.toMatch(/undefined|\[object/);
      }),
    );
  });

  it('never throws on what is not valid', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CONTACT_FIELDS.map((f) => f.id)),
        fc.string(),
        fc.jsonValue(),
        fc.jsonValue(),
        (field, op, value, cell) => {
          for (const tried of [op, ...opsOf('text'), ...opsOf('member'), ...opsOf('number'), ...opsOf('phones')]) {
            const filter = { field, op: tried, value: value as Json };
            expect(typeof matches(filter, { [field]: cell as Json })).toBe('boolean');
            validateFilter(filter, context.field);
          }
        },
      ),
    );
  });
});

describe('validateFilter', () => {
  let deep: Filter = { field: 'name', op: 'is', value: 'x' };
  for (let i = 0; i <= FILTER_LIMITS.depth; i++) deep = { not: deep };
  it.each<[unknown, string]>([
    [null, 'filter-malformed'],
    [[], 'filter-malformed'],
    [{}, 'filter-malformed'],
    [{ all: {} }, 'filter-malformed'],
    [{ all: [], any: [] }, 'filter-malformed'],
    [{ field: 'name', op: 'is', value: 'x', extra: 1 }, 'filter-malformed'],
    [{ field: 'nam', op: 'is', value: 'x' }, 'filter-field-unknown'],
    [{ field: 'constructor', op: 'is', value: 'x' }, 'filter-field-unknown'],
    [{ field: 'name', op: 'gt', value: 'x' }, 'filter-op-unknown'],
    [{ field: 'name', op: 'is', value: 5 }, 'filter-value-invalid'],
    [{ field: 'name', op: 'is' }, 'filter-value-invalid'],
    [{ field: 'name', op: 'empty', value: 'x' }, 'filter-value-invalid'],
    [{ field: 'rating', op: 'gt', value: '4' }, 'filter-value-invalid'],
    [{ field: 'rating', op: 'between', value: [1] }, 'filter-value-invalid'],
    [{ field: 'birthday', op: 'lt', value: '5/6/1990' }, 'filter-value-invalid'],
    [{ field: 'ownerId', op: 'in', value: 'u1' }, 'filter-value-invalid'],
    [deep, 'filter-too-large'],
    [{ any: Array.from({ length: 101 }, () => ({ field: 'name', op: 'empty' })) }, 'filter-too-large'],
    [
      {
        all: Array.from({ length: 11 }, () => ({
          any: Array.from({ length: 10 }, () => ({ field: 'name', op: 'empty' })),
        })),
      },
      'filter-too-large',
    ],
  ])('%j → %s', (filter, type) => {
    expect(validateFilter(filter, context.field)).toMatchObject({ ok: false, error: { type } });
  });
});

describe('explainFilter', () => {
  const filter: Filter = {
    all: [
      { field: 'name', op: 'contains', value: 'an' },
      {
        any: [
          { field: 'ownerId', op: 'in', value: ['@me', 'u2'] },
          { not: { field: 'birthday', op: 'lt', value: '1990-06-05' } },
        ],
      },
      { field: 'custom.amount', op: 'between', value: [1000, 2000] },
    ],
  };
  it('in Vietnamese and English', () => {
    expect(explainFilter(filter, context, 'vi')).toBe(
      'Họ và tên chứa "an" và (Người phụ trách là tôi hoặc Lê An hoặc không phải (Ngày sinh trước 05/06/1990)) và Doanh số từ 1.000 đến 2.000',
    );
    expect(explainFilter(filter, context, 'en')).toBe(
      'Full name contains "an" and (Owner is me or Lê An or not (Birthday is before 1990-06-05)) and Sales is between 1,000 and 2,000',
    );
    expect(isLeaf(filter)).toBe(false);
  });
});

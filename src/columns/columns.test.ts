import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '#core/contact/fold.ts';
import { phoneNeedles, phoneSearchText } from '#core/contact/phones.ts';
import type { Filter } from '#core/filter/filter.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import { compile } from '#core/filter/test.ts';
import { idTimeMs, newId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { COMPANY_FIELDS, CONTACT_FIELDS } from '#core/record/fields.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import { REPRESENTATIVE_KEY, type Item, type Row } from '#core/record/row.ts';
import type { Member } from '#core/record/workspace-data.ts';
import { createRandom } from '#core/sample/random.ts';
import type { ListQuery, ListResult, ListRow } from '#data-worker/port.ts';
import type { Columns } from './columns.ts';
import { createColumns } from './columns.ts';
import { createDirectory } from './directory.ts';

const START_MS = 1_770_000_000_000;
const members: Member[] = [
  {
    id: 'u1',
    name: 'Trần Thị Bình',
    email: 'binh@x.vn',
    role: 'admin',
    departmentId: 'd1',
    phone: '0912 345 678',
    active: true,
    joinedAt: 5,
  },
  { id: 'u2', name: 'Lê An', email: 'an@x.vn', role: 'member', active: true, joinedAt: 9, title: 'Nhân viên' },
  { id: 'u3', name: 'Đỗ Nam', email: 'nam@x.vn', role: 'member', active: false, joinedAt: 7 },
];
const departments = [
  { id: 'd1', name: 'Kinh doanh' },
  { id: 'd2', name: 'Chăm sóc' },
];
const workspace = { members, departments, fields: [] };

/** The same id for the same number; some share a millisecond. */
const idOf = (type: string, n: number): string => {
  const random = createRandom(n + 1);
  return newId(type, START_MS + Math.floor(n / 2), (length) => Uint8Array.from({ length }, () => random.below(256)));
};
const contactIds = Array.from({ length: 24 }, (_, n) => idOf('contact', n));
const companyIds = Array.from({ length: 5 }, (_, n) => idOf('company', n));

const names = [
  'Nguyễn Văn An',
  'Nguyên Văn Ân',
  'nguyen van an',
  'Trần Thị Bình',
  'Đặng Ánh',
  'Dang Anh',
  'Lê\u0301 An',
  'Công ty 0912',
  '東京',
];
const phones = ['+84912345678', '+84329123456', '+842438256789', '+16502530000', '1001', 'chưa rõ'];
const item = fc.record(
  {
    id: fc.constantFrom('a', 'b', 'c'),
    value: fc.constantFrom(...phones),
    raw: fc.constantFrom('0912 345 678', 'x\u001fy'),
    label: fc.constant('nhà'),
  },
  { requiredKeys: ['id', 'value'] },
);
const emails = fc.record({ id: fc.constant('e'), value: fc.constantFrom('an@x.vn', 'binh.0912@y.vn', 'đỗ@z.vn') });
const values = fc.record(
  {
    name: fc.constantFrom(...names),
    phones: fc.array(item, { maxLength: 2, minLength: 0 }),
    emails: fc.array(emails, { maxLength: 1, minLength: 1 }),
    companyId: fc.constantFrom(...companyIds),
    ownerId: fc.constantFrom('u1', 'u2', 'u3', 'gone'),
    departmentId: fc.constantFrom('d1', 'd2'),
    source: fc.constantFrom('zalo', 'facebook', 'old-choice'),
    rating: fc.integer({ min: 1, max: 5 }),
    birthday: fc.constantFrom('1990-05-01', '2001-12-31'),
    doNotCall: fc.boolean(),
    description: fc.constantFrom('Khách quen\nGọi lại', '\u0001[]', ''),
    'custom.x': fc.constantFrom<Json>('chữ', 3, 4.5, true, { a: [1] }, ['x', 'y']),
    taxCode: fc.constantFrom('0101234567', '東'),
    [REPRESENTATIVE_KEY]: fc.constantFrom<Json>(...contactIds.slice(0, 2), 'nobody', 7),
    deletedAt: fc.constantFrom(START_MS + 1, START_MS + 2),
    discarded: fc.constant(true),
    batch: fc.constantFrom('sample-1', 'import-1'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, Json>>;
/** Most rows are live. */
const mostlyLive = fc.tuple(values, fc.nat({ max: 5 })).map(([all, dice]) => {
  const live = { ...all };
  if (dice > 1) delete live['deletedAt'];
  if (dice > 0) delete live['discarded'];
  return live;
});
const row: fc.Arbitrary<Row> = fc
  .oneof({ weight: 4, arbitrary: fc.constantFrom(...contactIds) }, fc.constantFrom(...companyIds))
  .chain((id) =>
    fc
      .record(
        {
          values: mostlyLive,
          updatedAt: fc.integer({ min: START_MS, max: START_MS + 9 }),
          conflicts: fc.constant(['name']),
        },
        { requiredKeys: ['values', 'updatedAt'] },
      )
      .map((rest) => ({ id, ...rest })),
  );

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    field: fc.constantFrom('name', 'description', 'batch', 'title'),
    op: fc.constantFrom('is', 'isNot', 'contains', 'notContains', 'startsWith'),
    value: fc.constantFrom('an', 'Nguyễn', 'nguyen van an', 'khach quen goi lai', 'import-1', '東', ''),
  }),
  fc.record({
    field: fc.constantFrom(
      'name',
      'phones',
      'emails',
      'companyId',
      'rating',
      'birthday',
      'custom.x',
      'unknown',
      'deletedAt',
      'description',
    ),
    op: fc.constantFrom('empty', 'notEmpty'),
  }),
  fc.record({
    field: fc.constantFrom('ownerId', 'departmentId', 'companyId', 'source'),
    op: fc.constantFrom('in', 'notIn'),
    value: fc.subarray<string>(['@me', 'u2', '@myDepartments', 'd2', 'zalo', companyIds[0]!]),
  }),
  fc.record({
    field: fc.constantFrom('ownerId', 'companyId', 'source'),
    op: fc.constantFrom('is', 'contains', 'isNot'),
    value: fc.constantFrom('an', 'le an', 'Zalo'),
  }),
  fc.record({
    field: fc.constantFrom('rating'),
    op: fc.constantFrom('eq', 'ne', 'lt', 'lte', 'gt', 'gte'),
    value: fc.integer({ min: 0, max: 6 }),
  }),
  fc.record({
    field: fc.constantFrom('birthday'),
    op: fc.constantFrom('eq', 'lt', 'gte'),
    value: fc.constant('1990-05-01'),
  }),
  fc.record({
    field: fc.constantFrom('createdAt', 'updatedAt', 'deletedAt'),
    op: fc.constantFrom('eq', 'gt', 'lte'),
    value: fc.constantFrom<Json>(START_MS + 3, '2026-02-02'),
  }),
  fc.record({ field: fc.constantFrom('doNotCall', 'discarded'), op: fc.constantFrom('isTrue', 'isFalse') }),
  fc.record({
    field: fc.constantFrom('phones', 'emails'),
    op: fc.constantFrom('contains', 'is'),
    value: fc.constantFrom('0912', '+84912345678', '5678', 'chua', 'an@x.vn', ''),
  }),
);
const filter: fc.Arbitrary<Filter> = fc.letrec<{ node: Filter }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 2 },
    leaf,
    fc.record({ all: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ not: tie('node') }),
  ),
})).node;

const query: fc.Arbitrary<ListQuery> = fc.record(
  {
    sources: fc.constantFrom<ListQuery['sources']>(
      ['contact'],
      ['company'],
      ['contact', 'internal'],
      ['internal', 'contact', 'company'],
    ),
    search: fc.constantFrom(
      'an',
      'nguyen van',
      'Nguyễn',
      'Nguyễn an',
      'ân',
      'binh',
      'Bình',
      '0912',
      '+84912',
      '84 912 345 678',
      '5678',
      '01629123456',
      'an 0912',
      'y.vn',
      '東',
      '  ',
      'khong co',
      'đa',
      '+1 650',
    ),
    filter,
    sort: fc.record({
      field: fc.constantFrom(
        'name',
        'givenName',
        'createdAt',
        'updatedAt',
        'companyId',
        'ownerId',
        'departmentId',
        'rating',
        'birthday',
        'phones',
        'doNotCall',
        'source',
        'custom.x',
        'nothing',
      ),
      desc: fc.boolean(),
    }),
    where: fc.constantFrom<'live' | 'bin'>('live', 'bin'),
    offset: fc.nat({ max: 12 }),
    limit: fc.constantFrom(3, 50),
  },
  { requiredKeys: ['sources', 'offset', 'limit'] },
);

/** What lists must say, the plain way: arrays of rows, filter, sort, slice. */
function naiveList(rows: ReadonlyMap<string, Row>, q: ListQuery): ListResult {
  const nameOfCompany = (id: string): string | undefined => {
    const company = rows.get(id);
    const gone = !company || company.values['deletedAt'] !== undefined || company.values['discarded'] !== undefined;
    return gone ? undefined : (company.values['name'] as string | undefined);
  };
  const directory = createDirectory(members, departments, nameOfCompany);
  const lives = (r: Row | undefined) =>
    r !== undefined && r.values['deletedAt'] === undefined && r.values['discarded'] === undefined;
  const asContact = (r: Row): Partial<ListRow> => {
    const id = r.values['companyId'];
    if (typeof id !== 'string') return {};
    const company = rows.get(id);
    if (!company) return { companyUnknown: true };
    const name = nameOfCompany(id);
    return {
      ...(name === undefined ? {} : { companyName: name }),
      ...(lives(r) && lives(company) && company.values[REPRESENTATIVE_KEY] === r.id ? { isRepresentative: true } : {}),
    };
  };
  const asCompany = (r: Row): Partial<ListRow> => {
    const its = [...rows.values()].filter(
      (c) => c.id.startsWith('contact') && c.values['companyId'] === r.id && lives(c),
    );
    const chosen = its.find((c) => c.id === r.values[REPRESENTATIVE_KEY]);
    return {
      contactCount: its.length,
      ...(chosen
        ? { representative: { id: chosen.id, name: (chosen.values['name'] as string | undefined) ?? '' } }
        : {}),
    };
  };
  const internal: Row[] = [
    {
      id: 'u1',
      values: {
        name: 'Trần Thị Bình',
        email: 'binh@x.vn',
        role: 'admin',
        departmentId: 'd1',
        phones: [{ id: 'phone', value: '+84912345678' }],
      },
      updatedAt: 5,
    },
    { id: 'u2', values: { name: 'Lê An', email: 'an@x.vn', role: 'member', title: 'Nhân viên' }, updatedAt: 9 },
  ];
  const found = q.sources.map((source) => {
    const fields =
      source === 'company'
        ? COMPANY_FIELDS
        : source === 'contact'
          ? CONTACT_FIELDS
          : CONTACT_FIELDS.filter((f) => ['name', 'phones', 'title', 'departmentId'].includes(f.id));
    const fieldOf = fieldLookup(fields);
    const all = source === 'internal' ? internal : [...rows.values()].filter((r) => r.id.startsWith(source));
    const createdAt = (r: Row): number => (source === 'internal' ? r.updatedAt : idTimeMs(r.id));
    const valueOf = (r: Row) => (field: string) =>
      field === 'createdAt' ? createdAt(r) : field === 'updatedAt' ? r.updatedAt : r.values[field];
    const accepts = q.filter
      ? compile(q.filter, { field: fieldOf, directory, me: 'u1', myDepartments: ['d1'] })
      : () => true;

    const texts = (r: Row): string[] => {
      const { name, email, companyId, ownerId } = r.values as Record<string, string | undefined>;
      const mails = ((r.values['emails'] as Item[] | undefined) ?? []).map((i) => i.value);
      if (source === 'contact')
        return [
          name,
          ...mails,
          companyId && directory.companyName(companyId),
          ownerId && directory.memberName(ownerId),
        ].map((t) => t ?? '');
      return source === 'company'
        ? [name, r.values['taxCode'] as string | undefined, ...mails, ownerId && directory.memberName(ownerId)].map(
            (t) => t ?? '',
          )
        : [name ?? '', email ?? ''];
    };
    const numbers = (r: Row): string[] =>
      ((r.values['phones'] as Item[] | undefined) ?? []).map((i) => phoneSearchText(i.value));
    const search = (q.search ?? '').trim();
    const words = search.split(/\s+/).filter((w) => w !== '');
    const holds = (list: string[], needles: string[]): boolean => needles.some((n) => list.some((t) => t.includes(n)));
    const digits = search.replace(/\D/g, '').length;
    const matchesSearch = (r: Row): boolean =>
      words.length === 0 ||
      words.every(
        (w) => holds(texts(r).map(fold), [fold(w)]) || (/^\+?\d{3,}$/.test(w) && holds(numbers(r), phoneNeedles(w))),
      ) ||
      (digits >= 3 && holds(numbers(r), phoneNeedles(search)));
    const accents = words.filter((w) => fold(w) !== w.toLowerCase());
    const exactTexts = (r: Row) =>
      texts(r)
        .filter((t) => !t.includes('@') || source === 'internal')
        .map((t) => t.normalize('NFC').toLowerCase());
    const exact = (r: Row): boolean => accents.every((w) => holds(exactTexts(r), [w.toLowerCase()]));

    const state =
      q.where === 'bin'
        ? (r: Row) => r.values['deletedAt'] !== undefined
        : (r: Row) => r.values['deletedAt'] === undefined;
    const sort =
      q.sort ?? (q.where === 'bin' ? { field: 'deletedAt', desc: true } : { field: 'createdAt', desc: true });
    const keyOf = (r: Row): string | number | undefined => {
      if (sort.field === 'createdAt') return createdAt(r);
      if (sort.field === 'updatedAt') return r.updatedAt;
      if (sort.field === 'givenName') {
        const name = r.values['name'] as string | undefined;
        return name === undefined
          ? undefined
          : `${fieldType('text').sortKey(name.split(' ').pop()!, fields[0]!, directory)}\u0000${fieldType('text').sortKey(name, fields[0]!, directory)}`;
      }
      const def = fieldOf(sort.field);
      const type = fieldType(def?.type ?? 'text');
      const value = r.values[sort.field];
      return value === undefined && type.id !== 'boolean'
        ? undefined
        : type.sortKey(value ?? null, def ?? fields[0]!, directory);
    };
    const compare = (a: Row, b: Row): number => {
      const [x, y] = [keyOf(a), keyOf(b)];
      if (x !== y) {
        if (x === undefined) return 1;
        if (y === undefined) return -1;
        return (x < y ? -1 : 1) * (sort.desc ? -1 : 1);
      }
      return createdAt(b) - createdAt(a) || (a.id > b.id ? -1 : 1);
    };
    const matching = all
      .filter((r) => r.values['discarded'] === undefined && state(r) && accepts(valueOf(r)) && matchesSearch(r))
      .sort(compare);
    const ranked = accents.length > 0 ? [...matching.filter(exact), ...matching.filter((r) => !exact(r))] : matching;
    return ranked.map((r) => {
      return { ...r, source, createdAt: createdAt(r), ...(source === 'company' ? asCompany(r) : asContact(r)) };
    });
  });
  const all = found.flat();
  return {
    query: q,
    rows: all.slice(q.offset, q.offset + q.limit),
    total: all.length,
    groups: q.sources.map((source, i) => ({ source, total: found[i]!.length })),
  };
}

const ready = (): Columns => {
  const columns = createColumns();
  columns.setWorkspace(workspace, 'u1');
  return columns;
};
const step = fc.oneof(
  { weight: 3, arbitrary: fc.array(row, { minLength: 1, maxLength: 12 }).map((rows) => ({ rows })) },
  { weight: 1, arbitrary: fc.subarray([...contactIds, ...companyIds], { maxLength: 4 }).map((gone) => ({ gone })) },
  { weight: 3, arbitrary: query.map((ask) => ({ ask })) },
);

describe('Columns', () => {
  it('answers as plain rows do, after any edits, and so do rebuilt and reloaded columns', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 14 }), fc.array(query, { minLength: 1, maxLength: 4 }), (steps, asks) => {
        const columns = ready();
        const rows = new Map<string, Row>();
        const check = (of: Columns, ask: ListQuery) => expect(of.list(ask)).toEqual(naiveList(rows, ask));
        for (const one of steps) {
          if ('rows' in one) {
            columns.apply(one.rows);
            for (const r of one.rows) rows.set(r.id, r);
          } else if ('gone' in one) {
            columns.remove(one.gone);
            for (const id of one.gone) rows.delete(id);
          } else check(columns, one.ask);
        }
        const rebuilt = ready();
        rebuilt.apply([...rows.values()]);
        const reloaded = ready();
        for (const segment of columns.dirtySegments()) {
          const bytes = columns.dumpSegment(segment);
          if (bytes) expect(reloaded.loadSegment(segment, bytes)).toBe(true);
        }
        expect(columns.dirtySegments()).toEqual([]);
        expect(reloaded.dirtySegments()).toEqual([]);
        expect(reloaded.counts()).toEqual(columns.counts());
        for (const r of rows.values()) for (const of of [columns, rebuilt, reloaded]) expect(of.get(r.id)).toEqual(r);
        while (reloaded.warm());
        for (const ask of asks) for (const of of [columns, rebuilt, reloaded]) check(of, ask);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 60) },
    );
  }, 60_000);

  it('find gives every row that matches, deleted ones too, oldest first', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 30 }), filter, (applied, f) => {
        const columns = ready();
        columns.apply(applied);
        const rows = new Map(applied.map((r) => [r.id, r]));
        const accepts = compile(f, {
          field: fieldLookup(CONTACT_FIELDS),
          directory: columns.directory,
          me: 'u1',
          myDepartments: ['d1'],
        });
        const expected = [...rows.values()]
          .filter(
            (r) =>
              r.id.startsWith('contact') &&
              accepts((field) =>
                field === 'createdAt' ? idTimeMs(r.id) : field === 'updatedAt' ? r.updatedAt : r.values[field],
              ),
          )
          .map((r) => r.id);
        expect(columns.find('contact', f)).toEqual(
          expected.sort((a, b) => idTimeMs(a) - idTimeMs(b) || (a < b ? -1 : 1)),
        );
      }),
    );
  });
});

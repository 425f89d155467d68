import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_CONDITIONS } from '#core/filter/conditions.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import {
  PAGE_SIZES,
  TABS,
  countQueries,
  isFiltered,
  readView,
  resetView,
  viewQuery,
  withView,
  writeView,
} from './list-view.ts';

const fieldOf = fieldLookup(CONTACT_FIELDS);
const read = (text: string, size?: 10 | 20 | 50 | 100) => readView(new URLSearchParams(text), size);

test('B16, D2: an empty URL is the first ten of everybody, newest first', () => {
  const view = read('');
  expect(view).toEqual({
    tab: 'all',
    search: '',
    page: 1,
    size: 10,
    sort: { field: 'createdAt', desc: true },
    owners: [],
    origins: [],
    conditions: NO_CONDITIONS,
  });
  expect(viewQuery(view, fieldOf)).toEqual({
    sources: ['contact', 'internal'],
    sort: { field: 'createdAt', desc: true },
    offset: 0,
    limit: 10,
  });
  expect(writeView(view)).toBe('');
});

test('a view survives its URL', () => {
  const view = fc.record({
    tab: fc.constantFrom(...TABS),
    search: fc.string({ unit: 'grapheme', maxLength: 60 }).filter((s) => s === '' || s.trim() !== ''),
    page: fc.integer({ min: 1, max: 100_000 }),
    size: fc.constantFrom(...PAGE_SIZES),
    sort: fc.record({ field: fc.constantFrom('name', 'createdAt', 'custom.f1', 'ownerId'), desc: fc.boolean() }),
    owners: fc.uniqueArray(fc.constantFrom('me', 'none', 'u1', 'u2')),
    origins: fc.uniqueArray(fc.constantFrom('zalo', 'none', 'file')),
    conditions: fc.constantFrom(NO_CONDITIONS, {
      link: 'any' as const,
      groups: [
        { link: 'all' as const, conditions: [{ field: 'name', op: 'contains', value: 'A&b=#?ộ"' }] },
        { link: 'any' as const, conditions: [{ field: 'custom.gone', op: 'empty' }] },
      ],
    }),
  });
  fc.assert(
    fc.property(view, fc.constantFrom(...PAGE_SIZES), (v, usual) => {
      expect(read(writeView(v, usual), usual)).toEqual(v);
    }),
  );
});

test('a URL somebody broke falls back field by field', () => {
  const view = read('tab=x&page=-3&size=13&sort=;drop&owner=,,me,me&q=%E0%A4%A');
  expect(view).toMatchObject({
    tab: 'all',
    page: 1,
    size: 10,
    sort: { field: 'createdAt', desc: true },
    owners: ['me'],
  });
  expect(read('page=1e9').page).toBe(1_000_000_000);
  expect(read('page=NaN').page).toBe(1);
  expect(read(`q=${'x'.repeat(5000)}`).search).toHaveLength(200);
});

test('B16: the usual page size of the person is the default, the URL wins', () => {
  expect(read('', 50).size).toBe(50);
  expect(read('size=20', 50).size).toBe(20);
  // a link to a list of 50 shows 50 to everybody, and 10 to somebody who usually has 50
  expect(writeView(read('', 50), 50)).toBe('?size=50');
  expect(writeView(read('size=10', 50), 50)).toBe('?size=10');
});

test('B13: owners become one condition; nobody is asked for by emptiness', () => {
  const me = { field: 'ownerId', op: 'in', value: ['@me', 'u7'] };
  expect(viewQuery(read('tab=customers&owner=me,u7'), fieldOf).filter).toEqual(me);
  expect(viewQuery(read('owner=none'), fieldOf).filter).toEqual({ field: 'ownerId', op: 'empty' });
  expect(viewQuery(read('owner=me,none,u7'), fieldOf).filter).toEqual({ any: [me, { field: 'ownerId', op: 'empty' }] });
});

test('owners are not asked of colleagues', () => {
  expect(viewQuery(read('owner=me'), fieldOf).sources).toEqual(['contact']);
  expect(viewQuery(read('tab=internal&owner=me'), fieldOf).filter).toBeUndefined();
  const counts = countQueries(read('owner=me&q=lan'), fieldOf);
  expect(counts.customers.filter).toBeDefined();
  expect(counts.internal).toEqual({ sources: ['internal'], offset: 0, limit: 0, search: 'lan' });
});

test('B15: conditions on what is there are asked, of customers alone; the others are left out', () => {
  const filter = encodeURIComponent('["all",["all",["name","contains","an"],["custom.gone","is","x"]]]');
  const view = read(`filter=${filter}&source=zalo,none`);
  expect(view.unread).toBeUndefined();
  expect(viewQuery(view, fieldOf)).toMatchObject({
    sources: ['contact'],
    filter: {
      all: [
        {
          any: [
            { field: 'source', op: 'in', value: ['zalo'] },
            { field: 'source', op: 'empty' },
          ],
        },
        { field: 'name', op: 'contains', value: 'an' },
      ],
    },
  });
  expect(countQueries(view, fieldOf).internal.filter).toBeUndefined();
});

test('B15: conditions nobody can read are said to be so, and the list shows all', () => {
  const view = read('filter=%5B%22all%22&q=lan');
  expect(view).toMatchObject({ unread: true, search: 'lan', conditions: NO_CONDITIONS });
  expect(viewQuery(view, fieldOf).filter).toBeUndefined();
  expect(withView(view, {}).unread).toBeUndefined();
  expect(resetView(view).unread).toBeUndefined();
});

test('B14: reset goes back to page 1 without search, owners, source and conditions', () => {
  const view = read(
    'tab=customers&q=lan&owner=me&source=zalo&filter=["all",["all",["name","empty"]]]&page=4&sort=name&size=50',
  );
  expect(isFiltered(view)).toBe(true);
  const fresh = resetView(view);
  expect(isFiltered(fresh)).toBe(false);
  expect(writeView(fresh)).toBe('?tab=customers&sort=name&size=50');
  expect(withView(view, { search: 'x' }).page).toBe(1);
  expect(withView(view, { page: 2 }).page).toBe(2);
});

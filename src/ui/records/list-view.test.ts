import fc from 'fast-check';
import { expect, test } from 'vitest';
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
  });
  expect(viewQuery(view)).toEqual({
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
  expect(viewQuery(read('tab=customers&owner=me,u7')).filter).toEqual(me);
  expect(viewQuery(read('owner=none')).filter).toEqual({ field: 'ownerId', op: 'empty' });
  expect(viewQuery(read('owner=me,none,u7')).filter).toEqual({ any: [me, { field: 'ownerId', op: 'empty' }] });
});

test('owners are not asked of colleagues', () => {
  expect(viewQuery(read('owner=me')).sources).toEqual(['contact']);
  expect(viewQuery(read('tab=internal&owner=me')).filter).toBeUndefined();
  const counts = countQueries(read('owner=me&q=lan'));
  expect(counts.customers.filter).toBeDefined();
  expect(counts.internal).toEqual({ sources: ['internal'], offset: 0, limit: 0, search: 'lan' });
});

test('B14: reset goes back to page 1 without search and owners', () => {
  const view = read('tab=customers&q=lan&owner=me&page=4&sort=name&size=50');
  expect(isFiltered(view)).toBe(true);
  const fresh = resetView(view);
  expect(isFiltered(fresh)).toBe(false);
  expect(writeView(fresh)).toBe('?tab=customers&sort=name&size=50');
  expect(withView(view, { search: 'x' }).page).toBe(1);
  expect(withView(view, { page: 2 }).page).toBe(2);
});

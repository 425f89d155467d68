import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_CONDITIONS } from '#core/filter/conditions.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import type { SavedView } from '#core/record/saved-view.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { PAGE_SIZES, readView, TABS, viewQuery, type ListView } from '../list-view.ts';
import { baseOf, isChanged, queryOf, readListUrl, writeListUrl } from './view-url.ts';

const CONDITIONS = {
  link: 'any' as const,
  groups: [
    { link: 'all' as const, conditions: [{ field: 'name', op: 'contains', value: 'A&b=#?ộ"' }] },
    { link: 'any' as const, conditions: [{ field: 'custom.gone', op: 'empty' }] },
  ],
};
const LAYOUT = [{ id: 'name', pinned: true as const }, { id: 'custom.gone', width: 120 }, { id: 'title' }];
const anyView = fc.record(
  {
    tab: fc.constantFrom(...TABS),
    search: fc.string({ unit: 'grapheme', maxLength: 40 }).filter((s) => s === '' || s.trim() !== ''),
    page: fc.integer({ min: 1, max: 99 }),
    size: fc.constantFrom(...PAGE_SIZES),
    sort: fc.record({ field: fc.constantFrom('name', 'givenName', 'createdAt', 'custom.gone'), desc: fc.boolean() }),
    owners: fc.uniqueArray(fc.constantFrom('me', 'none', 'u1')),
    origins: fc.uniqueArray(fc.constantFrom('zalo', 'none')),
    conditions: fc.constantFrom(NO_CONDITIONS, CONDITIONS),
    layout: fc.constantFrom([], LAYOUT),
  },
  { requiredKeys: ['tab', 'search', 'page', 'size', 'sort', 'owners', 'origins', 'conditions'] },
);
const saved = (id: string, view: ListView, layout: ListView['layout'] & object): SavedView => ({
  id,
  entity: 'contact',
  name: id,
  query: queryOf(view, layout),
});

test('a saved view opens as it was, on the first page, whatever the usual page size', () => {
  fc.assert(
    fc.property(anyView, fc.constantFrom([], LAYOUT), fc.constantFrom(...PAGE_SIZES), (view, layout, size) => {
      const views = [saved('view.aaaa', view, layout)];
      const opened = readListUrl(new URLSearchParams('view=view.aaaa'), { size, views, home: undefined });
      expect(opened).toEqual({ ...view, layout, page: 1, saved: 'view.aaaa' });
      expect(isChanged(opened, baseOf(views, 'view.aaaa')!)).toBe(false);
      expect(isChanged({ ...opened, page: 7 }, baseOf(views, 'view.aaaa')!)).toBe(false);
    }),
  );
});

test('a URL says a view and what differs from it; the same list comes back, with any view to open with', () => {
  const homes = fc.constantFrom(undefined, 'view.aaaa', 'view.bbbb', 'view.gone');
  fc.assert(
    fc.property(
      anyView,
      anyView,
      anyView,
      fc.boolean(),
      homes,
      fc.constantFrom(...PAGE_SIZES),
      (a, b, now, on, home, size) => {
        const views = [saved('view.aaaa', a, a.layout ?? []), saved('view.bbbb', b, LAYOUT)];
        const places = { size, views, home };
        // a list built on a saved view always has columns of its own
        const view: ListView = on ? { ...now, layout: now.layout ?? [], saved: 'view.bbbb' } : now;
        expect(readListUrl(new URLSearchParams(writeListUrl(view, places)), places)).toEqual(view);
      },
    ),
  );
});

test('the list opens with the view somebody chose; a link shows what it says, also to them', () => {
  const mine = readView(new URLSearchParams('owner=me&size=50'));
  const places = { size: 10 as const, views: [saved('view.mine', mine, [])], home: 'view.mine' };
  const read = (text: string) => readListUrl(new URLSearchParams(text), places);
  expect(read('')).toMatchObject({ owners: ['me'], size: 50, saved: 'view.mine' });
  expect(read('open=company_x')).toMatchObject({ saved: 'view.mine' });
  expect(read('view=all').saved).toBeUndefined();
  expect(read('q=hoa')).toMatchObject({ owners: [], size: 10, search: 'hoa' });
  expect(read('view=view.other&q=hoa')).toMatchObject({ gone: true, search: 'hoa', owners: [] });
});

test('a view whose fields are gone opens: sorted as by default, without those conditions, and says the same when saved', () => {
  const fieldOf = fieldLookup(CONTACT_FIELDS);
  const view: ListView = {
    ...readView(new URLSearchParams('tab=customers&sort=custom.gone')),
    conditions: CONDITIONS,
    layout: LAYOUT,
  };
  expect(viewQuery(view, fieldOf)).toMatchObject({
    sort: { field: 'createdAt', desc: true },
    filter: CONDITIONS.groups[0]!.conditions[0],
  });
  expect(queryOf(readView(new URLSearchParams(queryOf(view, LAYOUT))), LAYOUT)).toBe(queryOf(view, LAYOUT));
});

test('whatever is stored as a query, it opens', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'tabqsortcolsfilter=&%-*["],9ộ'), maxLength: 120 }), (query) => {
      const views = [{ id: 'view.aaaa', entity: 'contact' as const, name: 'x', query }];
      const view = readListUrl(new URLSearchParams('view=view.aaaa'), { size: 10, views, home: undefined });
      expect(view.page).toBe(1);
      expect(viewQuery(view, fieldLookup(CONTACT_FIELDS)).offset).toBe(0);
    }),
  );
});

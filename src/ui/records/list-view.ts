import {
  NO_CONDITIONS,
  readConditions,
  splitConditions,
  writeConditions,
  type Conditions,
  type FieldOf,
} from '#core/filter/conditions.ts';
import type { Filter } from '#core/filter/filter.ts';
import type { RecordType } from '#core/record/row.ts';
import { readLayout, writeLayout, type ColumnLayout } from '#core/record/column-layout.ts';
import type { ListQuery, ListSource } from '#data-worker/port.ts';

/**
 * What a person chose to see in the contact list. It lives in the URL, so that back, forward, reload and a shared link
 * show the same list; what is not in the URL has its default. `owner=me` means the reader, whoever opens the link.
 */
export interface ListView {
  readonly tab: Tab;
  readonly search: string;
  /** From 1. */
  readonly page: number;
  readonly size: PageSize;
  readonly sort: { readonly field: string; readonly desc: boolean };
  /** `me`, `none` (nobody) and member ids; none chosen = everybody (B13). */
  readonly owners: readonly string[];
  /** Choices of the field `source`; none = all (B11). */
  readonly origins: readonly string[];
  /** The conditions built (B15), also those whose field is gone. */
  readonly conditions: Conditions;
  /** Columns, where the URL or a saved view says them; absent = those of the person. */
  readonly layout?: ColumnLayout;
  /** The saved view it is built on: what is not said is as there. */
  readonly saved?: string;
  /** The URL names a saved view there is none of. */
  readonly gone?: true;
  /** The URL had conditions nobody can read: the list shows all, and says so. */
  readonly unread?: true;
}

export const TABS = ['all', 'customers', 'internal'] as const;
export type Tab = (typeof TABS)[number];
/** B16: 10 a page, or more. */
export const PAGE_SIZES = [10, 20, 50, 100] as const;
export type PageSize = (typeof PAGE_SIZES)[number];
export const ME = 'me';
export const NOBODY = 'none';
/** Contacts that say no source. */
export const NO_ORIGIN = 'none';

const SORT_DEFAULT = { field: 'createdAt', desc: true } as const;

export const isPageSize = (n: number): n is PageSize => (PAGE_SIZES as readonly number[]).includes(n);

/** What a URL can say of a list, besides the saved view it is built on. */
export const LIST_KEYS = ['tab', 'q', 'owner', 'source', 'filter', 'sort', 'cols', 'page', 'size'] as const;

/**
 * Reads a URL; whatever it does not say is as in `base` (the saved view it builds on) or, as what it says wrongly, the
 * default. `size`: the person's usual page size.
 */
export function readView(params: URLSearchParams, size: PageSize = 10, base?: ListView): ListView {
  const tab = params.get('tab') ?? base?.tab;
  const page = Number(params.get('page'));
  const asked = Number(params.get('size') ?? base?.size);
  const filter = params.get('filter');
  const conditions = filter === null && base ? base.conditions : readConditions(filter ?? '');
  const sort = /^(-?)([\w.]{1,80})$/.exec(params.get('sort') ?? '');
  const cols = params.get('cols');
  const layout = cols === null ? base?.layout : readLayout(cols);
  return {
    tab: TABS.find((t) => t === tab) ?? 'all',
    search: (params.get('q') ?? base?.search ?? '').slice(0, 200),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    size: isPageSize(asked) ? asked : size,
    sort: sort ? { field: sort[2]!, desc: sort[1] === '-' } : (base?.sort ?? SORT_DEFAULT),
    owners: params.has('owner') || !base ? listOf(params.get('owner')) : base.owners,
    origins: params.has('source') || !base ? listOf(params.get('source')) : base.origins,
    conditions: conditions ?? NO_CONDITIONS,
    ...(layout && { layout }),
    ...(base?.saved !== undefined && { saved: base.saved }),
    ...(!conditions && { unread: true as const }),
  };
}

const listOf = (text: string | null): string[] => [...new Set((text ?? '').split(',').filter(Boolean))];

/**
 * The query part of the view's URL, with its `?`; '' for the view everybody starts with. With `base`, only what is
 * different there. `size`: the person's usual page size; a link says its own wherever somebody else's default may be
 * another.
 */
export function writeView(view: ListView, size: PageSize = 10, base?: ListView): string {
  const params = new URLSearchParams();
  const said = written(view);
  const known = written(base ?? EVERYTHING);
  for (const key of Object.keys(said) as (keyof typeof said)[])
    if (said[key] !== known[key]) params.set(key, said[key] ?? '');
  if (view.page > 1) params.set('page', String(view.page));
  if (base ? view.size !== base.size : view.size !== 10 || size !== 10) params.set('size', String(view.size));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const written = (view: ListView) => ({
  tab: view.tab,
  q: view.search.trim() === '' ? '' : view.search,
  owner: view.owners.join(','),
  source: view.origins.join(','),
  filter: writeConditions(view.conditions),
  sort: `${view.sort.desc ? '-' : ''}${view.sort.field}`,
  cols: view.layout && writeLayout(view.layout),
});

const EVERYTHING: ListView = {
  tab: 'all',
  search: '',
  page: 1,
  size: 10,
  sort: SORT_DEFAULT,
  owners: [],
  origins: [],
  conditions: NO_CONDITIONS,
};

/** Any change of what is looked for starts on the first page again. */
export const withView = ({ unread: _, gone: __, ...view }: ListView, change: Partial<ListView>): ListView => ({
  ...view,
  page: 1,
  ...change,
});

/** "Làm mới bộ lọc" (B14): search, owners, sources, conditions and page go; the tab, order and page size stay. */
export const resetView = (view: ListView): ListView =>
  withView(view, { search: '', owners: [], origins: [], conditions: NO_CONDITIONS });

export const isFiltered = (view: ListView): boolean => view.search.trim() !== '' || asksOfCustomers(view);

/** Owners, sources and conditions are asked of customers alone: with some of them, colleagues are not in "Tất cả". */
export const asksOfCustomers = (view: ListView): boolean =>
  view.owners.length > 0 || view.origins.length > 0 || view.conditions.groups.length > 0;

const SOURCES: Readonly<Record<Tab, readonly ListSource[]>> = {
  all: ['contact', 'internal'],
  customers: ['contact'],
  internal: ['internal'],
};

/** `fieldOf`: the fields there are; conditions on others are left out. */
export function viewQuery(view: ListView, fieldOf: FieldOf): ListQuery {
  const sources = view.tab === 'all' && asksOfCustomers(view) ? SOURCES.customers : SOURCES[view.tab];
  return {
    sources,
    sort: isSortable(view.sort.field, fieldOf) ? view.sort : SORT_DEFAULT,
    offset: (view.page - 1) * view.size,
    limit: view.size,
    ...asked(view, sources.includes('contact') ? customerFilter(view, fieldOf) : undefined),
  };
}

/** The same of a list of one type, without colleagues. */
export const recordQuery = (view: ListView, type: RecordType, fieldOf: FieldOf): ListQuery => ({
  sources: [type],
  sort: isSortable(view.sort.field, fieldOf) ? view.sort : SORT_DEFAULT,
  offset: (view.page - 1) * view.size,
  limit: view.size,
  ...asked(view, customerFilter(view, fieldOf)),
});

/** Is there still what the list is sorted by? */
export const isSortable = (field: string, fieldOf: FieldOf): boolean =>
  field === 'givenName' || fieldOf(field) !== undefined;

/** What the numbers on the tabs count: the same search in both kinds, whichever tab is open. */
export function countQueries(view: ListView, fieldOf: FieldOf): { customers: ListQuery; internal: ListQuery } {
  return {
    customers: { sources: ['contact'], offset: 0, limit: 0, ...asked(view, customerFilter(view, fieldOf)) },
    internal: { sources: ['internal'], offset: 0, limit: 0, ...asked(view, undefined) },
  };
}

function asked(view: ListView, filter: Filter | undefined): Pick<ListQuery, 'search' | 'filter'> {
  const search = view.search.trim();
  return { ...(search !== '' && { search }), ...(filter && { filter }) };
}

/** All that the view asks of customers besides the search: owners, sources, conditions. */
export function customerFilter(view: ListView, fieldOf: FieldOf): Filter | undefined {
  const parts = [
    ownerFilter(view.owners),
    originFilter(view.origins),
    splitConditions(view.conditions, fieldOf).filter,
  ].filter((part) => part !== undefined);
  return parts.length < 2 ? parts[0] : { all: parts };
}

function originFilter(origins: readonly string[]): Filter | undefined {
  const named = origins.filter((origin) => origin !== NO_ORIGIN);
  const parts: Filter[] = named.length > 0 ? [{ field: 'source', op: 'in', value: named }] : [];
  if (origins.includes(NO_ORIGIN)) parts.push({ field: 'source', op: 'empty' });
  return parts.length < 2 ? parts[0] : { any: parts };
}

/** Conditions for the owners chosen; undefined where everybody is. */
export function ownerFilter(owners: readonly string[]): Filter | undefined {
  if (owners.length === 0) return undefined;
  const people = owners.filter((o) => o !== NOBODY).map((o) => (o === ME ? '@me' : o));
  const conditions: Filter[] = [];
  if (people.length > 0) conditions.push({ field: 'ownerId', op: 'in', value: people });
  if (owners.includes(NOBODY)) conditions.push({ field: 'ownerId', op: 'empty' });
  return conditions.length === 1 ? conditions[0] : { any: conditions };
}

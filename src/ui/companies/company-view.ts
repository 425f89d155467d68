import type { FieldOf } from '#core/filter/conditions.ts';
import type { ListQuery } from '#data-worker/port.ts';
import { MediaQuery } from 'svelte/reactivity';
import { isSortable, ownerFilter, type ListView } from '../records/list-view.ts';

/** Room for the list and, beside it, the detail of one company (E2). */
export const wide = new MediaQuery('min-width: 72rem');

/** What the list of companies asks for; the view itself lives in the URL, as that of contacts. */
export function companyQuery(view: ListView, fieldOf: FieldOf): ListQuery {
  const search = view.search.trim();
  const filter = ownerFilter(view.owners);
  return {
    sources: ['company'],
    ...(isSortable(view.sort.field, fieldOf) && { sort: view.sort }),
    offset: (view.page - 1) * view.size,
    limit: view.size,
    ...(search !== '' && { search }),
    ...(filter && { filter }),
  };
}

/** The contacts of a company, by name. */
export const contactsQuery = (companyId: string, offset: number, limit: number): ListQuery => ({
  sources: ['contact'],
  filter: { field: 'companyId', op: 'in', value: [companyId] },
  sort: { field: 'name', desc: false },
  offset,
  limit,
});

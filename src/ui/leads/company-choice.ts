import type { DataPort, ListRow } from '#data-worker/port.ts';
import { ask } from '../records/ask.ts';

/** The company of the contact a lead becomes (C26). */
export type CompanyChoice =
  | { readonly kind: 'none' }
  /** '' = not chosen yet. */
  | { readonly kind: 'existing'; readonly id: string; readonly name: string }
  | { readonly kind: 'new'; readonly name: string };

/** The oldest company of that name, compared without accents and case. */
export async function companyNamed(port: DataPort, name: string): Promise<ListRow | undefined> {
  const { rows } = await ask(port, {
    sources: ['company'],
    filter: { field: 'name', op: 'is', value: name },
    sort: { field: 'createdAt', desc: false },
    offset: 0,
    limit: 1,
  });
  return rows[0];
}

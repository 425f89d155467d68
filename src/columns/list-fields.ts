import { fieldLookup } from '#core/filter/ops.ts';
import type { FieldDef } from '#core/record/field.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { formFields } from '#core/record/form-fields.ts';
import type { ListSource } from '#data-worker/port.ts';
import type { SearchFields } from './matching.ts';

/** What a search looks into, by list. */
export const SEARCH_FIELDS: Readonly<Record<ListSource, SearchFields>> = {
  contact: { texts: ['name'], items: ['emails'], phones: ['phones'], names: ['ownerId', 'companyId'] },
  company: { texts: ['name', 'taxCode'], items: ['emails'], phones: ['phones'], names: ['ownerId'] },
  internal: { texts: ['name', 'email'], items: [], phones: ['phones'], names: [] },
};

/** Fields by id, of each list; `own` are the workspace's and the plugins'. */
export function fieldsByList(
  own: readonly FieldDef[],
): Readonly<Record<ListSource, (id: string) => FieldDef | undefined>> {
  const contact = fieldLookup(formFields('contact', { fields: own, fieldRules: {} }));
  const company = fieldLookup(formFields('company', { fields: own, fieldRules: {} }));
  return { contact, company, internal: fieldLookup(INTERNAL_FIELDS) };
}

/** Fields of internal rows (port.ts); names and titles as contacts have them. */
const INTERNAL_FIELDS: readonly FieldDef[] = [
  ...CONTACT_FIELDS.filter(({ id }) => id === 'name' || id === 'phones' || id === 'title' || id === 'departmentId'),
  { id: 'email', entity: 'contact', type: 'text', title: 'Email', order: 0, group: 'main' },
  { id: 'role', entity: 'contact', type: 'text', title: { vi: 'Vai trò', en: 'Role' }, order: 0, group: 'main' },
];

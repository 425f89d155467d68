import { fieldLookup } from '#core/filter/ops.ts';
import type { FieldDef } from '#core/record/field.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import { formFields } from '#core/record/form-fields.ts';
import { RECORD_TYPE_DEFS } from '#core/record/record-types.ts';
import { RECORD_TYPES, type RecordType } from '#core/record/row.ts';
import type { ListSource } from '#data-worker/port.ts';
import type { SearchFields } from './matching.ts';

/** What a search looks into, by list. */
export const SEARCH_FIELDS: Readonly<Record<ListSource, SearchFields>> = {
  ...byType((type) => RECORD_TYPE_DEFS[type].search),
  internal: { texts: ['name', 'email'], items: [], phones: ['phones'], names: [] },
};

/** Fields by id, of each list; `own` are the workspace's and the plugins'. */
export function fieldsByList(
  own: readonly FieldDef[],
): Readonly<Record<ListSource, (id: string) => FieldDef | undefined>> {
  return {
    ...byType((type) => fieldLookup(formFields(type, { fields: own, fieldRules: {} }))),
    internal: fieldLookup(INTERNAL_FIELDS),
  };
}

export function byType<T>(make: (type: RecordType) => T): Record<RecordType, T> {
  return Object.fromEntries(RECORD_TYPES.map((type) => [type, make(type)])) as Record<RecordType, T>;
}

/** Fields of internal rows (port.ts); names and titles as contacts have them. */
const INTERNAL_FIELDS: readonly FieldDef[] = [
  ...CONTACT_FIELDS.filter(({ id }) => id === 'name' || id === 'phones' || id === 'title' || id === 'departmentId'),
  { id: 'email', entity: 'contact', type: 'text', title: 'Email', order: 0, group: 'main' },
  { id: 'role', entity: 'contact', type: 'text', title: { vi: 'Vai trò', en: 'Role' }, order: 0, group: 'main' },
];

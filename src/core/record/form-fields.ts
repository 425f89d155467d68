import { FIELD_GROUPS, type FieldDef } from './field.ts';
import { ruleKey } from './field-settings.ts';
import { RECORD_TYPE_DEFS } from './record-types.ts';
import type { RecordType } from './row.ts';
import type { WorkspaceData } from './workspace-data.ts';

/**
 * All fields of a type as forms, lists, filters, files and commands know them, in form order: the default ones, the
 * workspace's own and the plugins', with what the workspace says of each (B5–B10). The name is always required (D5).
 */
export function formFields(
  type: RecordType,
  { fields, fieldRules }: Pick<WorkspaceData, 'fields' | 'fieldRules'>,
): readonly FieldDef[] {
  const all = [...RECORD_TYPE_DEFS[type].fields, ...fields.filter((field) => field.entity === type)].map(
    (field): FieldDef => {
      const { required = field.required, place } = fieldRules[ruleKey(type, field.id)] ?? {};
      // "no" is an answer that nobody has to give
      const must = field.id === 'name' || (required === true && field.type !== 'boolean');
      return { ...field, ...place, ...(required !== undefined && { required: must }) };
    },
  );
  return all.sort((a, b) => rank(a) - rank(b) || a.order - b.order || (a.id < b.id ? -1 : 1));
}

const rank = ({ group }: FieldDef): number => FIELD_GROUPS.indexOf(group);

/** Ids of the fields that must have a value (conflict 1, B7). */
export const requiredIds = (
  type: RecordType,
  data: Pick<WorkspaceData, 'fields' | 'fieldRules'>,
): ReadonlySet<string> => new Set(formFields(type, data).flatMap((field) => (field.required ? [field.id] : [])));

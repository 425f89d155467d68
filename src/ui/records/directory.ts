import { fold } from '#core/contact/fold.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';

/** Names behind the ids a record holds. Company names come with the record, so only that one is known here. */
export function createDirectory(
  data: WorkspaceData,
  company?: { readonly id: string; readonly name: string },
): Directory {
  const byName = <T extends { id: string; name: string }>(list: readonly T[], name: string) => {
    const wanted = fold(name.trim());
    return list.find((one) => fold(one.name) === wanted)?.id;
  };
  return {
    memberName: (id) => data.members.find((m) => m.id === id)?.name,
    departmentName: (id) => data.departments.find((d) => d.id === id)?.name,
    companyName: (id) => (company?.id === id ? company.name : undefined),
    memberByName: (name) => byName(data.members, name),
    departmentByName: (name) => byName(data.departments, name),
  };
}

/** Fields of a contact in form order: the default ones, then the workspace's and the plugins' (A5). */
export const contactFields = (data: WorkspaceData): readonly FieldDef[] => [
  ...CONTACT_FIELDS,
  ...data.fields.filter((f) => f.entity === 'contact').toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)),
];

/** Ids of the fields a contact must have: the workspace's choice, else the fields' own (B2, B7). */
export function requiredFields(data: WorkspaceData): ReadonlySet<string> {
  const setting = data.settings['required.contact'];
  if (Array.isArray(setting)) return new Set(setting.filter((id) => typeof id === 'string'));
  return new Set(
    contactFields(data)
      .filter((f) => f.required)
      .map((f) => f.id),
  );
}

import { fold } from '#core/contact/fold.ts';
import { formFields, requiredIds } from '#core/record/form-fields.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import type { RecordType } from '#core/record/row.ts';
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

/** Fields of a contact in form order: the default ones, the workspace's and the plugins' (A5). */
export const contactFields = (data: WorkspaceData): readonly FieldDef[] => formFields('contact', data);

/** Ids of the fields a record must have (B2, B7). */
export const requiredFields = (data: WorkspaceData, type: RecordType = 'contact'): ReadonlySet<string> =>
  requiredIds(type, data);

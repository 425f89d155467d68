import type { RecordType } from '../record/row.ts';
import type { WorkspaceData } from '../record/workspace-data.ts';
import { may } from './access.ts';
import { personOf } from './person.ts';
import { RECORD_RIGHTS, roleOf, type RecordRight } from './role.ts';

/**
 * What somebody may do with records of a type, as their device knows it. All, where the device does not know them yet:
 * the relay decides in any case (P4); this keeps a person from work that would be refused.
 */
export function rightsOf(
  { members, roles, departments }: Pick<WorkspaceData, 'members' | 'roles' | 'departments'>,
  user: string,
  type: RecordType,
): ReadonlySet<RecordRight> {
  const me = members.find((member) => member.id === user);
  if (!me) return new Set(RECORD_RIGHTS);
  const person = personOf(user, roleOf(roles, me.role), me.departmentId, departments);
  return new Set(RECORD_RIGHTS.filter((right) => may(person, right, type)));
}

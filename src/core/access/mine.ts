import type { RecordType } from '../record/row.ts';
import type { WorkspaceData } from '../record/workspace-data.ts';
import { may, sees } from './access.ts';
import type { Partition } from './partition.ts';
import { personOf, type Person } from './person.ts';
import { RECORD_RIGHTS, roleOf, type RecordRight } from './role.ts';

/**
 * What somebody may do with records of a type, as their device knows it. All, where the device does not know them yet:
 * the relay decides in any case (P4); this keeps a person from work that would be refused.
 */
export function rightsOf(data: People, user: string, type: RecordType): ReadonlySet<RecordRight> {
  const person = find(data, user);
  return new Set(person ? RECORD_RIGHTS.filter((right) => may(person, right, type)) : RECORD_RIGHTS);
}

/** Will this person see records of this partition (A3)? Yes, where the device does not know them yet. */
export function willSee(data: People, user: string, partition: Partition): boolean {
  const person = find(data, user);
  return !person || sees(person, partition);
}

type People = Pick<WorkspaceData, 'members' | 'roles' | 'departments'>;

function find({ members, roles, departments }: People, user: string): Person | undefined {
  const me = members.find((member) => member.id === user);
  return me && personOf(user, roleOf(roles, me.role), me.departmentId, departments);
}

/** Does somebody see every record of a type, by their role as their device knows it? */
export function seesEvery(data: People, user: string, type: RecordType): boolean {
  const rule = find(data, user)?.role.types[type]?.visible;
  return rule !== undefined && 'preset' in rule && rule.preset === 'all';
}

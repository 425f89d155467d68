import type { DepartmentInput, MemberInput, RoleInput } from '#core/access/people-schemas.ts';
import { PEOPLE_LIMITS } from '#core/access/people-schemas.ts';
import { ADMIN_ROLE, BUILT_IN_ROLES, isBuiltIn, roleOf, type RoleDef } from '#core/access/role.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import type { Department } from '#core/record/workspace-data.ts';
import { FIRST_DEPARTMENT } from '#core/record/workspace-doc.ts';
import type { PeopleRow } from '../store/port.ts';
import { departmentRow, memberRow, roleRow, type Membership, type PeopleState } from './people.ts';

/** What a change of people may be refused for; see `people-schemas.ts`. */
export type PeopleError = {
  readonly type:
    | 'unknown'
    | 'name-taken'
    | 'too-many'
    | 'role-fixed'
    | 'role-used'
    | 'role-unknown'
    | 'department-unknown'
    | 'parent-unknown'
    | 'parent-cycle'
    | 'manager-unknown'
    /** It would leave nobody who may change settings. */
    | 'last-admin';
};
export interface Planned<T> {
  readonly rows: readonly PeopleRow[];
  readonly answer: T;
}
type Plan<T> = Result<Planned<T>, PeopleError>;

/** Everybody with an account, as they stand. */
export type Everybody = readonly Membership[];

/**
 * What each call of the people API would write. Pure: the routes ask, then store. No change may leave the workspace
 * without somebody who can sign in and has the settings right.
 */
export function planRole(
  state: PeopleState,
  everybody: Everybody,
  id: string,
  input: RoleInput,
  isNew: boolean,
): Plan<RoleDef> {
  const before = state.roles.find((role) => role.id === id);
  if (!isNew && !before) return err({ type: 'unknown' });
  if (id === ADMIN_ROLE) return err({ type: 'role-fixed' });
  if (isNew && state.roles.length >= PEOPLE_LIMITS.roles) return err({ type: 'too-many' });
  const taken = (other: RoleDef) =>
    other.id !== id &&
    (typeof other.name === 'string' ? [other.name] : [other.name.vi, other.name.en]).some((n) =>
      sameName(n, input.name),
    );
  if (state.roles.some(taken)) return err({ type: 'name-taken' });
  const role: RoleDef = {
    ...(input as RoleInput & Pick<RoleDef, 'types'>),
    id,
    name: BUILT_IN_ROLES.find((r) => r.id === id)?.name ?? input.name,
  };
  if (before?.settings && !role.settings && lastWithSettings(state, everybody, (m) => m.roleId !== id)) {
    return err({ type: 'last-admin' });
  }
  return ok({ rows: [roleRow(role)], answer: role });
}

export function planRoleRemoval(state: PeopleState, everybody: Everybody, id: string): Plan<void> {
  if (!state.roles.some((role) => role.id === id)) return err({ type: 'unknown' });
  if (isBuiltIn(id)) return err({ type: 'role-fixed' });
  if (everybody.some((member) => member.roleId === id)) return err({ type: 'role-used' });
  return ok({ rows: [{ kind: 'role', id, body: null }], answer: undefined });
}

export function planDepartment(
  state: PeopleState,
  everybody: Everybody,
  id: string,
  { name, managerId, parentId }: DepartmentInput,
  isNew: boolean,
): Plan<Department> {
  const others = state.departments.filter((department) => department.id !== id);
  if (!isNew && others.length === state.departments.length) return err({ type: 'unknown' });
  if (isNew && others.length >= PEOPLE_LIMITS.departments) return err({ type: 'too-many' });
  if (others.some((other) => sameName(other.name, name))) return err({ type: 'name-taken' });
  if (managerId && !everybody.some((member) => member.id === managerId)) return err({ type: 'manager-unknown' });
  if (parentId) {
    if (parentId === id) return err({ type: 'parent-cycle' });
    if (!others.some((other) => other.id === parentId)) return err({ type: 'parent-unknown' });
    if (isBelow(others, parentId, id)) return err({ type: 'parent-cycle' });
  }
  const department: Department = {
    id,
    name,
    ...(managerId ? { managerId } : {}),
    ...(parentId ? { parentId } : {}),
  };
  return ok({ rows: [departmentRow(department)], answer: department });
}

/** Its children move up to its parent; its members to the parent, else to the first department that is left. */
export function planDepartmentRemoval(state: PeopleState, everybody: Everybody, id: string): Plan<void> {
  const department = state.departments.find((one) => one.id === id);
  if (!department) return err({ type: 'unknown' });
  const left = state.departments.filter((one) => one.id !== id);
  const parent = left.find((one) => one.id === department.parentId);
  const place = parent ?? left.find((one) => one.id === FIRST_DEPARTMENT.id) ?? left[0];
  const children = left.filter((one) => one.parentId === id);
  const rows: PeopleRow[] = [{ kind: 'department', id, body: null }];
  for (const { parentId: _gone, ...child } of children) {
    rows.push(departmentRow(parent ? { ...child, parentId: parent.id } : child));
  }
  for (const { departmentId, ...member } of everybody) {
    if (departmentId === id) rows.push(memberRow(place ? { ...member, departmentId: place.id } : member));
  }
  return ok({ rows, answer: undefined });
}

export function planMember(state: PeopleState, everybody: Everybody, id: string, input: MemberInput): Plan<Membership> {
  const before = everybody.find((member) => member.id === id);
  if (!before) return err({ type: 'unknown' });
  if (input.roleId !== undefined && !state.roles.some((role) => role.id === input.roleId)) {
    return err({ type: 'role-unknown' });
  }
  const departmentId = input.departmentId === undefined ? before.departmentId : (input.departmentId ?? undefined);
  if (input.departmentId && !state.departments.some((one) => one.id === departmentId)) {
    return err({ type: 'department-unknown' });
  }
  const member: Membership = {
    id,
    roleId: input.roleId ?? before.roleId,
    active: input.active ?? before.active,
    ...(departmentId === undefined ? {} : { departmentId }),
  };
  const keeps = member.active && roleOf(state.roles, member.roleId).settings;
  if (!keeps && lastWithSettings(state, everybody, (m) => m.id !== id)) return err({ type: 'last-admin' });
  return ok({ rows: [memberRow(member)], answer: member });
}

/** Would nobody among these be left who is active and has the settings right, where there is somebody now? */
function lastWithSettings(state: PeopleState, everybody: Everybody, stays: (member: Membership) => boolean): boolean {
  const mayChange = (member: Membership) => member.active && roleOf(state.roles, member.roleId).settings;
  return everybody.some(mayChange) && !everybody.some((member) => stays(member) && mayChange(member));
}

function isBelow(departments: readonly Department[], id: string, ancestor: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined && !seen.has(at);) {
    if (at === ancestor) return true;
    seen.add(at);
    at = departments.find((one) => one.id === at)?.parentId;
  }
  return false;
}

const sameName = (a: string, b: string): boolean =>
  a.normalize('NFC').toLocaleLowerCase('vi') === b.normalize('NFC').toLocaleLowerCase('vi');

import * as v from 'valibot';
import { departmentSchema, idSchema, roleSchema } from '#core/access/people-schemas.ts';
import { personOf, type Person } from '#core/access/person.ts';
import { DEFAULT_ROLE, roleOf, withBuiltIns, type RoleDef, type RoleId } from '#core/access/role.ts';
import { ok, type Result } from '#core/kit/result.ts';
import type { Department } from '#core/record/workspace-data.ts';
import { FIRST_DEPARTMENT } from '#core/record/workspace-doc.ts';
import type { PeopleRow, StoreError, StorePort } from '../store/port.ts';

/** What the relay knows of a member besides the account. */
export interface Membership {
  readonly id: string;
  readonly roleId: RoleId;
  readonly departmentId?: string;
  /** False: may not sign in; records still name them. */
  readonly active: boolean;
}

export interface PeopleState {
  /** Built-in ones first. */
  readonly roles: readonly RoleDef[];
  readonly departments: readonly Department[];
  readonly members: ReadonlyMap<string, Membership>;
}

/**
 * Roles, departments and memberships of one workspace: the relay's own data, in its database, and in memory so that
 * every push and every frame can be judged without waiting. Changed only here; who may change it is the API's to ask.
 */
export interface People {
  state(): PeopleState;
  membership(userId: string): Membership;
  /** How rules see an account; one that is not active sees and may do nothing. */
  person(userId: string): Person;
  /** Writes rows, then takes them over and tells listeners. Nothing changes where it could not be stored. */
  put(rows: readonly PeopleRow[]): Promise<Result<void, StoreError>>;
  /** Takes over what another relay on the same database changed. */
  refresh(): Promise<void>;
  /** Called after a change, with the state before it. */
  onChange(listener: (before: PeopleState) => void): () => void;
}

const memberSchema = v.object({
  roleId: idSchema,
  departmentId: v.optional(idSchema),
  active: v.boolean(),
});

export const roleRow = (role: RoleDef): PeopleRow => ({ kind: 'role', id: role.id, body: JSON.stringify(role) });
export const departmentRow = (department: Department): PeopleRow => ({
  kind: 'department',
  id: department.id,
  body: JSON.stringify(department),
});
export const memberRow = ({ id, ...member }: Membership): PeopleRow => ({
  kind: 'member',
  id,
  body: JSON.stringify(member),
});

/** Somebody who may do nothing: deactivated, or of a role that is gone. */
const NOBODY: RoleDef = { id: '', name: '', settings: false, types: {} };

export interface PeopleOptions {
  readonly store: Pick<StorePort, 'people' | 'putPeople'>;
  readonly workspace: string;
  /** Accounts with the role the library knows: those without a row joined before there were roles, or as the relay died. */
  readonly accounts: () => Promise<readonly { readonly id: string; readonly role: RoleId }[]>;
  /** Departments of a workspace that has no rows yet: those its document names. */
  readonly before: () => Promise<readonly Department[]>;
}

/** Loads them; a new workspace gets its first department, one from before gets those its document names. */
export async function loadPeople(options: PeopleOptions): Promise<Result<People, StoreError>> {
  const { store, workspace } = options;
  const found = await store.people(workspace);
  if (!found.ok) return found;
  const rows = new Map(found.value.map((row) => [`${row.kind}/${row.id}`, row]));
  if (rows.size === 0) {
    const named = await options.before();
    const first = (named.length > 0 ? named : [FIRST_DEPARTMENT]).map(departmentRow);
    const written = await store.putPeople(workspace, first);
    if (!written.ok) return written;
    for (const row of first) rows.set(`${row.kind}/${row.id}`, row);
  }
  const joined = await options.accounts();
  const lacking = joined
    .filter(({ id }) => !rows.has(`member/${id}`))
    .map(({ id, role }) => {
      return memberRow({ id, roleId: role, departmentId: FIRST_DEPARTMENT.id, active: true });
    });
  if (lacking.length > 0) {
    const written = await store.putPeople(workspace, lacking);
    if (!written.ok) return written;
    for (const row of lacking) rows.set(`member/${row.id}`, row);
  }
  let state = read(rows.values());
  const persons = new Map<string, Person>();
  const listeners = new Set<(before: PeopleState) => void>();

  const membership = (id: string): Membership => {
    const known = state.members.get(id);
    const departmentId = placeOf(
      state.departments,
      known ? known.departmentId : FIRST_DEPARTMENT.id,
      known === undefined,
    );
    return {
      id,
      roleId: roleOf(state.roles, known?.roleId).id,
      active: known?.active ?? true,
      ...(departmentId === undefined ? {} : { departmentId }),
    };
  };

  const take = () => {
    const before = state;
    state = read(rows.values());
    persons.clear();
    for (const listener of listeners) listener(before);
  };

  return ok({
    state: () => state,
    membership,
    person(id) {
      let person = persons.get(id);
      if (!person) {
        const { roleId, departmentId, active } = membership(id);
        const role = active ? roleOf(state.roles, roleId) : NOBODY;
        person = personOf(id, role, active ? departmentId : undefined, active ? state.departments : []);
        persons.set(id, person);
      }
      return person;
    },
    async put(changed) {
      if (changed.length === 0) return ok(undefined);
      const written = await store.putPeople(workspace, changed);
      if (!written.ok) return written;
      for (const row of changed) {
        if (row.body === null) rows.delete(`${row.kind}/${row.id}`);
        else rows.set(`${row.kind}/${row.id}`, row);
      }
      take();
      return ok(undefined);
    },
    async refresh() {
      const now = await store.people(workspace);
      if (!now.ok) return;
      const next = new Map(now.value.map((row) => [`${row.kind}/${row.id}`, row]));
      const same = next.size === rows.size && [...next].every(([key, row]) => rows.get(key)?.body === row.body);
      if (same) return;
      rows.clear();
      for (const [key, row] of next) rows.set(key, row);
      take();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
}

/** The department where it exists; for one who never chose, the first there is. */
function placeOf(departments: readonly Department[], id: string | undefined, orFirst: boolean): string | undefined {
  if (departments.some((department) => department.id === id)) return id;
  return orFirst ? departments[0]?.id : undefined;
}

/** What is damaged is left out: a role that cannot be read gives no rights. */
function read(rows: Iterable<PeopleRow>): PeopleState {
  const roles: RoleDef[] = [];
  const departments: Department[] = [];
  const members = new Map<string, Membership>();
  for (const { kind, id, body } of rows) {
    const json = parse(body);
    if (kind === 'role') {
      const role = v.safeParse(roleSchema, json);
      if (role.success) roles.push(role.output);
    } else if (kind === 'department') {
      const department = v.safeParse(departmentSchema, json);
      if (department.success) departments.push(department.output);
    } else {
      const member = v.safeParse(memberSchema, json);
      members.set(
        id,
        member.success
          ? {
              id,
              roleId: member.output.roleId,
              active: member.output.active,
              ...(member.output.departmentId ? { departmentId: member.output.departmentId } : {}),
            }
          : { id, roleId: DEFAULT_ROLE, active: false },
      );
    }
  }
  const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return { roles: withBuiltIns(roles.sort(byId)), departments: departments.sort(byId), members };
}

function parse(body: string | null): unknown {
  try {
    return JSON.parse(body ?? 'null');
  } catch {
    return undefined; // damaged; the schema refuses it
  }
}

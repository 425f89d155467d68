import type { Filter } from '../filter/filter.ts';
import type { Text } from '../record/field.ts';
import { RECORD_TYPE_DEFS } from '../record/record-types.ts';
import { RECORD_TYPES, type RecordType } from '../record/row.ts';

/**
 * What a role lets its people see and do (architecture.md §5, A3). Plain data: stored by the relay, projected into the
 * workspace document, evaluated by both. The relay is the wall; the UI only hides what would be refused.
 */
export interface RoleDef {
  readonly id: RoleId;
  readonly name: Text;
  /** May change settings, roles, departments and members, and invite. */
  readonly settings: boolean;
  /**
   * A type that is null or absent may not be seen, nor anything else. Stored and sent, null says so; absent is what a role
   * says of a type there was none of when it was written, and `completeTypes` fills it in.
   */
  readonly types: RoleTypes;
}

/** `admin`, `manager`, `member`, or an id the relay gave to a role of the workspace's own. */
export type RoleId = string;

export type RoleTypes = Readonly<Partial<Record<RecordType, TypeAccess | null>>>;

export interface TypeAccess {
  readonly visible: VisibilityRule;
  readonly rights: readonly RecordRight[];
}

/** Which partitions somebody may see: a preset, or a condition over the partition fields (`rule.ts`). */
export type VisibilityRule = { readonly preset: VisibilityPreset } | { readonly filter: Filter };

/** `departments`: those the person is in, those they manage, and everything below these. */
export const VISIBILITY_PRESETS = ['all', 'departments', 'mine-or-unassigned', 'mine'] as const;
export type VisibilityPreset = (typeof VISIBILITY_PRESETS)[number];

/**
 * What may be done with records that are seen. `create`, `edit` and `delete` are checked by the relay at every push
 * (P4); `export`, `import` and `bulk` are ways of using what one may read and write, and are kept by the app.
 */
export const RECORD_RIGHTS = ['create', 'edit', 'delete', 'export', 'import', 'bulk'] as const;
export type RecordRight = (typeof RECORD_RIGHTS)[number];
export type Right = RecordRight | 'settings';

export const BUILT_IN_ROLE_IDS = ['admin', 'manager', 'member'] as const;
export const ADMIN_ROLE: RoleId = 'admin';
/** The role of somebody whose own role is gone. */
export const DEFAULT_ROLE: RoleId = 'member';

const everyType = (access: (type: RecordType) => TypeAccess): RoleTypes =>
  Object.fromEntries(RECORD_TYPES.map((type) => [type, access(type)]));

/** What a new workspace's people may do: everything with what they see. */
const usual = everyType((type) => ({ visible: { preset: RECORD_TYPE_DEFS[type].seen }, rights: RECORD_RIGHTS }));

/** What a stored role says, with the types that came later (`RecordTypeDef.rightsOf`). */
export function completeTypes(types: RoleTypes): RoleTypes {
  const later = RECORD_TYPES.flatMap((type) => {
    const like = RECORD_TYPE_DEFS[type].rightsOf;
    return like && types[type] === undefined ? [[type, types[like] ?? null] as const] : [];
  });
  return { ...types, ...Object.fromEntries(later) };
}

/** The roles a workspace starts with. An administrator's cannot be changed; the others can, under the same id. */
export const BUILT_IN_ROLES: readonly RoleDef[] = [
  {
    id: 'admin',
    name: { vi: 'Quản trị', en: 'Administrator' },
    settings: true,
    types: everyType(() => ({ visible: { preset: 'all' }, rights: RECORD_RIGHTS })),
  },
  {
    id: 'manager',
    name: { vi: 'Quản lý', en: 'Manager' },
    settings: false,
    types: usual,
  },
  {
    id: 'member',
    name: { vi: 'Nhân viên', en: 'Member' },
    settings: false,
    types: usual,
  },
];

/** The built-in roles with what was changed of them, then the workspace's own, each in its order. */
export function withBuiltIns(stored: readonly RoleDef[]): RoleDef[] {
  const byId = new Map(stored.map((role) => [role.id, role]));
  const builtIn = BUILT_IN_ROLES.map((role) =>
    role.id === ADMIN_ROLE ? role : { ...(byId.get(role.id) ?? role), name: role.name },
  );
  return [...builtIn, ...stored.filter((role) => !isBuiltIn(role.id))];
}

export const isBuiltIn = (id: RoleId): boolean => (BUILT_IN_ROLE_IDS as readonly string[]).includes(id);

/** The role of this id; that of a plain member where it is gone. */
export function roleOf(roles: readonly RoleDef[], id: RoleId | undefined): RoleDef {
  return (
    roles.find((role) => role.id === id) ??
    roles.find((role) => role.id === DEFAULT_ROLE) ??
    BUILT_IN_ROLES.find((role) => role.id === DEFAULT_ROLE)!
  );
}

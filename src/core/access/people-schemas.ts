import * as v from 'valibot';
import type { Filter } from '../filter/filter.ts';
import type { FieldDef } from '../record/field.ts';
import type { Department } from '../record/workspace-data.ts';
import { RECORD_TYPES, type RecordType } from '../record/row.ts';
import { completeTypes, RECORD_RIGHTS, VISIBILITY_PRESETS, type RoleDef, type RoleTypes } from './role.ts';
import { validateRuleFilter } from './rule.ts';

/**
 * The people API in one place: what its calls take (checked by the relay) and what they answer (checked by the app).
 * All calls need the settings right. Every change answers with `People` as it stands afterwards.
 *
 * | call                             | takes               | answers           | refusals besides `invalid` (400)               |
 * | -------------------------------- | ------------------- | ----------------- | ---------------------------------------------- |
 * | GET /api/people                  | –                   | `People`          |                                                |
 * | POST /api/roles                  | `roleInput`         | 201 `RoleDef`     | 409 name-taken, too-many                       |
 * | PUT /api/roles/:id               | `roleInput`         | `RoleDef`         | 404 unknown · 409 name-taken, last-admin,      |
 * |                                  |                     |                   | role-fixed (the administrator's)               |
 * | DELETE /api/roles/:id            | –                   | `{ ok: true }`    | 404 unknown · 409 role-fixed (built in),       |
 * |                                  |                     |                   | role-used                                      |
 * | POST /api/departments            | `departmentInput`   | 201 `Department`  | 409 name-taken, too-many, parent-unknown,      |
 * |                                  |                     |                   | manager-unknown                                |
 * | PUT /api/departments/:id         | `departmentInput`   | `Department`      | as above · 404 unknown · 409 parent-cycle      |
 * | DELETE /api/departments/:id      | –                   | `{ ok: true }`    | 404 unknown; children move up, members move    |
 * |                                  |                     |                   | to its parent or the first department          |
 * | PATCH /api/members/:id           | `memberInput`       | `PeopleMember`    | 404 unknown · 409 last-admin, role-unknown,    |
 * |                                  |                     |                   | department-unknown                             |
 * | POST /api/visibility/preview     | `previewInput`      | `{ count }`       | 404 unknown (member)                           |
 *
 * Everywhere: 401 signed-out, 403 forbidden, 429 rate-limited, 507 storage-full.
 */
export const PEOPLE_LIMITS = { roles: 100, departments: 500, nameLength: 60 } as const;

const name = v.pipe(
  v.string('required'),
  v.trim(),
  v.normalize('NFC'),
  v.minLength(1, 'required'),
  v.maxLength(PEOPLE_LIMITS.nameLength, 'too-long'),
);
/** Ids of roles, departments and members; safe in keys and addresses. */
export const idSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'id-invalid'));

const ruleSchema = v.union([
  v.strictObject({ preset: v.picklist(VISIBILITY_PRESETS) }),
  v.strictObject({
    filter: v.pipe(
      v.custom<Filter>((input) => typeof input === 'object' && input !== null),
      v.check((filter) => validateRuleFilter(filter).ok, 'filter-invalid'),
    ),
  }),
]);
const typeAccess = v.object({
  visible: ruleSchema,
  rights: v.pipe(
    v.array(v.picklist(RECORD_RIGHTS)),
    v.maxLength(RECORD_RIGHTS.length),
    v.transform((rights) => RECORD_RIGHTS.filter((right) => rights.includes(right))),
  ),
});
const types = v.pipe(
  v.object(
    Object.fromEntries(RECORD_TYPES.map((type) => [type, v.nullish(typeAccess)])) as Record<
      RecordType,
      v.NullishSchema<typeof typeAccess, undefined>
    >,
  ),
  v.transform((given) => completeTypes(given as RoleTypes)),
);

export const roleInput = v.object({ name, settings: v.boolean(), types });
/** An absent or null manager or parent is none. */
export const departmentInput = v.object({
  name,
  managerId: v.nullish(idSchema),
  parentId: v.nullish(idSchema),
});
/** What is absent stays as it is; a null department is none. */
export const memberInput = v.object({
  roleId: v.optional(idSchema),
  departmentId: v.nullish(idSchema),
  active: v.optional(v.boolean()),
});
/** How many records of a type this member would see under this rule; under their own role's where it is absent. */
export const previewInput = v.object({
  memberId: idSchema,
  type: v.picklist(RECORD_TYPES),
  rule: v.optional(ruleSchema),
});

export type RoleInput = v.InferOutput<typeof roleInput>;
export type DepartmentInput = v.InferOutput<typeof departmentInput>;
export type MemberInput = v.InferOutput<typeof memberInput>;
export type PreviewInput = v.InferOutput<typeof previewInput>;

const text = v.union([v.string(), v.object({ vi: v.string(), en: v.string() })]) satisfies v.GenericSchema<
  unknown,
  FieldDef['title']
>;
/** A role as it is stored and answered. */
export const roleSchema = v.pipe(
  v.object({ id: idSchema, name: text, settings: v.boolean(), types }),
  v.transform((role): RoleDef => role as RoleDef),
);
export const departmentSchema = v.pipe(
  v.object({ id: idSchema, name: v.string(), managerId: v.nullish(idSchema), parentId: v.nullish(idSchema) }),
  v.transform(({ id, name, managerId, parentId }) => ({
    id,
    name,
    ...(managerId ? { managerId } : {}),
    ...(parentId ? { parentId } : {}),
  })),
);
export const peopleMemberSchema = v.object({
  id: v.string(),
  name: v.string(),
  email: v.string(),
  roleId: v.string(),
  departmentId: v.optional(v.string()),
  active: v.boolean(),
  /** ms since 1970. */
  joinedAt: v.number(),
});
export const peopleSchema = v.object({
  roles: v.array(roleSchema),
  departments: v.array(departmentSchema),
  members: v.array(peopleMemberSchema),
});
export type PeopleMember = v.InferOutput<typeof peopleMemberSchema>;
export interface People {
  readonly roles: readonly RoleDef[];
  readonly departments: readonly Department[];
  readonly members: readonly PeopleMember[];
}

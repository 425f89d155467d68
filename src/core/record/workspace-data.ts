import { BUILT_IN_ROLES, type RoleDef, type RoleId } from '../access/role.ts';
import type { RecordId } from '../kit/ids.ts';
import type { Json } from '../kit/json.ts';
import type { FieldDef } from './field.ts';
import type { SavedView, ViewEdit } from './saved-view.ts';
import type { FieldEdit, FieldProblem, FieldRule } from './field-settings.ts';

/** Id of a role (`src/core/access/role.ts`): `admin`, `manager`, `member`, or one of the workspace's own. */
export type Role = RoleId;

/** A user of the workspace, projected read-only as an internal contact (A2). Written by the relay alone. */
export interface Member {
  /** The account's id. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly departmentId?: string;
  readonly phone?: string;
  readonly title?: string;
  readonly active: boolean;
  /** ms since 1970. */
  readonly joinedAt: number;
}

/** Written by the relay alone. */
export interface Department {
  readonly id: string;
  readonly name: string;
  /** Sees the department and all below it, wherever they are themselves. */
  readonly managerId?: string;
  readonly parentId?: string;
}

/** What the workspace document says, as plain data: the form in which it crosses the worker port. */
export interface WorkspaceData {
  readonly name: string;
  readonly members: readonly Member[];
  readonly departments: readonly Department[];
  /** Built-in ones first. */
  readonly roles: readonly RoleDef[];
  /** The workspace's own fields and the plugins' fields that are enabled; default fields are in `fields.ts`. */
  readonly fields: readonly FieldDef[];
  /** The workspace's own fields that were deleted; they can be restored, and records keep their values (B10). */
  readonly deletedFields: readonly FieldDef[];
  /** What the workspace says of default and plugin fields, by `ruleKey`. */
  readonly fieldRules: Readonly<Record<string, FieldRule>>;
  /** Shared views of lists, by name; and those that were deleted, which can be restored. */
  readonly views: readonly SavedView[];
  readonly deletedViews: readonly SavedView[];
  /** Plugin id → enabled; absent means the plugin's own default (enabled). */
  readonly plugins: Readonly<Record<string, boolean>>;
  readonly settings: Readonly<Record<string, Json>>;
}

/** A workspace nobody has told anything about yet. */
export const EMPTY_WORKSPACE: WorkspaceData = {
  name: '',
  members: [],
  departments: [],
  roles: BUILT_IN_ROLES,
  fields: [],
  deletedFields: [],
  fieldRules: {},
  views: [],
  deletedViews: [],
  plugins: {},
  settings: {},
};

/** What the app writes into the workspace document; the relay takes it from those with the settings right only. */
export type WorkspaceChange =
  | { readonly type: 'set-plugin'; readonly id: string; readonly enabled: boolean }
  /** Not `name`: that one is the relay's to write. */
  | { readonly type: 'set-setting'; readonly key: string; readonly value: Json }
  /** Makes or changes fields (B5–B10), all or none. */
  | { readonly type: 'edit-fields'; readonly edits: readonly FieldEdit[] }
  /** Makes or changes a shared view of a list. */
  | { readonly type: 'edit-view'; readonly edit: ViewEdit };

/** Nothing was written: without the settings right, or because of what is wrong with a field or a view. */
export type WorkspaceWriteError =
  { readonly type: 'forbidden' } | { readonly type: 'invalid'; readonly fields: readonly FieldProblem[] };

/** A colleague's device, as the relay vouches for it. */
export interface Presence {
  readonly connection: number;
  readonly user: string;
  readonly name: string;
  /** The records its tabs show. */
  readonly viewing: readonly RecordId[];
}

/**
 * The relay ended the room's connection for good: `signed-out` = the session is over, `refused` = it does not take this
 * device's copy even after a fresh start, `upgrade` = this build is too old.
 */
export type RoomEnd = 'signed-out' | 'refused' | 'upgrade';

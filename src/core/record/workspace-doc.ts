/**
 * Roots of the workspace document (one stock Yjs document, all roots `Y.Map`, all values JSON):
 * - `settings`: key → value; `name` is the workspace's name and the relay's to write
 * - `fields`: `<field id>` → FieldDef as it was made, `<field>:<property>` → what it was changed to (field-settings.ts)
 * - `views`: `<view id>` → a shared view of a list, `<view id>:<property>` → what it was changed to (saved-view.ts)
 * - `departments`: id → { name, managerId?, parentId? }; written by the relay alone (changed through `/api`)
 * - `roles`: role id → RoleDef; written by the relay alone
 * - `members`: account id → Member; written by the relay alone
 * - `plugins`: plugin id → enabled
 *
 * Awareness state of a connection: `{ user: { id, name }, viewing: RecordId[] }`; `user` is the relay's stamp.
 */
export const WORKSPACE_ROOTS = ['settings', 'fields', 'views', 'departments', 'roles', 'members', 'plugins'] as const;
export type WorkspaceRoot = (typeof WORKSPACE_ROOTS)[number];

/** Name of the room that holds it. */
export const WORKSPACE_ROOM = 'workspace';
/** Name of a record’s room before its id. */
export const RECORD_ROOM = 'record/';

/** The department a new workspace starts with. */
export const FIRST_DEPARTMENT = { id: 'sales', name: 'Kinh doanh' } as const;

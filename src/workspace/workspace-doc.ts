import * as v from 'valibot';
import type * as Y from 'yjs';
import { roleSchema } from '#core/access/people-schemas.ts';
import { withBuiltIns, type RoleDef } from '#core/access/role.ts';
import type { Json } from '#core/kit/json.ts';
import { readFieldSettings } from '#core/record/field-settings.ts';
import { readSavedViews } from '#core/record/saved-view.ts';
import type { Department, WorkspaceData } from '#core/record/workspace-data.ts';
import type { WorkspaceRoot } from '#core/record/workspace-doc.ts';

/**
 * Reads the workspace document as plain data. Whatever a document holds (an older or newer build wrote it, or somebody
 * with the settings right by hand), this never throws: an entry that is not what it should be is left out.
 */
const optionalText = v.fallback(v.optional(v.string()), undefined);

const departmentSchema = v.object({
  name: v.pipe(v.string(), v.trim(), v.minLength(1)),
  managerId: optionalText,
  parentId: optionalText,
});
const memberSchema = v.object({
  id: v.string(),
  name: v.string(),
  email: v.string(),
  role: v.string(),
  departmentId: optionalText,
  phone: optionalText,
  title: optionalText,
  active: v.boolean(),
  joinedAt: v.number(),
});
export function readWorkspace(doc: Y.Doc): WorkspaceData {
  const settings = json(doc, 'settings');
  const name = settings['name'];
  return {
    name: typeof name === 'string' ? name : '',
    members: entries(doc, 'members', memberSchema)
      .map(([id, member]) => ({ ...withoutUndefined(member), id }))
      .sort((a, b) => a.joinedAt - b.joinedAt || byText(a.id, b.id)),
    departments: entries(doc, 'departments', departmentSchema)
      .map(([id, department]): Department => ({ ...withoutUndefined(department), id }))
      .sort((a, b) => byName(a.name, b.name) || byText(a.id, b.id)),
    roles: withBuiltIns(roles(doc)),
    ...readFieldSettings(json(doc, 'fields')),
    ...readSavedViews(json(doc, 'views')),
    plugins: Object.fromEntries(entries(doc, 'plugins', v.boolean())),
    settings,
  };
}

function roles(doc: Y.Doc): RoleDef[] {
  return Object.entries(json(doc, 'roles')).flatMap(([id, value]) => {
    const parsed = v.safeParse(roleSchema, { ...(value as object | null), id });
    return parsed.success ? [parsed.output] : [];
  });
}

function entries<T>(doc: Y.Doc, root: WorkspaceRoot, schema: v.GenericSchema<unknown, T>): [string, T][] {
  return Object.entries(json(doc, root)).flatMap(([id, value]): [string, T][] => {
    const parsed = v.safeParse(schema, value);
    return parsed.success ? [[id, parsed.output]] : [];
  });
}

/** A root as JSON; values that are no JSON (bytes, `undefined`) are left out. */
function json(doc: Y.Doc, root: WorkspaceRoot): Record<string, Json> {
  const read: Record<string, Json> = {};
  for (const [key, value] of Object.entries(doc.getMap(root).toJSON())) {
    if (isJson(value, 32)) read[key] = value;
  }
  return read;
}

function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth === 0 || ArrayBuffer.isView(value)) return false;
  return Object.values(value).every((inner) => isJson(inner, depth - 1));
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as T;
}

const collator = new Intl.Collator('vi');
const byName = (a: string, b: string): number => collator.compare(a, b);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

import type * as Y from 'yjs';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { RoleDef } from '#core/access/role.ts';
import type { Department, Member } from '#core/record/workspace-data.ts';

const RELAY_ROOTS = ['members', 'departments', 'roles'] as const;

/** What of the workspace document only the relay may write, as text to compare. */
export function relayOwned(doc: Y.Doc): string {
  const sorted = (root: string) => Object.entries(doc.getMap(root).toJSON()).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([...RELAY_ROOTS.map(sorted), doc.getMap('settings').get('name') ?? null]);
}

/** What the relay says of people and of the workspace itself. */
export interface Projected {
  readonly workspaceName: string;
  readonly members: readonly Member[];
  readonly departments: readonly Department[];
  readonly roles: readonly RoleDef[];
}

/**
 * Writes it into the document, where every client reads names and rights. A member who left stays as inactive, so that
 * records still name their owner.
 */
export function projectPeople(doc: Y.Doc, { workspaceName, members, departments, roles }: Projected): void {
  const settings = doc.getMap('settings');
  if (settings.get('name') !== workspaceName) settings.set('name', workspaceName);
  replace(doc.getMap('departments'), departments);
  replace(doc.getMap('roles'), roles);
  const map = doc.getMap('members');
  const present = new Set(members.map((member) => member.id));
  for (const member of members) put(map, member.id, member);
  for (const [id, member] of map) if (!present.has(id)) put(map, id, { ...(member as Member), active: false });
}

function replace(map: Y.Map<unknown>, items: readonly { readonly id: string }[]): void {
  const ids = new Set(items.map((item) => item.id));
  for (const id of [...map.keys()]) if (!ids.has(id)) map.delete(id);
  for (const { id, ...item } of items) put(map, id, item);
}

function put(map: Y.Map<unknown>, id: string, after: object): void {
  if (!jsonEqual(after as Json, map.get(id) as Json | undefined)) map.set(id, after);
}

/** Departments a document of an earlier build names; they were written by clients then. */
export function departmentsIn(doc: Y.Doc): Department[] {
  return [...doc.getMap('departments')].flatMap(([id, value]) => {
    const name: unknown = (value as { name?: unknown } | null)?.name;
    return typeof name === 'string' && name.trim() !== '' && /^[\w-]{1,64}$/.test(id) ? [{ id, name }] : [];
  });
}

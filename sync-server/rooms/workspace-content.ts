import type * as Y from 'yjs';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import { FIRST_DEPARTMENT } from '#core/record/workspace-doc.ts';
import type { Member } from '#core/record/workspace-data.ts';

/** What of the workspace document only the relay may write, as text to compare. */
export function relayOwned(doc: Y.Doc): string {
  const members = Object.entries(doc.getMap('members').toJSON()).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([members, doc.getMap('settings').get('name') ?? null]);
}

/**
 * Writes the accounts into `members`, and the workspace's name. A member who left stays as inactive, so that records
 * still name their owner. The department is kept where one was chosen and exists, else it is the first one. A document
 * without a name is a new workspace's: it gets its first department, once, for an administrator may remove it.
 */
export function projectAccounts(doc: Y.Doc, workspaceName: string, accounts: readonly Member[]): void {
  const settings = doc.getMap('settings');
  const departments = doc.getMap('departments');
  if (!settings.has('name')) departments.set(FIRST_DEPARTMENT.id, { name: FIRST_DEPARTMENT.name });
  if (settings.get('name') !== workspaceName) settings.set('name', workspaceName);

  const fallback = departments.has(FIRST_DEPARTMENT.id) ? FIRST_DEPARTMENT.id : [...departments.keys()].sort()[0];
  const members = doc.getMap('members');
  for (const account of accounts) {
    const before = members.get(account.id) as Member | undefined;
    const kept =
      before?.departmentId !== undefined && departments.has(before.departmentId) ? before.departmentId : fallback;
    const after: Member = { ...before, ...account, ...(kept === undefined ? {} : { departmentId: kept }) };
    put(members, account.id, after, before);
  }
  const present = new Set(accounts.map((account) => account.id));
  for (const [id, member] of members) {
    if (!present.has(id)) put(members, id, { ...(member as Member), active: false }, member as Member);
  }
}

function put(members: Y.Map<unknown>, id: string, after: Member, before: Member | undefined): void {
  if (!jsonEqual(after as unknown as Json, before as unknown as Json | undefined)) members.set(id, after);
}

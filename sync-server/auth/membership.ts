import type { Member, Role } from '#core/record/workspace-data.ts';
import type { AccountsDb } from './database.ts';

/** Who is signed in; the shape of `Me` in the browser. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly workspaceId: string;
  readonly workspaceName: string;
}

export interface StoredInvitation {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly name: string | null;
  readonly status: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly invitedBy: string;
}

/** Questions about accounts that better-auth answers only one row at a time, asked of its tables directly. Read only. */
export interface Membership {
  workspace(): { readonly id: string; readonly name: string } | undefined;
  account(userId: string): Account | undefined;
  /** The account behind a session's token, as long as both exist and the session has not expired. */
  accountOfToken(token: string): Account | undefined;
  members(workspaceId: string): Member[];
  invitation(id: string): StoredInvitation | undefined;
  openInvitations(workspaceId: string, now: number): StoredInvitation[];
}

const ACCOUNT = `select u.id, u.name, u.email, m.role, o.id as workspaceId, o.name as workspaceName
  from "user" u join member m on m.userId = u.id join organization o on o.id = m.organizationId`;
const INVITATION = `select i.id, i.email, i.role, i.name, i.status, i.expiresAt, i.createdAt,
  o.id as workspaceId, o.name as workspaceName, coalesce(u.name, '') as invitedBy
  from invitation i join organization o on o.id = i.organizationId left join "user" u on u.id = i.inviterId`;

interface AccountRow extends Omit<Account, 'role'> {
  readonly role: string;
}
interface InvitationRow extends Omit<StoredInvitation, 'role' | 'expiresAt' | 'createdAt'> {
  readonly role: string | null;
  readonly expiresAt: string;
  readonly createdAt: string;
}

export function createMembership(db: AccountsDb, now: () => number): Membership {
  const workspace = db.prepare<[], { id: string; name: string }>(
    'select id, name from organization order by createdAt limit 1',
  );
  const byUser = db.prepare<[string], AccountRow>(`${ACCOUNT} where u.id = ?`);
  const byToken = db.prepare<[string], AccountRow & { expiresAt: string }>(
    `select a.*, s.expiresAt from session s join (${ACCOUNT}) a on a.id = s.userId where s.token = ?`,
  );
  const members = db.prepare<[string], { id: string; name: string; email: string; role: string; createdAt: string }>(
    `select u.id, u.name, u.email, m.role, m.createdAt from member m join "user" u on u.id = m.userId
     where m.organizationId = ? order by m.createdAt, u.id`,
  );
  const invitation = db.prepare<[string], InvitationRow>(`${INVITATION} where i.id = ?`);
  const invitations = db.prepare<[string], InvitationRow>(
    `${INVITATION} where i.organizationId = ? and i.status = 'pending' order by i.createdAt desc, i.id`,
  );
  return {
    workspace: () => workspace.get(),
    account: (userId) => toAccount(byUser.get(userId)),
    accountOfToken(token) {
      const row = byToken.get(token);
      return row && timeMs(row.expiresAt) > now() ? toAccount(row) : undefined;
    },
    members: (workspaceId) =>
      members.all(workspaceId).map((row) => ({
        id: row.id,
        name: row.name,
        email: row.email,
        role: toRole(row.role),
        active: true,
        joinedAt: timeMs(row.createdAt),
      })),
    invitation(id) {
      const row = invitation.get(id);
      return row && toInvitation(row);
    },
    openInvitations: (workspaceId, at) =>
      invitations
        .all(workspaceId)
        .map(toInvitation)
        .filter((row) => row.expiresAt > at),
  };
}

const toRole = (role: string | null): Role => (role === 'admin' || role === 'owner' ? 'admin' : 'member');
const timeMs = (stored: string | number): number => new Date(stored).getTime();

function toAccount(row: AccountRow | undefined): Account | undefined {
  if (!row) return undefined;
  const { id, name, email, role, workspaceId, workspaceName } = row;
  return { id, name, email, role: toRole(role), workspaceId, workspaceName };
}

const toInvitation = (row: InvitationRow): StoredInvitation => ({
  ...row,
  role: toRole(row.role),
  expiresAt: timeMs(row.expiresAt),
  createdAt: timeMs(row.createdAt),
});

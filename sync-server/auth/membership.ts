import type { Role } from '#core/record/workspace-data.ts';
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
  readonly departmentId: string | null;
  readonly name: string | null;
  readonly status: string;
  /** ms since 1970. */
  readonly expiresAt: number;
  readonly createdAt: number;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly invitedBy: string;
}

/** An account of the workspace; its role and department are `people`'s to say, `role` only says who may invite. */
export interface StoredMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** ms since 1970. */
  readonly joinedAt: number;
}

/** Questions about accounts that better-auth answers only one row at a time, asked of its tables directly. Read only. */
export interface Membership {
  workspace(): Promise<{ readonly id: string; readonly name: string } | undefined>;
  account(userId: string): Promise<Account | undefined>;
  /** The account behind a session's token, as long as both exist and the session has not expired. */
  accountOfToken(token: string): Promise<Account | undefined>;
  members(workspaceId: string): Promise<StoredMember[]>;
  invitation(id: string): Promise<StoredInvitation | undefined>;
  openInvitations(workspaceId: string, now: number): Promise<StoredInvitation[]>;
}

const ACCOUNT = `select u.id, u.name, u.email, m.role, o.id as "workspaceId", o.name as "workspaceName"
  from "user" u join member m on m."userId" = u.id join organization o on o.id = m."organizationId"`;
const INVITATION = `select i.id, i.email, coalesce(i."roleId", i.role) as role, i."departmentId", i.name, i.status, i."expiresAt", i."createdAt",
  o.id as "workspaceId", o.name as "workspaceName", coalesce(u.name, '') as "invitedBy"
  from invitation i join organization o on o.id = i."organizationId" left join "user" u on u.id = i."inviterId"`;

/** SQLite keeps a time as text or number, PostgreSQL gives a Date. */
type StoredTime = string | number | Date;

interface AccountRow extends Omit<Account, 'role'> {
  readonly role: string;
}
interface InvitationRow extends Omit<StoredInvitation, 'role' | 'expiresAt' | 'createdAt'> {
  readonly role: string | null;
  readonly expiresAt: StoredTime;
  readonly createdAt: StoredTime;
}
interface MemberRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly createdAt: StoredTime;
}

export function createMembership(db: Pick<AccountsDb, 'query'>, now: () => number): Membership {
  const first = async <Row extends object>(sql: string, ...values: unknown[]): Promise<Row | undefined> =>
    (await db.query<Row>(sql, values))[0];
  return {
    workspace: () => first('select id, name from organization order by "createdAt" limit 1'),
    account: async (userId) => toAccount(await first<AccountRow>(`${ACCOUNT} where u.id = $1`, userId)),
    async accountOfToken(token) {
      const row = await first<AccountRow & { expiresAt: StoredTime }>(
        `select a.*, s."expiresAt" from session s join (${ACCOUNT}) a on a.id = s."userId" where s.token = $1`,
        token,
      );
      return row && timeMs(row.expiresAt) > now() ? toAccount(row) : undefined;
    },
    async members(workspaceId) {
      const rows = await db.query<MemberRow>(
        `select u.id, u.name, u.email, m.role, m."createdAt" from member m join "user" u on u.id = m."userId"
         where m."organizationId" = $1 order by m."createdAt", u.id`,
        [workspaceId],
      );
      return rows.map(({ id, name, email, role, createdAt }) => ({
        id,
        name,
        email,
        role: toRole(role),
        joinedAt: timeMs(createdAt),
      }));
    },
    async invitation(id) {
      const row = await first<InvitationRow>(`${INVITATION} where i.id = $1`, id);
      return row && toInvitation(row);
    },
    async openInvitations(workspaceId, at) {
      const rows = await db.query<InvitationRow>(
        `${INVITATION} where i."organizationId" = $1 and i.status = 'pending' order by i."createdAt" desc, i.id`,
        [workspaceId],
      );
      return rows.map(toInvitation).filter((row) => row.expiresAt > at);
    },
  };
}

/** better-auth's own: an account it calls owner is our administrator. */
const toRole = (role: string | null): Role => (role === 'owner' ? 'admin' : (role ?? 'member'));
const timeMs = (stored: StoredTime): number => new Date(stored).getTime();

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

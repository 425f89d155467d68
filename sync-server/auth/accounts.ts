import { APIError } from 'better-auth/api';
import { ADMIN_ROLE, roleOf } from '#core/access/role.ts';
import { err, ok, type Failure, type Result } from '#core/kit/result.ts';
import type { Member, Role } from '#core/record/workspace-data.ts';
import { INVITATION_MS, type Auth } from './auth.ts';
import type { AccountsDb } from './database.ts';
import { memberRow, type People } from '../people/people.ts';
import type { StoreError } from '../store/port.ts';
import type { Account, Membership, StoredInvitation } from './membership.ts';

/** A signed-in answer: who it is, and the cookies the browser must keep. */
export interface SignedIn {
  readonly account: Account;
  readonly cookies: readonly string[];
}

export interface LiveSession {
  readonly account: Account;
  readonly token: string;
  /** Set when the session was prolonged. */
  readonly cookies: readonly string[];
}

export type InvitationState = 'open' | 'expired' | 'revoked' | 'used' | 'unknown';

/** Accounts of the relay's one workspace: set-up, sign-in, invitations. Limits and HTTP are the caller's. */
export interface Accounts {
  /** The workspace, once somebody set it up. */
  workspace(): Promise<{ readonly id: string; readonly name: string } | undefined>;
  /** Makes the administrator and the workspace; only ever succeeds once (also when two try at the same time). */
  setUp(
    input: SetUp,
  ): Promise<Result<SignedIn, Failure & { type: 'already-set-up' | 'email-invalid' | 'weak-password' }>>;
  signIn(email: string, password: string): Promise<Result<SignedIn, Failure & { type: 'wrong-password' }>>;
  /** Ends the session of these cookies; the answer clears them. */
  signOut(headers: Headers): Promise<{ readonly token: string | undefined; readonly cookies: readonly string[] }>;
  session(headers: Headers): Promise<LiveSession | undefined>;
  /** An account that is active. */
  account(userId: string): Promise<Account | undefined>;
  /** The account of a session that was found before; undefined once it was revoked, expired or left the workspace. */
  stillSignedIn(token: string): Promise<Account | undefined>;
  /** Everybody who ever joined, those who are not active any more included. */
  members(workspaceId: string): Promise<Member[]>;
  /** Lets the library know who may invite: those with the settings right. */
  grant(userId: string, mayInvite: boolean): Promise<void>;
  invitations: {
    create(
      by: Headers,
      input: Invite,
    ): Promise<Result<StoredInvitation, Failure & { type: 'already-member' | 'email-invalid' | 'too-many' }>>;
    open(workspaceId: string): Promise<StoredInvitation[]>;
    revoke(
      by: Headers,
      workspaceId: string,
      id: string,
    ): Promise<Result<void, Failure & { type: 'unknown' | 'used' | 'revoked' }>>;
    look(id: string): Promise<{ readonly state: InvitationState; readonly invitation?: StoredInvitation }>;
    accept(id: string, input: Accept): Promise<Result<SignedIn, Failure & { type: AcceptError }>>;
  };
}

export type AcceptError = 'unknown' | 'expired' | 'used' | 'revoked' | 'email-taken' | 'weak-password';

export interface SetUp {
  readonly workspace: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}
export interface Invite {
  readonly workspaceId: string;
  readonly email: string;
  readonly role: Role;
  readonly departmentId?: string | undefined;
  readonly name?: string | undefined;
}
export interface Accept {
  readonly name: string;
  readonly password: string;
}

const SLUG = 'workspace'; // unique in the database: whatever else goes wrong, there is no second one

/** Roles, departments and who is active; asked at every use, for they are loaded once there is a workspace. */
export interface PeopleSource {
  /** The loaded ones; undefined before the set-up. */
  current(): People | undefined;
  /** Loads those of a workspace that was just made. */
  open(workspaceId: string): Promise<Result<People, StoreError>>;
}

/** `seen` notes which session was there, with its User-Agent. `inTurn` runs jobs one after the other, also those of other relays on the same database. */
export function createAccounts(
  auth: Auth,
  library: Membership,
  people: PeopleSource,
  inTurn: AccountsDb['inTurn'],
  now: () => number,
  seen: (token: string, agent: string | null) => Promise<void>,
): Accounts {
  const rows: Membership = {
    ...library,
    account: async (userId) => standing(await library.account(userId)),
    accountOfToken: async (token) => standing(await library.accountOfToken(token)),
  };

  /** An account with its role; undefined where it is not active. */
  function standing(account: Account | undefined): Account | undefined {
    const membership = account && people.current()?.membership(account.id);
    if (!account || !membership) return account;
    return membership.active ? { ...account, role: membership.roleId } : undefined;
  }

  async function join(userId: string, workspaceId: string, role: Role, departmentId?: string): Promise<void> {
    const opened = await people.open(workspaceId);
    const put =
      opened.ok &&
      (await opened.value.put([
        memberRow({
          id: userId,
          roleId: roleOf(opened.value.state().roles, role).id,
          ...placeOf(departmentId ?? opened.value.membership(userId).departmentId),
          active: true,
        }),
      ]));
    if (!put || !put.ok) throw new Error('the membership could not be stored');
  }

  async function signUp(input: { name: string; email: string; password: string }) {
    try {
      const { headers, response } = await auth.api.signUpEmail({ body: input, returnHeaders: true });
      return ok({ userId: response.user.id, cookies: headers.getSetCookie() });
    } catch (error) {
      switch (codeOf(error)) {
        case 'USER_ALREADY_EXISTS':
        case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
        case 'FAILED_TO_CREATE_USER': // lost the race for the unique mail address
          return err({ type: 'email-taken' } as const);
        case 'INVALID_EMAIL':
          return err({ type: 'email-invalid' } as const);
        case 'PASSWORD_TOO_SHORT':
        case 'PASSWORD_TOO_LONG':
        case 'INVALID_PASSWORD':
          return err({ type: 'weak-password' } as const);
        default:
          throw error;
      }
    }
  }

  async function removeUser(userId: string): Promise<void> {
    const { internalAdapter } = await auth.$context;
    await internalAdapter.deleteUserSessions(userId);
    await internalAdapter.deleteAccounts(userId);
    await internalAdapter.deleteUser(userId);
  }

  async function setUpOnce(input: SetUp): ReturnType<Accounts['setUp']> {
    if (await rows.workspace()) return err({ type: 'already-set-up' });
    const { name, email, password } = input;
    let user = await signUp({ name, email, password });
    if (!user.ok && user.error.type === 'email-taken') {
      // without a workspace an account can only be what a set-up left that died half way: it has nothing to lose
      const { internalAdapter } = await auth.$context;
      const left = await internalAdapter.findUserByEmail(email.toLowerCase());
      if (left) await removeUser(left.user.id);
      user = await signUp({ name, email, password });
    }
    if (!user.ok) return err({ type: user.error.type === 'email-taken' ? 'already-set-up' : user.error.type });
    try {
      await auth.api.createOrganization({ body: { name: input.workspace, slug: SLUG, userId: user.value.userId } });
    } catch (error) {
      await removeUser(user.value.userId);
      if (await rows.workspace()) return err({ type: 'already-set-up' });
      throw error;
    }
    await join(user.value.userId, (await rows.workspace())!.id, ADMIN_ROLE);
    return ok({ account: (await rows.account(user.value.userId))!, cookies: user.value.cookies });
  }

  async function acceptOnce(id: string, input: Accept): ReturnType<Accounts['invitations']['accept']> {
    const { state, invitation } = await look(id);
    if (state !== 'open' || !invitation) return err({ type: state === 'open' ? 'unknown' : state });
    const user = await signUp({ ...input, email: invitation.email });
    if (!user.ok) return err({ type: user.error.type === 'email-invalid' ? 'unknown' : user.error.type });
    const { userId, cookies } = user.value;
    try {
      await auth.api.acceptInvitation({ headers: cookieHeader(cookies), body: { invitationId: id } });
    } catch (error) {
      await removeUser(userId); // no account without the workspace it was made for
      const after = (await look(id)).state;
      if (error instanceof APIError && after !== 'open') return err({ type: after });
      throw error;
    }
    const { workspaceId, role, departmentId } = invitation;
    await join(userId, workspaceId, role, departmentId ?? undefined);
    return ok({ account: (await rows.account(userId))!, cookies });
  }

  async function look(id: string): ReturnType<Accounts['invitations']['look']> {
    const invitation = await rows.invitation(id);
    if (!invitation) return { state: 'unknown' };
    const state = stateOf(invitation, now());
    return { state, invitation };
  }

  return {
    workspace: () => rows.workspace(),

    setUp: (input) => inTurn(() => setUpOnce(input)),

    async signIn(email, password) {
      try {
        const { headers, response } = await auth.api.signInEmail({ body: { email, password }, returnHeaders: true });
        const account = await rows.account(response.user.id);
        return account ? ok({ account, cookies: headers.getSetCookie() }) : err({ type: 'wrong-password' });
      } catch (error) {
        if (error instanceof APIError) return err({ type: 'wrong-password' });
        throw error;
      }
    },

    async signOut(headers) {
      const token = (await findSession(auth, headers))?.token;
      const { headers: answer } = await auth.api.signOut({ headers: cookieOnly(headers), returnHeaders: true });
      return { token, cookies: answer.getSetCookie() };
    },

    async session(headers) {
      const found = await findSession(auth, headers);
      const account = found && (await rows.account(found.userId));
      if (found && account) await seen(found.token, headers.get('user-agent'));
      return found && account && { account, token: found.token, cookies: found.cookies };
    },

    account: (userId) => rows.account(userId),
    stillSignedIn: (token) => rows.accountOfToken(token),
    async members(workspaceId) {
      const stored = await rows.members(workspaceId);
      return stored.map(({ role: _library, ...member }): Member => {
        const { roleId, departmentId, active } = people.current()?.membership(member.id) ?? {
          roleId: '',
          active: true,
        };
        return { ...member, role: roleId, active, ...(departmentId === undefined ? {} : { departmentId }) };
      });
    },

    async grant(userId, mayInvite) {
      const { adapter } = await auth.$context;
      const where = [{ field: 'userId', value: userId }];
      await adapter.update({ model: 'member', where, update: { role: mayInvite ? 'admin' : 'member' } });
    },

    invitations: {
      async create(by, { workspaceId, email, role, departmentId, name }) {
        try {
          const roles = people.current()?.state().roles ?? [];
          const body = {
            email,
            role: roleOf(roles, role).settings ? ('admin' as const) : ('member' as const),
            roleId: role,
            organizationId: workspaceId,
            ...(departmentId ? { departmentId } : {}),
            ...(name ? { name } : {}),
          };
          const created = await auth.api.createInvitation({ headers: cookieOnly(by), body });
          return ok((await rows.invitation(created.id))!);
        } catch (error) {
          switch (codeOf(error)) {
            case 'USER_IS_ALREADY_A_MEMBER_OF_THIS_ORGANIZATION':
              return err({ type: 'already-member' });
            case 'INVALID_EMAIL':
              return err({ type: 'email-invalid' });
            case 'INVITATION_LIMIT_REACHED':
              return err({ type: 'too-many' });
            default:
              throw error;
          }
        }
      },

      open: (workspaceId) => rows.openInvitations(workspaceId, now()),

      async revoke(by, workspaceId, id) {
        const { state, invitation } = await look(id);
        if (!invitation || invitation.workspaceId !== workspaceId) return err({ type: 'unknown' });
        if (state === 'used' || state === 'revoked') return err({ type: state });
        await auth.api.cancelInvitation({ headers: cookieOnly(by), body: { invitationId: id } });
        return ok(undefined);
      },

      look,

      // in turn: of two that accept the same link at once the slower one finds it used
      accept: (id, input) => inTurn(() => acceptOnce(id, input)),
    },
  };
}

const placeOf = (departmentId: string | undefined) => (departmentId === undefined ? {} : { departmentId });

function stateOf(invitation: StoredInvitation, now: number): InvitationState {
  if (invitation.status === 'accepted') return 'used';
  if (invitation.status !== 'pending') return 'revoked';
  // the lifetime is counted here as well: it must hold by the relay's clock, whatever the library's default
  const endsAt = Math.min(invitation.expiresAt, invitation.createdAt + INVITATION_MS);
  return endsAt <= now ? 'expired' : 'open';
}

async function findSession(auth: Auth, headers: Headers) {
  if (!headers.get('cookie')) return undefined;
  const { headers: answer, response } = await auth.api.getSession({
    headers: cookieOnly(headers),
    returnHeaders: true,
  });
  return response
    ? { userId: response.user.id, token: response.session.token, cookies: answer.getSetCookie() }
    : undefined;
}

/** Only the cookie: forwarded addresses and other headers of the request are nothing better-auth should act upon. */
const cookieOnly = (headers: Headers): Headers => new Headers({ cookie: headers.get('cookie') ?? '' });

const cookieHeader = (setCookies: readonly string[]): Headers =>
  new Headers({ cookie: setCookies.map((cookie) => cookie.split(';', 1)[0]).join('; ') });

const codeOf = (error: unknown): string | undefined =>
  error instanceof APIError ? (error.body as { code?: string } | undefined)?.code : undefined;

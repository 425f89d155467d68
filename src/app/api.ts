import * as v from 'valibot';
import { err, ok, type Result } from '#core/kit/result.ts';
import { historyPage, type HistoryPage } from '#core/history/history.ts';
import { syncStatus, type SyncStatus } from '#core/sync-status/sync-status.ts';
import * as people from '#core/access/people-schemas.ts';
import type { RoleDef } from '#core/access/role.ts';
import type { Department, Role } from '#core/record/workspace-data.ts';
import type { Me } from '#ui/app-context.ts';

/**
 * The relay's HTTP API, as the browser uses it (accounts and invitations; records go over sockets). Every call settles
 * with a `Result`; errors are the relay's `{ type }` or one of ours. The session itself is an HttpOnly cookie.
 */
export interface Api {
  session(): Promise<Result<SessionState, CommonError>>;
  setup(input: SetupInput): Promise<Result<Me, CommonError | FormError | RateLimited | Tagged<'already-set-up'>>>;
  signIn(input: {
    email: string;
    password: string;
  }): Promise<Result<Me, CommonError | FormError | RateLimited | Tagged<'wrong-password'>>>;
  signOut(): Promise<Result<void, CommonError>>;
  readonly tokens: {
    list(): Promise<Result<readonly AccessToken[], CommonError | Tagged<'signed-out'>>>;
    /** `token` is shown to the person once; the relay keeps its hash alone. */
    create(input: TokenInput): Promise<Result<MadeToken, CommonError | FormError | Tagged<'signed-out' | 'too-many'>>>;
    revoke(id: string): Promise<Result<void, CommonError | Tagged<'signed-out' | 'unknown'>>>;
  };
  /** This person's sign-ins, device by device. */
  readonly devices: {
    list(): Promise<Result<readonly DeviceSession[], CommonError | Tagged<'signed-out'>>>;
    /** Signs it out; `wipe`: it erases its copy when it next meets the relay. `current` is refused: sign out instead. */
    end(id: string, wipe: boolean): Promise<Result<void, CommonError | Tagged<'signed-out' | 'unknown' | 'current'>>>;
    /** The same with all but this one; gives how many. */
    endOthers(wipe: boolean): Promise<Result<number, CommonError | Tagged<'signed-out'>>>;
  };
  readonly invitations: {
    /** Open ones, newest first. Administrators only. */
    list(): Promise<Result<readonly Invitation[], CommonError | RightError>>;
    /** An earlier open invitation of the same address is withdrawn. */
    create(input: {
      email: string;
      role: Role;
      departmentId?: string;
      name?: string;
    }): Promise<Result<Invitation, CommonError | FormError | RightError | Tagged<'already-member' | 'too-many'>>>;
    revoke(id: string): Promise<Result<void, CommonError | RightError | Tagged<'unknown' | 'used' | 'revoked'>>>;
    look(id: string): Promise<Result<InvitationLook, CommonError>>;
    accept(
      id: string,
      input: { name: string; password: string },
    ): Promise<
      Result<
        Me,
        CommonError | FormError | RateLimited | Tagged<'unknown' | 'expired' | 'used' | 'revoked' | 'email-taken'>
      >
    >;
  };
  readonly people: PeopleApi;
  /** How the sync of the workspace fares; for those with the settings right. */
  readonly syncStatus: () => Promise<Result<SyncStatus, CommonError | RightError>>;
  /** Who changed what in a record, newest first; `before` = `next` of the page before. */
  readonly history: (
    recordId: string,
    before?: number,
  ) => Promise<Result<HistoryPage, CommonError | Tagged<'signed-out' | 'not-found'>>>;
  /** Erases a record for good (L7); for those with the settings right. */
  readonly erase: (recordId: string) => Promise<Result<void, CommonError | RightError | Tagged<'not-found'>>>;
}

/** Refusals of the people API; which call gives which is in `people-schemas.ts`. */
const PEOPLE_REFUSALS = [
  'unknown', 'name-taken', 'too-many', 'role-fixed', 'role-used', 'role-unknown', 'department-unknown',
  'parent-unknown', 'parent-cycle', 'manager-unknown', 'last-admin', 'storage-full',
] as const; // prettier-ignore
export type PeopleFailure =
  CommonError | FormError | RightError | RateLimited | Tagged<(typeof PEOPLE_REFUSALS)[number]>;

/** Roles, departments and members; for those with the settings right. Everybody else reads the workspace document. */
export interface PeopleApi {
  all(): Promise<Result<people.People, PeopleFailure>>;
  createRole(input: people.RoleInput): Promise<Result<RoleDef, PeopleFailure>>;
  editRole(id: string, input: people.RoleInput): Promise<Result<RoleDef, PeopleFailure>>;
  removeRole(id: string): Promise<Result<void, PeopleFailure>>;
  createDepartment(input: people.DepartmentInput): Promise<Result<Department, PeopleFailure>>;
  editDepartment(id: string, input: people.DepartmentInput): Promise<Result<Department, PeopleFailure>>;
  removeDepartment(id: string): Promise<Result<void, PeopleFailure>>;
  editMember(id: string, input: people.MemberInput): Promise<Result<people.PeopleMember, PeopleFailure>>;
  /** How many records of a type the member would see under a rule (their own role's where none is given). */
  preview(input: people.PreviewInput): Promise<Result<number, PeopleFailure>>;
}

export type SessionState =
  /** Nobody set this relay up yet. */
  | { readonly state: 'setup' }
  | { readonly state: 'signed-out'; readonly workspace: string }
  | { readonly state: 'signed-in'; readonly me: Me };

export interface SetupInput {
  readonly workspace: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export interface Invitation {
  readonly id: string;
  /** The link to give to the person. */
  readonly url: string;
  readonly email: string;
  readonly role: Role;
  readonly departmentId?: string | undefined;
  readonly name?: string | undefined;
  readonly invitedBy: string;
  /** ms since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** Access of a program, as its owner sees it. Times are ms since 1970. */
export interface AccessToken {
  readonly id: string;
  readonly name: string;
  /** Its first characters. */
  readonly hint: string;
  readonly mayWrite: boolean;
  readonly createdAt: number;
  /** null = never. */
  readonly expiresAt: number | null;
  readonly usedAt: number | null;
}
/** A sign-in on one device. Times are ms since 1970. */
export interface DeviceSession {
  readonly id: string;
  readonly current: boolean;
  /** User-Agent; may be empty. */
  readonly agent: string;
  readonly createdAt: number;
  /** To the hour; `online` = connected now. */
  readonly seenAt: number;
  readonly online: boolean;
}
export interface TokenInput {
  readonly name: string;
  /** null = does not expire. */
  readonly days: number | null;
  readonly mayWrite: boolean;
}
export interface MadeToken {
  readonly token: string;
  readonly made: AccessToken;
}

export interface InvitationLook {
  readonly state: 'open' | 'expired' | 'revoked' | 'used' | 'unknown';
  /** Empty strings where the state is 'unknown'. */
  readonly workspace: string;
  readonly email: string;
  readonly invitedBy: string;
  /** What the administrator thinks they are called. */
  readonly name?: string | undefined;
}

export interface Tagged<T extends string> {
  readonly type: T;
}
export type CommonError =
  /** No answer, or not the relay's: offline, a time-out, a proxy's error page, a captive portal's HTML. */
  | Tagged<'unreachable'>
  /** The relay failed; `id` finds it in its log. */
  | { readonly type: 'internal'; readonly id?: string | undefined }
  /** This page's address is not the relay's (PUBLIC_URL). */
  | Tagged<'origin-not-allowed'>
  /** An answer this build does not know: the relay is newer. */
  | Tagged<'unexpected'>;
export type RightError = Tagged<'signed-out' | 'forbidden'>;
/** Which inputs are wrong and why: `required`, `too-short`, `too-long`, `too-simple`, `email-invalid`. */
export interface FormError {
  readonly type: 'invalid' | 'weak-password' | 'email-invalid';
  readonly fields?: Readonly<Record<string, string>> | undefined;
}
export interface RateLimited {
  readonly type: 'rate-limited';
  /** Seconds. */
  readonly retryAfter: number;
}

const TIMEOUT_MS = 20_000;

const role = v.string();
const meSchema = v.object({
  id: v.string(),
  name: v.string(),
  email: v.string(),
  role,
  workspaceId: v.string(),
  workspaceName: v.string(),
});
const sessionSchema = v.variant('state', [
  v.object({ state: v.literal('setup') }),
  v.object({ state: v.literal('signed-out'), workspace: v.string() }),
  v.object({ state: v.literal('signed-in'), me: meSchema }),
]);
const signedInSchema = v.pipe(
  v.object({ me: meSchema }),
  v.transform(({ me }) => me),
);
const doneSchema = v.pipe(
  v.object({ ok: v.literal(true) }),
  v.transform(() => undefined),
);
const invitationSchema = v.object({
  id: v.string(),
  url: v.string(),
  email: v.string(),
  role,
  departmentId: v.optional(v.string()),
  name: v.optional(v.string()),
  invitedBy: v.string(),
  createdAt: v.number(),
  expiresAt: v.number(),
});
const listSchema = v.pipe(
  v.object({ invitations: v.array(invitationSchema) }),
  v.transform(({ invitations }) => invitations),
);
const tokenSchema = v.object({
  id: v.string(),
  name: v.string(),
  hint: v.string(),
  mayWrite: v.boolean(),
  createdAt: v.number(),
  expiresAt: v.nullable(v.number()),
  usedAt: v.nullable(v.number()),
});
const tokensSchema = v.pipe(
  v.object({ tokens: v.array(tokenSchema) }),
  v.transform(({ tokens }) => tokens),
);
const sessionsSchema = v.pipe(
  v.object({
    sessions: v.array(
      v.object({
        id: v.string(),
        current: v.boolean(),
        agent: v.string(),
        createdAt: v.number(),
        seenAt: v.number(),
        online: v.boolean(),
      }),
    ),
  }),
  v.transform(({ sessions }) => sessions),
);
const madeTokenSchema = v.object({ token: v.string(), made: tokenSchema });
const lookSchema = v.object({
  state: v.picklist(['open', 'expired', 'revoked', 'used', 'unknown']),
  workspace: v.string(),
  email: v.string(),
  invitedBy: v.string(),
  name: v.optional(v.string()),
});
const countSchema = v.pipe(
  v.object({ count: v.number() }),
  v.transform(({ count }) => count),
);
const errorSchema = v.object({ error: v.looseObject({ type: v.string() }) });

/** The `type`s a call may answer with; others become 'unexpected', so that a switch over them is complete. */
const COMMON = ['internal', 'origin-not-allowed'];
const FORM = ['invalid', 'weak-password', 'email-invalid'];
const RIGHTS = ['signed-out', 'forbidden'];

/** `fetch` is the browser's, or a test's; addresses are relative to the page. */
export function createApi(fetch: typeof globalThis.fetch): Api {
  async function call<T, E extends { readonly type: string }>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    schema: v.GenericSchema<unknown, T>,
    known: readonly string[],
    body?: unknown,
  ): Promise<Result<T, E | CommonError>> {
    let status: number;
    let answer: unknown;
    try {
      const response = await fetch(`/api/${path}`, {
        method,
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      status = response.status;
      answer = await response.json();
    } catch {
      return err({ type: 'unreachable' }); // no network, a time-out, or an answer that is no JSON: not our relay
    }
    const failed = v.safeParse(errorSchema, answer);
    if (failed.success) {
      const { error } = failed.output;
      return err(
        known.includes(error.type) || COMMON.includes(error.type) ? (error as unknown as E) : { type: 'unexpected' },
      );
    }
    const parsed = v.safeParse(schema, answer);
    if (parsed.success && status < 400) return ok(parsed.output);
    // JSON, but not ours: a proxy's or a portal's; in an answer of ours only a newer relay says what we cannot read
    return err({ type: status < 300 ? 'unexpected' : 'unreachable' });
  }

  const ask = <T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    schema: v.GenericSchema<unknown, T>,
    body?: unknown,
  ) => call<T, PeopleFailure>(method, path, schema, [...FORM, ...RIGHTS, 'rate-limited', ...PEOPLE_REFUSALS], body);
  const roleAt = (id: string) => `roles/${encodeURIComponent(id)}`;
  const departmentAt = (id: string) => `departments/${encodeURIComponent(id)}`;

  const one = (id: string) => `invitations/${encodeURIComponent(id)}`;
  return {
    session: () => call('GET', 'session', sessionSchema, []),
    setup: (input) => call('POST', 'setup', signedInSchema, [...FORM, 'rate-limited', 'already-set-up'], input),
    signIn: (input) => call('POST', 'sign-in', signedInSchema, [...FORM, 'rate-limited', 'wrong-password'], input),
    signOut: () => call('POST', 'sign-out', doneSchema, []),
    tokens: {
      list: () => call('GET', 'tokens', tokensSchema, ['signed-out']),
      create: (input) => call('POST', 'tokens', madeTokenSchema, [...FORM, 'signed-out', 'too-many'], input),
      revoke: (id) => call('DELETE', `tokens/${encodeURIComponent(id)}`, doneSchema, ['signed-out', 'unknown']),
    },
    devices: {
      list: () => call('GET', 'sessions', sessionsSchema, ['signed-out']),
      end: (id, wipe) =>
        call('POST', `sessions/${encodeURIComponent(id)}/end`, doneSchema, ['signed-out', 'unknown', 'current'], {
          wipe,
        }),
      endOthers: (wipe) => call('POST', 'sessions/end-others', countSchema, ['signed-out'], { wipe }),
    },
    invitations: {
      list: () => call('GET', 'invitations', listSchema, RIGHTS),
      create: (input) =>
        call('POST', 'invitations', invitationSchema, [...FORM, ...RIGHTS, 'already-member', 'too-many'], input),
      revoke: (id) => call('DELETE', one(id), doneSchema, [...RIGHTS, 'unknown', 'used', 'revoked']),
      look: (id) => call('GET', one(id), lookSchema, []),
      accept: (id, input) =>
        call(
          'POST',
          `${one(id)}/accept`,
          signedInSchema,
          [...FORM, 'rate-limited', 'unknown', 'expired', 'used', 'revoked', 'email-taken'],
          input,
        ),
    },
    syncStatus: () => call('GET', 'sync-status', syncStatus, RIGHTS),
    people: {
      all: () => ask('GET', 'people', people.peopleSchema),
      createRole: (input) => ask('POST', 'roles', people.roleSchema, input),
      editRole: (id, input) => ask('PUT', roleAt(id), people.roleSchema, input),
      removeRole: (id) => ask('DELETE', roleAt(id), doneSchema),
      createDepartment: (input) => ask('POST', 'departments', people.departmentSchema, input),
      editDepartment: (id, input) => ask('PUT', departmentAt(id), people.departmentSchema, input),
      removeDepartment: (id) => ask('DELETE', departmentAt(id), doneSchema),
      editMember: (id, input) => ask('PATCH', `members/${encodeURIComponent(id)}`, people.peopleMemberSchema, input),
      preview: (input) => ask('POST', 'visibility/preview', countSchema, input),
    },
    history: (id, before) =>
      call('GET', `history/${encodeURIComponent(id)}${before === undefined ? '' : `?before=${before}`}`, historyPage, [
        'signed-out',
        'not-found',
      ]),
    erase: (id) => call('DELETE', `records/${encodeURIComponent(id)}`, doneSchema, [...RIGHTS, 'not-found']),
  };
}

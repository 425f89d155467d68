import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { organization } from 'better-auth/plugins';
import type { Logger } from 'pino';
import { accessTokenTable } from './access-tokens.ts';
import { endedSessionTable } from './sessions.ts';
import type { AccountsDb } from './database.ts';

/** Invitations live this long. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;
/** Characters of a password: at least, at most. */
export const PASSWORD_LENGTH = { min: 8, max: 128 } as const;

export interface AuthOptions {
  readonly db: AccountsDb;
  readonly secret: string;
  /** Origin people use; decides whether cookies are `Secure`. */
  readonly publicUrl: string;
  readonly log: Logger;
}

/**
 * better-auth as this relay uses it: only as a library. Its own HTTP routes are NOT mounted, so nobody can sign up
 * without an invitation, make organizations or try passwords past our limits; `accounts.ts` is the only caller.
 */
export async function createAuth({ db, secret, publicUrl, log }: AuthOptions) {
  const auth = betterAuth({
    appName: 'Liên Hệ',
    baseURL: publicUrl,
    secret,
    database: db.forBetterAuth,
    trustedOrigins: [publicUrl],
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_LENGTH.min,
      maxPasswordLength: PASSWORD_LENGTH.max,
    },
    session: {
      // long enough for weeks in the field; every day of use starts the 30 days anew
      expiresIn: 30 * 24 * 60 * 60,
      updateAge: 24 * 60 * 60,
    },
    advanced: {
      cookiePrefix: 'lienhe',
      useSecureCookies: publicUrl.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
    },
    logger: {
      // its messages name mail addresses: kept out of the log unless somebody is looking for a fault
      log: (level, message) =>
        level === 'error' ? log.error({ from: 'auth' }, message) : log.debug({ from: 'auth' }, message),
    },
    plugins: [
      accessTokenTable,
      endedSessionTable,
      organization({
        creatorRole: 'admin',
        membershipLimit: 100_000,
        invitationLimit: 1000,
        invitationExpiresIn: INVITATION_MS / 1000,
        cancelPendingInvitationsOnReInvite: true,
        disableOrganizationDeletion: true,
        // the role in the library's own columns only says who may invite; ours is in `roleId` and in `people`
        schema: {
          invitation: {
            additionalFields: {
              name: { type: 'string', required: false },
              roleId: { type: 'string', required: false },
              departmentId: { type: 'string', required: false },
            },
          },
        },
      }),
    ],
  });
  await db.whileMigrating(async () => {
    const { runMigrations } = await getMigrations(auth.options);
    await runMigrations();
  });
  return auth;
}

export type Auth = Awaited<ReturnType<typeof createAuth>>;

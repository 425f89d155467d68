import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import type { Accounts, SignedIn } from '../auth/accounts.ts';
import { PASSWORD_LENGTH } from '../auth/auth.ts';
import type { AttemptKey, Attempts } from '../auth/attempts.ts';
import { readBody } from './body.ts';
import type { ClientAddress } from './client-address.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';

export const nameSchema = v.pipe(
  v.string(),
  v.trim(),
  v.normalize('NFC'),
  v.minLength(1, 'required'),
  v.maxLength(120, 'too-long'),
);
export const emailSchema = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.email('email-invalid'),
  v.maxLength(254, 'too-long'),
);
export const passwordSchema = v.pipe(
  v.string(),
  v.minLength(PASSWORD_LENGTH.min, 'too-short'),
  v.maxLength(PASSWORD_LENGTH.max, 'too-long'),
  v.check((password) => new Set(password).size > 2, 'too-simple'),
);

const setUpSchema = v.object({ workspace: nameSchema, name: nameSchema, email: emailSchema, password: passwordSchema });
const signInSchema = v.object({
  email: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.minLength(1, 'required'), v.maxLength(254, 'too-long')),
  // no minimum: an old or wrong password is simply wrong, and the answer is always the same
  password: v.pipe(v.pipe(v.string(), v.minLength(1, 'required')), v.maxLength(1024, 'too-long')),
});

const MINUTE = 60_000;

/** Failed sign-ins, per account from one address, per account, per address; every try costs a password hash. */
const signInKeys = (address: string, email: string): AttemptKey[] => [
  { name: `sign-in ${address} ${email}`, max: 5, windowMs: 5 * MINUTE },
  { name: `sign-in ${email}`, max: 50, windowMs: 15 * MINUTE },
  { name: `sign-in ${address}`, max: 50, windowMs: 5 * MINUTE },
];

/** New accounts from one address. */
export const signUpKeys = (address: string): AttemptKey[] => [
  { name: `sign-up ${address}`, max: 30, windowMs: MINUTE },
];

export interface SessionRoutes {
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly clientAddress: ClientAddress;
  /** After set-up: the workspace document gets its name, its first department and its member. */
  readonly onSetUp: (workspaceId: string) => Promise<void>;
  /** After sign-out: sockets of the session are closed. */
  readonly onSignOut: (token: string) => void;
}

export function sessionRoutes(options: SessionRoutes): Hono<AppEnv> {
  const { accounts, attempts, clientAddress, onSetUp, onSignOut } = options;
  const routes = new Hono<AppEnv>();

  routes.get('/session', async (c) => {
    const workspace = await accounts.workspace();
    if (!workspace) return c.json({ state: 'setup' });
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return c.json({ state: 'signed-out', workspace: workspace.name });
    keepCookies(c, session.cookies);
    return c.json({ state: 'signed-in', me: session.account });
  });

  routes.post('/setup', async (c) => {
    const body = await readBody(c, setUpSchema);
    if ('refused' in body) return body.refused;
    const keys = signUpKeys(clientAddress(c));
    const wait = await attempts.take(keys);
    if (wait > 0) return rateLimited(c, wait);
    const done = await accounts.setUp(body.input);
    if (!done.ok) {
      return done.error.type === 'already-set-up'
        ? failure(c, 409, 'already-set-up', 'The workspace exists already; sign in or ask for an invitation.')
        : failure(c, 400, done.error.type, 'The account could not be made.');
    }
    await onSetUp(done.value.account.workspaceId);
    return answerSignedIn(c, done.value, 201);
  });

  routes.post('/sign-in', async (c) => {
    const body = await readBody(c, signInSchema);
    if ('refused' in body) return body.refused;
    const { email, password } = body.input;
    const keys = signInKeys(clientAddress(c), email);
    const wait = await attempts.take(keys); // before the hash
    if (wait > 0) return rateLimited(c, wait);
    const done = await accounts.signIn(email, password);
    if (!done.ok) return failure(c, 401, 'wrong-password', 'The mail address or the password is wrong.');
    await attempts.forget(keys.slice(0, 1));
    return answerSignedIn(c, done.value, 200);
  });

  routes.post('/sign-out', async (c) => {
    const { token, cookies } = await accounts.signOut(c.req.raw.headers);
    if (token) onSignOut(token);
    keepCookies(c, cookies);
    return c.json({ ok: true });
  });

  return routes;
}

export function answerSignedIn(c: Context, { account, cookies }: SignedIn, status: 200 | 201): Response {
  keepCookies(c, cookies);
  return c.json({ me: account }, status);
}

export function rateLimited(c: Context, waitMs: number): Response {
  const retryAfter = Math.ceil(waitMs / 1000);
  c.header('Retry-After', String(retryAfter));
  return failure(c, 429, 'rate-limited', `Too many tries; wait ${retryAfter} s.`, { retryAfter });
}

function keepCookies(c: Context, cookies: readonly string[]): void {
  for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
}

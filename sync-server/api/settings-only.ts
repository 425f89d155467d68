import type { MiddlewareHandler } from 'hono';
import { may } from '#core/access/access.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { People } from '../people/people.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';

/** Lets those through who have the settings right, asked at this very request. */
export function settingsOnly(
  accounts: Pick<Accounts, 'session'>,
  people: () => People | undefined,
): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return failure(c, 401, 'signed-out', 'Sign in first.');
    const person = people()?.person(session.account.id);
    if (!person || !may(person, 'settings')) {
      return failure(c, 403, 'forbidden', 'Only those with the settings right may do this.');
    }
    c.set('session', session);
    return next();
  };
}

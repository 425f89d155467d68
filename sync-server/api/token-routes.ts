import { Hono } from 'hono';
import * as v from 'valibot';
import type { AccessTokens } from '../auth/access-tokens.ts';
import type { Accounts } from '../auth/accounts.ts';
import { readBody } from './body.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';
import { nameSchema } from './session-routes.ts';

const createSchema = v.object({
  name: nameSchema,
  days: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
  mayWrite: v.boolean(),
});

export interface TokenRoutes {
  readonly accounts: Pick<Accounts, 'session'>;
  readonly tokens: AccessTokens;
  /** After a token was revoked: its sockets are closed. */
  readonly onRevoke: (id: string) => void;
}

/** A person's own access tokens. Only a signed-in browser may make one: a token cannot make another. */
export function tokenRoutes({ accounts, tokens, onRevoke }: TokenRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.use(async (c, next) => {
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return failure(c, 401, 'signed-out', 'Sign in first.');
    c.set('session', session);
    return next();
  });

  routes.get('/', async (c) => c.json({ tokens: await tokens.list(c.var.session.account.id) }));

  routes.post('/', async (c) => {
    const body = await readBody(c, createSchema);
    if ('refused' in body) return body.refused;
    const done = await tokens.create(c.var.session.account.id, body.input);
    if (!done.ok) return failure(c, 409, done.error.type, 'Revoke a token you do not use any more.');
    return c.json({ token: done.value.token, made: done.value.made }, 201);
  });

  routes.delete('/:id', async (c) => {
    const id = c.req.param('id');
    if (!(await tokens.revoke(c.var.session.account.id, id))) return failure(c, 404, 'unknown', 'No such token.');
    onRevoke(id);
    return c.json({ ok: true });
  });
  return routes;
}

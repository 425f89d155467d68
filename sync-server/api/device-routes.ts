import { Hono } from 'hono';
import * as v from 'valibot';
import type { Accounts } from '../auth/accounts.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Sockets } from '../ops/sockets.ts';
import { readBody } from './body.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';

/** `wipe`: the device erases its copy when it next meets the relay. */
const endSchema = v.object({ wipe: v.boolean() });

export interface DeviceRoutes {
  readonly accounts: Pick<Accounts, 'session'>;
  readonly sessions: Sessions;
  readonly sockets: Pick<Sockets, 'closeSession' | 'online'>;
}

/** A person's own sign-ins, device by device, and ending those elsewhere (sync.md §5). The own one ends by signing out. */
export function deviceRoutes({ accounts, sessions, sockets }: DeviceRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.use(async (c, next) => {
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return failure(c, 401, 'signed-out', 'Sign in first.');
    c.set('session', session);
    return next();
  });

  routes.get('/', async (c) => {
    const { account, token } = c.var.session;
    return c.json({ sessions: await sessions.list(account.id, token, sockets.online()) });
  });

  routes.post('/:id/end', async (c) => {
    const body = await readBody(c, endSchema);
    if ('refused' in body) return body.refused;
    const { account, token } = c.var.session;
    const id = c.req.param('id');
    const mine = await sessions.list(account.id, token, sockets.online());
    if (mine.some((one) => one.id === id && one.current)) {
      return failure(c, 409, 'current', 'This is the session that asks; sign out instead.');
    }
    const ended = await sessions.end(account.id, id, body.input.wipe);
    if (ended === undefined) return failure(c, 404, 'unknown', 'There is no such session.');
    sockets.closeSession(ended);
    return c.json({ ok: true });
  });

  routes.post('/end-others', async (c) => {
    const body = await readBody(c, endSchema);
    if ('refused' in body) return body.refused;
    const { account, token } = c.var.session;
    const ended = await sessions.endAll(account.id, body.input.wipe, token);
    for (const one of ended) sockets.closeSession(one);
    return c.json({ count: ended.length });
  });
  return routes;
}

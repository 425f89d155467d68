import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import type { Logger } from 'pino';
import { limitBody } from './api/body.ts';
import { createClientAddress } from './api/client-address.ts';
import type { AppEnv } from './api/env.ts';
import { erasureRoutes } from './api/erasure-routes.ts';
import { failure } from './api/failure.ts';
import { historyRoutes } from './api/history-routes.ts';
import { metricsRoute } from './api/metrics-route.ts';
import { syncStatusRoute } from './api/sync-status-route.ts';
import { invitationRoutes } from './api/invitation-routes.ts';
import { deviceRoutes } from './api/device-routes.ts';
import { peopleRoutes } from './api/people-routes.ts';
import { checkOrigin, type OriginPolicy } from './api/origin.ts';
import { sessionRoutes } from './api/session-routes.ts';
import { tokenRoutes } from './api/token-routes.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Sessions } from './auth/sessions.ts';
import type { Attempts } from './auth/attempts.ts';
import type { Status } from './metrics/status.ts';
import { METRICS_TYPE } from './metrics/text.ts';
import { logRequests } from './ops/log.ts';
import { securityHeaders } from './ops/security-headers.ts';
import type { Sockets } from './ops/sockets.ts';
import { staticRoutes } from './ops/static.ts';
import type { People } from './people/people.ts';
import type { Rooms } from './rooms/rooms.ts';
import type { Erasure, StorePort } from './store/port.ts';

export interface AppOptions {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: AccessTokens;
  readonly attempts: Attempts;
  readonly rooms: Pick<Rooms, 'projectMembers'>;
  readonly sockets: Pick<Sockets, 'routes' | 'closeSession' | 'closeToken' | 'online'>;
  readonly people: () => People | undefined;
  readonly store: Pick<StorePort, 'health' | 'countVisible' | 'history' | 'record' | 'erase'>;
  /** A record is gone for good: live devices and its room must hear of it. */
  readonly onErased: (workspaceId: string, id: string, erasure: Erasure) => void;
  readonly status: Status;
  /** Reads `/metrics` from elsewhere. */
  readonly metricsToken: string | undefined;
  readonly trustedProxies?: readonly string[] | undefined;
  readonly origin: OriginPolicy;
  readonly version: string;
  /** Folder of the built app. */
  readonly webRoot: string;
  readonly now: () => number;
  readonly log: Logger;
}

/** Everything the relay answers over HTTP: API, sockets, the built app. Needs no port: tests call `app.request`. */
export function createApp(options: AppOptions): Hono<AppEnv> {
  const { accounts, sessions, tokens, attempts, people, rooms, sockets, store, status, origin, version, log } = options;
  const app = new Hono<AppEnv>();
  const clientAddress = createClientAddress(options.trustedProxies);
  const projectMembers = (workspaceId: string) => rooms.projectMembers(workspaceId);

  app.onError((error, c) => {
    if (error instanceof HTTPException) return failure(c, error.status, 'refused', error.message);
    log.error({ id: c.var.requestId, err: error }, 'request failed');
    return failure(c, 500, 'internal', 'The relay failed; the log has the details.', { id: c.var.requestId });
  });
  app.notFound((c) => failure(c, 404, 'not-found', 'There is nothing at this address.'));

  app.use(requestId({ limitLength: 64 }), logRequests(log, options.now));
  app.use(securityHeaders(origin.publicUrl?.startsWith('https:') ?? false));
  app.use(checkOrigin(origin));
  app.route('/', sockets.routes);

  app.get('/metrics', metricsRoute({ token: options.metricsToken, text: () => status.metrics(), type: METRICS_TYPE }));

  app.use('/api/*', limitBody, async (c, next) => {
    await next();
    c.header('Cache-Control', 'no-store');
  });
  app.get('/api/health', (c) => {
    const { storage } = store.health();
    return c.json({ ok: storage === 'ok', version, storage }, storage === 'ok' ? 200 : 503);
  });
  app.route(
    '/api',
    sessionRoutes({
      accounts,
      attempts,
      clientAddress,
      onSetUp: projectMembers,
      onSignOut: (token) => sockets.closeSession(token),
    }),
  );
  app.route(
    '/api/invitations',
    invitationRoutes({
      accounts,
      attempts,
      clientAddress,
      people,
      publicUrl: origin.publicUrl,
      onJoin: projectMembers,
    }),
  );
  app.route('/api/tokens', tokenRoutes({ accounts, tokens, onRevoke: (id) => sockets.closeToken(id) }));
  app.route('/api/history', historyRoutes({ accounts, people, store }));
  const { onErased, now } = options;
  app.route('/api/records', erasureRoutes({ accounts, people, store, onErased, now, log }));
  app.route('/api/sync-status', syncStatusRoute({ accounts, people, status }));
  app.route('/api/sessions', deviceRoutes({ accounts, sessions, sockets }));
  app.route('/api', peopleRoutes({ accounts, sessions, sockets, attempts, people, store, log }));
  app.all('/api/*', (c) => failure(c, 404, 'not-found', 'There is no such call.'));
  app.all('/p/:plugin/*', (c) => failure(c, 404, 'plugin-not-found', 'There is no such plugin.'));

  app.route('/', staticRoutes(options.webRoot));
  return app;
}

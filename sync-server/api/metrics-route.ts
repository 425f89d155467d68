import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, Handler } from 'hono';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';

export interface MetricsRoute {
  /** METRICS_TOKEN; without it this machine alone may read. */
  readonly token: string | undefined;
  /** The text and its content type. */
  readonly text: () => Promise<string>;
  readonly type: string;
}

/**
 * GET /metrics, for a monitoring program: with the token, or from this machine itself. A session counts for nothing
 * here: no page can read it, and no person by being signed in.
 */
export function metricsRoute({ token, text, type }: MetricsRoute): Handler<AppEnv> {
  return async (c) => {
    c.header('Cache-Control', 'no-store');
    if (!isLocal(c) && !hasToken(c, token)) {
      return failure(c, 403, 'forbidden', 'Metrics are for this machine, or for those with METRICS_TOKEN.');
    }
    return c.body(await text(), 200, { 'Content-Type': type });
  };
}

/** Headers a proxy leaves: what it passes on comes from elsewhere, though the connection is local. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/** Not a proxy's, and under a local name: pages of other sites and a proxied public name are neither. */
function isLocal(c: Context): boolean {
  const env = c.env as { incoming?: unknown } | undefined;
  const address = env?.incoming ? getConnInfo(c).remote.address : undefined;
  if (address === undefined || !/^(::1|(::ffff:)?127\.)/.test(address)) return false;
  if (PROXY_HEADERS.some((name) => c.req.header(name) !== undefined)) return false;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i.test(c.req.header('host') ?? '');
}

/** Compared by hash, so that the time it takes says nothing of the token or its length. */
function hasToken(c: Context, token: string | undefined): boolean {
  const given = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
  return token !== undefined && given !== undefined && timingSafeEqual(hashOf(given), hashOf(token));
}

const hashOf = (text: string) => createHash('sha256').update(text).digest();

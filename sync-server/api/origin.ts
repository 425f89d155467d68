import { isIP } from 'node:net';
import type { MiddlewareHandler } from 'hono';
import { failure } from './failure.ts';

/** Which site may write here or open a socket. */
export interface OriginPolicy {
  /** PUBLIC_URL, where it was given. */
  readonly publicUrl: string | undefined;
  /** HOST the relay listens on. */
  readonly host: string;
}

/**
 * May a request with these headers come from our own pages? Browsers send `Origin` with every socket and every write;
 * a request without one comes from no page (a script with a stolen cookie needs no browser to begin with).
 *
 * The page's own address counts only when it is PUBLIC_URL, an IP address, localhost or HOST: a foreign name that
 * somebody's DNS points at us (rebinding) is not ours.
 */
export function originAllowed(headers: Headers, policy: OriginPolicy): boolean {
  const origin = headers.get('origin');
  if (origin === null) {
    const site = headers.get('sec-fetch-site');
    return site === null || site === 'same-origin' || site === 'none';
  }
  if (origin === policy.publicUrl) return true;
  const from = URL.parse(origin);
  if (!from || from.host !== headers.get('host')?.toLowerCase()) return false;
  const name = from.hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || name === policy.host.toLowerCase();
}

/** The access token of a request for a room; undefined elsewhere, so that no other address takes one. */
export const roomToken = (path: string, token: string | undefined): string | undefined =>
  path.startsWith('/rooms/') ? token : undefined;

/** Refuses writes and socket handshakes of other sites. */
export function checkOrigin(policy: OriginPolicy): MiddlewareHandler {
  return async (c, next) => {
    const reads = c.req.method === 'GET' || c.req.method === 'HEAD';
    // a room opened with a token takes no cookie: a page that has the token needs nobody's browser
    if (reads && roomToken(c.req.path, c.req.query('token')) !== undefined) return next();
    if (reads && c.req.header('upgrade') === undefined) return next();
    if (originAllowed(c.req.raw.headers, policy)) return next();
    return failure(
      c,
      403,
      'origin-not-allowed',
      'This address is not the relay’s own. Set PUBLIC_URL to the address people use.',
    );
  };
}

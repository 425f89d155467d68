import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import { networks } from '../networks.ts';

/** The address that limits are counted by. */
export type ClientAddress = (c: Context) => string;

/**
 * Behind a proxy on the same machine or in `trustedProxies` it is the last entry of `X-Forwarded-For`, the one the proxy
 * itself wrote; from anywhere else the header is a stranger's claim and is ignored.
 */
export function createClientAddress(trustedProxies: readonly string[] = []): ClientAddress {
  const trusted = networks(['127.0.0.0/8', '::1', ...trustedProxies])!;
  return (c) => {
    const env = c.env as { incoming?: unknown } | undefined;
    const remote = env?.incoming ? getConnInfo(c).remote.address : undefined; // absent where a test calls without a socket
    if (remote !== undefined && !trusted.check(remote, isIP(remote) === 6 ? 'ipv6' : 'ipv4')) return remote;
    const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
    return forwarded || (remote ?? 'local');
  };
}

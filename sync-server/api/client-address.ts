import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address limits are counted by. Behind a proxy on the same machine that is the last entry of `X-Forwarded-For`, the
 * one the proxy itself wrote; from anywhere else the header is a stranger's claim and is ignored.
 */
export function clientAddress(c: Context): string {
  const env = c.env as { incoming?: unknown } | undefined;
  const remote = env?.incoming ? getConnInfo(c).remote.address : undefined; // absent where a test calls without a socket
  if (remote !== undefined && !/^(::1|(::ffff:)?127\.)/.test(remote)) return remote;
  const forwarded = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim();
  return forwarded || (remote ?? 'local');
}

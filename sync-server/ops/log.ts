import type { MiddlewareHandler } from 'hono';
import { pino, type DestinationStream, type Logger } from 'pino';
import type { AppEnv } from '../api/env.ts';
import type { LogLevel } from '../config.ts';

/**
 * Structured logs (one JSON object a line). What must never be in one: passwords, cookies, session tokens, invitation
 * ids, contents of records. Nothing here logs headers or bodies; `redact` is the second wall for those who forget.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    redact: [
      'password',
      'cookie',
      'token',
      'secret',
      'headers',
      '*.password',
      '*.cookie',
      '*.token',
      '*.secret',
      '*.headers',
    ],
  };
  return destination ? pino(options, destination) : pino(options);
}

/** One line for each request, without its query; an invitation's id is a secret and left out. */
export function logRequests(log: Logger, now: () => number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = now();
    await next();
    const path = c.req.path.replace(/(\/(?:invite|invitations)\/)[^/]+/, '$1…').slice(0, 200);
    const line = { id: c.var.requestId, method: c.req.method, path, status: c.res.status, ms: now() - startedAt };
    if (c.res.status >= 500) log.error(line, 'request');
    else log.debug(line, 'request');
  };
}

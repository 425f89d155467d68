import type { RequestIdVariables } from 'hono/request-id';
import type { LiveSession } from '../auth/accounts.ts';

/** What middleware leaves for handlers. */
export interface AppEnv {
  Variables: RequestIdVariables & { session: LiveSession };
}

import { Hono } from 'hono';
import type { Accounts } from '../auth/accounts.ts';
import type { Status } from '../metrics/status.ts';
import type { People } from '../people/people.ts';
import type { AppEnv } from './env.ts';
import { settingsOnly } from './settings-only.ts';

export interface SyncStatusRoute {
  readonly accounts: Pick<Accounts, 'session'>;
  readonly people: () => People | undefined;
  readonly status: Pick<Status, 'forAdministrators'>;
}

/** GET /: how the sync fares (`core/sync-status`), for those with the settings right. */
export function syncStatusRoute({ accounts, people, status }: SyncStatusRoute): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/', settingsOnly(accounts, people), async (c) =>
    c.json(await status.forAdministrators(c.var.session.account.workspaceId)),
  );
  return routes;
}

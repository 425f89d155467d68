import { Hono } from 'hono';
import type { Logger } from 'pino';
import { createView } from '#core/access/access.ts';
import { isId } from '#core/kit/ids.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { People } from '../people/people.ts';
import type { Erasure, StorePort } from '../store/port.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';
import { settingsOnly } from './settings-only.ts';

export interface ErasureRoutes {
  readonly accounts: Pick<Accounts, 'session'>;
  readonly people: () => People | undefined;
  readonly store: Pick<StorePort, 'erase' | 'record'>;
  readonly onErased: (workspaceId: string, id: string, erasure: Erasure) => void;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * DELETE /:recordId: erases a record for good (L7), for those with the settings right who may see it. What is left says
 * who did it and when, and nothing of what it held. 404 where there is no such record.
 */
export function erasureRoutes({ accounts, people, store, onErased, now, log }: ErasureRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.delete('/:recordId', settingsOnly(accounts, people), async (c) => {
    const { id: user, workspaceId } = c.var.session.account;
    const id = c.req.param('recordId');
    const record = isId(id) ? await store.record(workspaceId, id) : undefined;
    if (record && !record.ok) return failure(c, 503, 'internal', 'The record could not be read.');
    const person = people()?.person(user);
    if (!record?.value || !person || !createView(person).sees(record.value.partition)) {
      return failure(c, 404, 'not-found', 'There is no such record.');
    }
    const erased = await store.erase(workspaceId, id, user, now());
    if (!erased.ok) {
      log.error({ id: c.var.requestId, record: id, error: erased.error }, 'record not erased');
      return failure(c, 503, 'internal', 'The record could not be erased.', { id: c.var.requestId });
    }
    if (!erased.value) return failure(c, 404, 'not-found', 'There is no such record.');
    log.info({ id: c.var.requestId, user, workspace: workspaceId, record: id, seq: erased.value.seq }, 'record erased');
    onErased(workspaceId, id, erased.value);
    return c.json({ ok: true });
  });
  return routes;
}

import { Hono } from 'hono';
import { createView } from '#core/access/access.ts';
import { HISTORY_PAGE, type HistoryPage } from '#core/history/history.ts';
import { isId } from '#core/kit/ids.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { People } from '../people/people.ts';
import type { StorePort } from '../store/port.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';

export interface HistoryRoutes {
  readonly accounts: Pick<Accounts, 'session'>;
  readonly people: () => People | undefined;
  readonly store: Pick<StorePort, 'history' | 'record'>;
}

/**
 * GET /:recordId?before=<seq>: who changed what, newest first, a page at a time. Whoever may not see the record now is
 * told the same as of one that never was: 404.
 */
export function historyRoutes({ accounts, people, store }: HistoryRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.get('/:recordId', async (c) => {
    const session = await accounts.session(c.req.raw.headers);
    if (!session) return failure(c, 401, 'signed-out', 'Sign in first.');
    const { id: user, workspaceId } = session.account;
    const id = c.req.param('recordId');
    const asked = c.req.query('before') ?? String(Number.MAX_SAFE_INTEGER);
    const before = /^\d{1,16}$/.test(asked) ? Number(asked) : NaN;
    if (!Number.isSafeInteger(before)) return failure(c, 400, 'invalid', '`before` is the number of an entry.');
    const record = isId(id) ? await store.record(workspaceId, id) : undefined;
    if (record && !record.ok) return failure(c, 503, 'internal', 'The record could not be read.');
    const person = people()?.person(user);
    if (!record?.value || !person || !createView(person).sees(record.value.partition)) {
      return failure(c, 404, 'not-found', 'There is no such record.');
    }
    const found = await store.history(workspaceId, id, before, HISTORY_PAGE + 1);
    if (!found.ok) return failure(c, 503, 'internal', 'The history could not be read.', { id: c.var.requestId });
    const entries = found.value.slice(0, HISTORY_PAGE);
    const page: HistoryPage = found.value.length > HISTORY_PAGE ? { entries, next: entries.at(-1)!.seq } : { entries };
    return c.json(page);
  });
  return routes;
}

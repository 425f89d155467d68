import { Hono, type Context, type MiddlewareHandler } from 'hono';
import type { Logger } from 'pino';
import { personOf } from '#core/access/person.ts';
import {
  departmentInput,
  memberInput,
  previewInput,
  roleInput,
  type People as PeopleAnswer,
  type PeopleMember,
} from '#core/access/people-schemas.ts';
import { roleOf } from '#core/access/role.ts';
import type { Result } from '#core/kit/result.ts';
import type { Member } from '#core/record/workspace-data.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Attempts } from '../auth/attempts.ts';
import {
  planDepartment,
  planDepartmentRemoval,
  planMember,
  planRole,
  planRoleRemoval,
  type PeopleError,
  type Planned,
} from '../people/changes.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { Sockets } from '../ops/sockets.ts';
import type { Membership, People } from '../people/people.ts';
import type { StorePort } from '../store/port.ts';
import { readBody } from './body.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';
import { rateLimited } from './session-routes.ts';
import { settingsOnly } from './settings-only.ts';

export interface PeopleRoutes {
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly sockets: Pick<Sockets, 'closeSession'>;
  readonly people: () => People | undefined;
  readonly store: Pick<StorePort, 'countVisible'>;
  readonly log: Logger;
}

const MINUTE = 60_000;

/** Roles, departments, members and the preview of a rule; the calls are listed in `people-schemas.ts`. */
export function peopleRoutes({
  accounts,
  sessions,
  sockets,
  attempts,
  people,
  store,
  log,
}: PeopleRoutes): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const known = (): People => people()!; // the middleware found somebody in it
  const everybody = (c: Context<AppEnv>): Promise<Member[]> => accounts.members(c.var.session.account.workspaceId);
  const memberships = async (c: Context<AppEnv>): Promise<Membership[]> =>
    (await everybody(c)).map(({ id }) => known().membership(id));

  const limited: MiddlewareHandler<AppEnv> = async (c, next) => {
    const keys = [{ name: `people ${c.var.session.account.id}`, max: 240, windowMs: MINUTE }];
    const wait = await attempts.take(keys);
    return wait > 0 ? rateLimited(c, wait) : next();
  };
  const guards = [settingsOnly(accounts, people), limited] as const;

  /** Stores what was planned, says so in the log, and answers. */
  async function carryOut<T>(
    c: Context<AppEnv>,
    what: string,
    plan: Result<Planned<T>, PeopleError>,
    answer: (value: T) => Response | Promise<Response>,
  ): Promise<Response> {
    if (!plan.ok) {
      return failure(c, plan.error.type === 'unknown' ? 404 : 409, plan.error.type, 'The change was refused.');
    }
    const stored = await known().put(plan.value.rows);
    if (!stored.ok) {
      log.error({ id: c.var.requestId, error: stored.error }, 'people not stored');
      return stored.error.type === 'storage-full'
        ? failure(c, 507, 'storage-full', 'The relay has no room.')
        : failure(c, 500, 'internal', 'The change could not be stored.', { id: c.var.requestId });
    }
    log.info(
      { audit: what, by: c.var.session.account.id, id: c.var.requestId, rows: plan.value.rows },
      'people changed',
    );
    for (const { id, roleId, active } of await memberships(c)) {
      await accounts.grant(id, active && roleOf(known().state().roles, roleId).settings);
    }
    return answer(plan.value.answer);
  }

  routes.get('/people', ...guards, async (c) => {
    const { roles, departments } = known().state();
    return c.json({ roles, departments, members: (await everybody(c)).map(shown) } satisfies PeopleAnswer);
  });

  routes.post('/roles', ...guards, async (c) => {
    const body = await readBody(c, roleInput);
    if ('refused' in body) return body.refused;
    const plan = planRole(known().state(), await memberships(c), newId(), body.input, true);
    return carryOut(c, 'role.create', plan, (role) => c.json(role, 201));
  });
  routes.put('/roles/:id', ...guards, async (c) => {
    const body = await readBody(c, roleInput);
    if ('refused' in body) return body.refused;
    const plan = planRole(known().state(), await memberships(c), c.req.param('id'), body.input, false);
    return carryOut(c, 'role.edit', plan, (role) => c.json(role));
  });
  routes.delete('/roles/:id', ...guards, async (c) =>
    carryOut(c, 'role.remove', planRoleRemoval(known().state(), await memberships(c), c.req.param('id')), () =>
      c.json({ ok: true }),
    ),
  );

  routes.post('/departments', ...guards, async (c) => {
    const body = await readBody(c, departmentInput);
    if ('refused' in body) return body.refused;
    const plan = planDepartment(known().state(), await memberships(c), newId(), body.input, true);
    return carryOut(c, 'department.create', plan, (department) => c.json(department, 201));
  });
  routes.put('/departments/:id', ...guards, async (c) => {
    const body = await readBody(c, departmentInput);
    if ('refused' in body) return body.refused;
    const plan = planDepartment(known().state(), await memberships(c), c.req.param('id'), body.input, false);
    return carryOut(c, 'department.edit', plan, (department) => c.json(department));
  });
  routes.delete('/departments/:id', ...guards, async (c) =>
    carryOut(
      c,
      'department.remove',
      planDepartmentRemoval(known().state(), await memberships(c), c.req.param('id')),
      () => c.json({ ok: true }),
    ),
  );

  routes.patch('/members/:id', ...guards, async (c) => {
    const body = await readBody(c, memberInput);
    if ('refused' in body) return body.refused;
    const id = c.req.param('id');
    const plan = planMember(known().state(), await memberships(c), id, body.input);
    return carryOut(c, 'member.edit', plan, async () => {
      // whoever left keeps neither a session nor a copy (sync.md §5)
      if (body.input.active === false) {
        for (const token of await sessions.endAll(id, true)) sockets.closeSession(token);
      }
      return c.json(shown((await everybody(c)).find((member) => member.id === id)!));
    });
  });

  routes.post('/visibility/preview', ...guards, async (c) => {
    const body = await readBody(c, previewInput);
    if ('refused' in body) return body.refused;
    const { memberId, type, rule } = body.input;
    const membership = (await memberships(c)).find((member) => member.id === memberId);
    if (!membership) return failure(c, 404, 'unknown', 'There is no such member.');
    const { roles, departments } = known().state();
    const role = roleOf(roles, membership.roleId);
    const access = role.types[type];
    const visible = rule ?? access?.visible;
    const types = visible ? { [type]: { visible, rights: access?.rights ?? [] } } : {};
    const person = personOf(memberId, { ...role, types }, membership.departmentId, departments);
    const count = await store.countVisible(c.var.session.account.workspaceId, person, type);
    if (!count.ok) return failure(c, 500, 'internal', 'It could not be counted.', { id: c.var.requestId });
    return c.json({ count: count.value });
  });

  return routes;
}

const shown = ({ id, name, email, role, departmentId, active, joinedAt }: Member): PeopleMember => ({
  id,
  name,
  email,
  roleId: role,
  ...(departmentId === undefined ? {} : { departmentId }),
  active,
  joinedAt,
});

/** 10 random letters: enough for the roles and departments of one workspace. */
const newId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31]).join(
    '',
  );

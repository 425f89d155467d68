import { Hono, type Context } from 'hono';
import * as v from 'valibot';
import { idSchema } from '#core/access/people-schemas.ts';
import type { AcceptError, Accounts, InvitationState } from '../auth/accounts.ts';
import type { Attempts } from '../auth/attempts.ts';
import type { StoredInvitation } from '../auth/membership.ts';
import type { People } from '../people/people.ts';
import { readBody } from './body.ts';
import type { ClientAddress } from './client-address.ts';
import type { AppEnv } from './env.ts';
import { failure } from './failure.ts';
import { settingsOnly } from './settings-only.ts';
import { answerSignedIn, emailSchema, nameSchema, passwordSchema, rateLimited, signUpKeys } from './session-routes.ts';

const inviteSchema = v.object({
  email: emailSchema,
  role: idSchema,
  departmentId: v.optional(idSchema),
  name: v.optional(nameSchema),
});
const acceptSchema = v.object({ name: nameSchema, password: passwordSchema });

export interface InvitationRoutes {
  readonly accounts: Accounts;
  readonly attempts: Attempts;
  readonly clientAddress: ClientAddress;
  readonly people: () => People | undefined;
  readonly publicUrl: string | undefined;
  /** After somebody joined: the workspace document gets the new member. */
  readonly onJoin: (workspaceId: string) => Promise<void>;
}

const REFUSALS: Readonly<Record<AcceptError, readonly [404 | 409 | 410 | 400, string]>> = {
  unknown: [404, 'There is no such invitation.'],
  expired: [410, 'The invitation has expired; ask for a new one.'],
  used: [409, 'The invitation was used already; sign in.'],
  revoked: [410, 'The invitation was withdrawn.'],
  'email-taken': [409, 'There is an account with this mail address already; sign in.'],
  'weak-password': [400, 'The password is too short or too simple.'],
};

export function invitationRoutes(options: InvitationRoutes): Hono<AppEnv> {
  const { accounts, attempts, clientAddress, people, publicUrl, onJoin } = options;
  const routes = new Hono<AppEnv>();
  const adminOnly = settingsOnly(accounts, people);
  // without PUBLIC_URL a link leads to where the administrator is right now; the origin check has vouched for it
  const linkTo = (c: Context, id: string) =>
    `${publicUrl ?? c.req.header('origin') ?? new URL(c.req.url).origin}/invite/${id}`;
  const shown = (c: Context, invitation: StoredInvitation) => {
    const { id, email, role, departmentId, name, expiresAt, createdAt, invitedBy } = invitation;
    const more = { ...(departmentId ? { departmentId } : {}), ...(name ? { name } : {}) };
    return { id, url: linkTo(c, id), email, role, ...more, invitedBy, createdAt, expiresAt };
  };

  routes.post('/', adminOnly, async (c) => {
    const body = await readBody(c, inviteSchema);
    if ('refused' in body) return body.refused;
    const { account } = c.var.session;
    const { role, departmentId } = body.input;
    const known = people()?.state();
    if (!known?.roles.some((one) => one.id === role)) {
      return failure(c, 400, 'invalid', 'There is no such role.', { fields: { role: 'role-unknown' } });
    }
    if (departmentId !== undefined && !known.departments.some((one) => one.id === departmentId)) {
      return failure(c, 400, 'invalid', 'There is no such department.', {
        fields: { departmentId: 'department-unknown' },
      });
    }
    const made = await accounts.invitations.create(c.req.raw.headers, {
      ...body.input,
      workspaceId: account.workspaceId,
    });
    if (made.ok) return c.json(shown(c, made.value), 201);
    return made.error.type === 'already-member'
      ? failure(c, 409, 'already-member', 'Somebody with this mail address is a member already.')
      : failure(c, 400, made.error.type, 'The invitation could not be made.');
  });

  routes.get('/', adminOnly, async (c) => {
    const open = await accounts.invitations.open(c.var.session.account.workspaceId);
    return c.json({ invitations: open.map((invitation) => shown(c, invitation)) });
  });

  routes.delete('/:id', adminOnly, async (c) => {
    const done = await accounts.invitations.revoke(
      c.req.raw.headers,
      c.var.session.account.workspaceId,
      c.req.param('id'),
    );
    if (done.ok) return c.json({ ok: true });
    return failure(
      c,
      done.error.type === 'unknown' ? 404 : 409,
      done.error.type,
      'The invitation cannot be withdrawn.',
    );
  });

  // public: whoever holds the link may see whom it is for
  routes.get('/:id', async (c) => {
    const { state, invitation } = await accounts.invitations.look(c.req.param('id'));
    return c.json(look(state, invitation));
  });

  routes.post('/:id/accept', async (c) => {
    const body = await readBody(c, acceptSchema);
    if ('refused' in body) return body.refused;
    const keys = signUpKeys(clientAddress(c));
    const wait = await attempts.take(keys);
    if (wait > 0) return rateLimited(c, wait);
    const done = await accounts.invitations.accept(c.req.param('id'), body.input);
    if (!done.ok) {
      const [status, message] = REFUSALS[done.error.type];
      return failure(c, status, done.error.type, message);
    }
    await onJoin(done.value.account.workspaceId);
    return answerSignedIn(c, done.value, 201);
  });

  return routes;
}

const look = (state: InvitationState, invitation: StoredInvitation | undefined) => ({
  state,
  workspace: invitation?.workspaceName ?? '',
  email: invitation?.email ?? '',
  invitedBy: invitation?.invitedBy ?? '',
  ...(invitation?.name ? { name: invitation.name } : {}),
});

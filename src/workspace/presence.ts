import * as v from 'valibot';
import type { Awareness } from 'y-protocols/awareness';
import { isId } from '#core/kit/ids.ts';
import type { Presence } from '#ui/app-context.ts';

const stateSchema = v.object({
  user: v.object({ id: v.string(), name: v.string() }),
  viewing: v.optional(v.unknown()),
});

/** The others in the room, by connection. `user` is the relay's stamp; a state without one has not passed it. */
export function readPresence(awareness: Awareness): Presence[] {
  const present: Presence[] = [];
  for (const [connection, state] of awareness.getStates()) {
    if (connection === awareness.clientID) continue;
    const parsed = v.safeParse(stateSchema, state);
    if (!parsed.success) continue;
    const { user, viewing } = parsed.output;
    present.push({ connection, user: user.id, name: user.name, ...(isId(viewing) ? { viewing } : {}) });
  }
  return present.sort((a, b) => a.connection - b.connection);
}

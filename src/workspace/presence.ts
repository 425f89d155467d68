import * as v from 'valibot';
import type { Awareness } from 'y-protocols/awareness';
import { isId } from '#core/kit/ids.ts';
import type { Presence } from '#core/record/workspace-data.ts';

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
    const ids = Array.isArray(viewing) ? viewing : [viewing]; // one id: a build from before tabs shared a connection
    present.push({ connection, user: user.id, name: user.name, viewing: ids.filter((id) => isId(id)) });
  }
  return present.sort((a, b) => a.connection - b.connection);
}

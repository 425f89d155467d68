import { ok, type Result } from '#core/kit/result.ts';
import type { CommandError, Done } from '#data-worker/port.ts';
import type { Session } from './command.ts';
import type { Write } from './context.ts';
import { askAll, intentsOf } from './guards.ts';
import { stepsOf } from './undo-log.ts';

/** The common end of commands: ask guards about all writes at once, commit all or nothing, remember the undo. */
export async function write(session: Session, writes: readonly Write[]): Promise<Result<Done, CommandError>> {
  const { context, undo } = session;
  const needed = writes.filter((w) => Object.keys(w.changes).length > 0);
  if (needed.length === 0) return ok({ ids: [], undo: undo.add([]) });
  const allowed = await askAll(context, intentsOf(context, needed));
  if (!allowed.ok) return allowed;
  const before = await context.commit(needed);
  if (!before.ok) return before;
  return ok({ ids: needed.map((w) => w.id), undo: undo.add(stepsOf(needed, before.value)) });
}

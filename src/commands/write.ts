import { ok, type Result } from '#core/kit/result.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { CommandError, Done } from '#data-worker/port.ts';
import type { Session } from './command.ts';
import type { Write } from './context.ts';
import { askAll, intentsOf } from './guards.ts';
import { stepsOf, type Step } from './undo-log.ts';

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

/**
 * The end of commands over many records: the same in packs of 512, so that ten thousand neither block the device nor
 * fill one message. Storage that fails on the way leaves whole packs written; running the command again
 * goes on with the rest. Stopped by who watches it, it gives what was written, with one undo for that.
 */
export async function writeMany(session: Session, writes: readonly Write[]): Promise<Result<Done, CommandError>> {
  if (writes.length <= LIMITS.pushChanges) return write(session, writes);
  const { context, undo, watch } = session;
  const needed = writes.filter((w) => Object.keys(w.changes).length > 0);
  const allowed = await askAll(context, intentsOf(context, needed));
  if (!allowed.ok) return allowed;
  const steps: Step[] = [];
  for (let at = 0; at < needed.length; at += LIMITS.pushChanges) {
    if (watch?.stopped()) break;
    watch?.progress(at, needed.length);
    const pack = needed.slice(at, at + LIMITS.pushChanges);
    const before = await context.commit(pack);
    if (!before.ok) return before;
    steps.push(...stepsOf(pack, before.value));
  }
  return ok({ ids: steps.map((step) => step.id), undo: undo.add(steps) });
}

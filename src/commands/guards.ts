import { idType } from '#core/kit/ids.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import type { CommandError, GuardAnswer, GuardIntent } from '#data-worker/port.ts';
import type { CommandContext, Write } from './context.ts';
import { patchOf } from './keys.ts';

export type Denied = Extract<CommandError, { type: 'denied' }>;

/** Asks once with all intents; the first denial is the command's. */
export async function askAll(context: CommandContext, intents: readonly GuardIntent[]): Promise<Result<void, Denied>> {
  const answers = await context.ask(intents);
  for (let i = 0; i < intents.length; i++) {
    const denied = denialOf(answers[i]);
    if (denied) return err(denied);
  }
  return ok(undefined);
}

/** A missing answer denies, like a late one. */
export function denialOf(answer: GuardAnswer | undefined): Denied | undefined {
  if (answer?.allow === true) return undefined;
  if (!answer) return { type: 'denied', reason: 'no-answer' };
  return { type: 'denied', reason: answer.reason, plugin: answer.plugin };
}

/** What writes mean to guards: removals (to the bin or for good) by record type, each other write as a save. */
export function intentsOf(context: CommandContext, writes: readonly Write[]): GuardIntent[] {
  const removed = new Map<string, string[]>();
  const intents: GuardIntent[] = [];
  for (const { id, changes, create } of writes) {
    const type = idType(id);
    if (changes[SYSTEM_KEYS.deletedAt] != null || changes[SYSTEM_KEYS.discarded] === true) {
      const ids = removed.get(type);
      if (ids) ids.push(id);
      else removed.set(type, [id]);
    } else if (create) intents.push(creation(type, changes));
    else intents.push({ on: 'record.save', type, id, patch: patchOf(changes, context.row(id)) });
  }
  for (const [type, ids] of removed) intents.push({ on: 'record.remove', type, ids });
  return intents;
}

/** Imports ask about 100,000 of these, mostly nobody: the patch is put together when somebody reads it. */
const creation = (type: string, changes: Write['changes']): GuardIntent => ({
  on: 'record.save',
  type,
  get patch() {
    return patchOf(changes);
  },
});

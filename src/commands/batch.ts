import { mergesOf } from '#core/contact/merged.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { RECORD_TYPES, SYSTEM_KEYS } from '#core/record/row.ts';
import type { CommandError, GuardIntent } from '#data-worker/port.ts';
import type { CommandContext } from './context.ts';
import { askAll } from './guards.ts';

/** The batch of sample data; every record of it carries it, so that all of it goes in one click. */
export const SAMPLE_BATCH = 'sample';

/**
 * Discards all records of a batch, on whatever device they were made, in transactions of 512. A company that contacts
 * outside the batch refer to by now stays. `count` = contacts discarded; run again after a storage error, it goes on
 * with the rest.
 */
export async function discardBatch(
  context: CommandContext,
  batch: string,
): Promise<Result<{ readonly count: number }, CommandError>> {
  const inBatch = { field: SYSTEM_KEYS.batch, op: 'is', value: batch };
  const live = (id: string) => context.row(id)?.values[SYSTEM_KEYS.discarded] !== true;
  const idsByType = new Map(RECORD_TYPES.map((type) => [type, context.find(type, inBatch).filter(live)] as const));
  // a contact that stands for one of outside the batch, which was merged into it, stays as well
  const holdsOthers = (id: string) =>
    mergesOf(context.row(id)?.values ?? {}).some(({ from }) => context.row(from)?.values[SYSTEM_KEYS.batch] !== batch);
  idsByType.set(
    'contact',
    (idsByType.get('contact') ?? []).filter((id) => !holdsOthers(id)),
  );
  const companies = idsByType.get('company') ?? [];
  if (companies.length > 0) {
    const used = usedElsewhere(context, batch, companies);
    idsByType.set(
      'company',
      companies.filter((id) => !used.has(id)),
    );
  }
  const intents: GuardIntent[] = [];
  for (const [type, ids] of idsByType) if (ids.length > 0) intents.push({ on: 'record.remove', type, ids });
  const allowed = await askAll(context, intents);
  if (!allowed.ok) return allowed;
  // contacts first: stopped half-way, no contact refers to a company that is gone
  for (const ids of idsByType.values()) {
    for (let at = 0; at < ids.length; at += LIMITS.pushChanges) {
      const writes = ids
        .slice(at, at + LIMITS.pushChanges)
        .map((id) => ({ id, changes: { [SYSTEM_KEYS.discarded]: true } }));
      const done = await context.commit(writes);
      if (!done.ok) return done;
    }
  }
  return ok({ count: idsByType.get('contact')?.length ?? 0 });
}

function usedElsewhere(context: CommandContext, batch: string, companies: readonly string[]): ReadonlySet<string> {
  const used = new Set<string>();
  for (const id of context.find('contact', { field: 'companyId', op: 'in', value: companies })) {
    const { batch: its, discarded, companyId } = context.row(id)?.values ?? {};
    if (its !== batch && discarded !== true && typeof companyId === 'string') used.add(companyId);
  }
  return used;
}

import { MERGED_INTO, mergedInto, mergeItem, MERGES, mergesOf, type Merge } from '#core/contact/merged.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { itemKey, keyField, type Changes, type Row } from '#core/record/row.ts';
import * as v from 'valibot';
import { notFound, recordId, type Command } from '../command.ts';
import { findRow } from '../find-rows.ts';
import { holds, itemsOf } from '../keys.ts';
import { write } from '../write.ts';

/**
 * Undoes a merge, at any time, on any device ("Hoàn tác gộp"): the other contact is there again as it was, and the one
 * that stayed gets back what the merge replaced where it still says what the merge wrote. Later edits stay.
 */
export const unmergeContact: Command<'contact.unmerge'> = {
  input: v.strictObject({ id: recordId, from: recordId }),
  rights: () => ['edit'],
  async run(session, { id, from }) {
    const { context } = session;
    const kept = findRow(context, 'contact', id);
    if (!kept.ok) return kept;
    const gone = findRow(context, 'contact', from);
    if (!gone.ok) return gone;
    const changes = unmergeChanges(kept.value, from, (one) => context.row(one));
    if (!changes) return notFound;
    const isInto = mergedInto(from, gone.value.values) === id;
    return write(session, [
      { id, changes },
      { id: from, changes: isInto ? { [MERGED_INTO]: null } : {} },
    ]);
  },
};

/** What the contact that stayed gets back; undefined where the other was not merged into it. */
function unmergeChanges(kept: Row, from: RecordId, rowOf: (id: RecordId) => Row | undefined): Changes | undefined {
  const all = mergesOf(kept.values);
  // two people merged the same two at once: there are two of them
  const undone = all.filter((merge) => merge.from === from);
  if (undone.length === 0) return undefined;
  const others = all.filter((merge) => merge.from !== from);
  const amended = new Map<Merge, Pick<Merge, 'wrote' | 'before'>>();
  const amend = (merge: Merge, key: string, part: { wrote?: Json; before: Json }) => {
    const now = amended.get(merge) ?? merge;
    amended.set(merge, {
      wrote: part.wrote === undefined ? now.wrote : { ...now.wrote, [key]: part.wrote },
      before: { ...now.before, [key]: part.before },
    });
  };

  const changes: Record<string, Json> = {};
  for (const key of new Set(undone.flatMap(({ wrote }) => Object.keys(wrote)))) {
    const those = undone.filter(({ wrote }) => key in wrote);
    const [first] = those as [Merge, ...Merge[]];
    const before = first.before[key] ?? null;
    // a later merge replaced what this one wrote: undone some day, it goes back to what was before both
    const heir = others.find(
      (other) =>
        other.at >= first.at &&
        key in other.wrote &&
        those.some(({ wrote }) => jsonEqual(other.before[key] ?? null, wrote[key])),
    );
    if (heir) {
      amend(heir, key, { before });
      continue;
    }
    const stands = those.find(({ wrote }) => holds(kept, key, wrote[key]!));
    if (!stands) continue;
    // another contact that was merged had this number too, and did not have to bring it
    const needing =
      before === null ? others.find((other) => hasItem(rowOf(other.from), key, stands.wrote[key]!)) : undefined;
    if (needing) amend(needing, key, { wrote: stands.wrote[key]!, before });
    else changes[key] = before;
  }
  for (const { id } of undone) changes[itemKey(MERGES, id)] = null;
  for (const [merge, part] of amended) changes[itemKey(MERGES, merge.id)] = mergeItem({ ...merge, ...part });
  return changes;
}

function hasItem(row: Row | undefined, key: string, wrote: Json): boolean {
  if (!key.includes('/')) return false;
  const { value } = (wrote ?? {}) as { readonly value?: unknown };
  return itemsOf(row, keyField(key)).some((item) => item.value === value);
}

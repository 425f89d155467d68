import { MERGED_INTO, mergedInto, mergeItem, MERGES } from '#core/contact/merged.ts';
import { newId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { FieldDef } from '#core/record/field.ts';
import { itemKey, SYSTEM_KEYS, type Changes, type Row } from '#core/record/row.ts';
import * as v from 'valibot';
import { notFound, recordId, type Command } from '../command.ts';
import { findRow } from '../find-rows.ts';
import { changesOf, isCollection } from '../form-changes.ts';
import { itemsOf, itemValue, keyValue } from '../keys.ts';
import { missingItems } from '../union-items.ts';
import { write } from '../write.ts';

/**
 * Makes one contact of two, in one transaction. The older one stays, under its address and with its history; it gets the
 * numbers and addresses it lacks and the values of the fields in `take` from the younger, which from then on stands for
 * it nowhere and keeps all it had (ADR 14). What was replaced is kept in the record: `contact.unmerge` undoes it.
 */
export const mergeContacts: Command<'contact.merge'> = {
  input: v.strictObject({
    ids: v.tuple([recordId, recordId]),
    take: v.pipe(v.array(v.pipe(v.string(), v.maxLength(200))), v.maxLength(1000)),
  }),
  rights: () => ['edit'],
  async run(session, { ids, take }) {
    const { context } = session;
    const [first, second] = ids[0] < ids[1] ? ids : [ids[1], ids[0]];
    const kept = findRow(context, 'contact', first);
    if (!kept.ok) return kept;
    const gone = findRow(context, 'contact', second);
    if (!gone.ok) return gone;
    if (first === second || !isThere(kept.value) || !isThere(gone.value)) return notFound;

    const at = context.now();
    const wrote = mergeChanges(context.fields('contact'), kept.value, gone.value, { take: new Set(take), nowMs: at });
    const before = Object.fromEntries(Object.keys(wrote).map((key) => [key, keyValue(kept.value, key)]));
    const merge = mergeItem({ from: second, at, by: context.user, wrote, before });
    return write(session, [
      { id: first, changes: { ...wrote, [itemKey(MERGES, newId('merge', at))]: merge } },
      { id: second, changes: { [MERGED_INTO]: first } },
    ]);
  },
};

const isThere = ({ id, values }: Row): boolean =>
  values[SYSTEM_KEYS.deletedAt] === undefined && mergedInto(id, values) === undefined;

/** What the contact that stays gets. */
function mergeChanges(
  fields: readonly FieldDef[],
  kept: Row,
  gone: Row,
  { take, nowMs }: { readonly take: ReadonlySet<string>; readonly nowMs: number },
): Changes {
  const values: Record<string, Json> = {};
  const items: Record<string, Json> = {};
  for (const field of fields) {
    if (isCollection(field)) {
      for (const item of missingItems(field, itemsOf(kept, field.id), itemsOf(gone, field.id)))
        items[itemKey(field.id, mergedItemId(gone.id, item.id))] = itemValue(item);
    } else if (take.has(field.id)) {
      const value = gone.values[field.id] ?? null;
      if (value !== null || !field.required) values[field.id] = value;
    }
  }
  return { ...changesOf(fields, values, { row: kept, nowMs }), ...items };
}

/** The same on every device, so that two people who merge the same two offline add one item; behind all others (`m`). */
const mergedItemId = (gone: string, item: string): string => `m${gone.slice(gone.lastIndexOf('_') + 1)}${item}`;

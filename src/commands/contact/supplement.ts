import { PARTITION_FIELDS } from '#core/access/partition.ts';
import type { Json } from '#core/kit/json.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { SYSTEM_KEYS, type Changes, type Item, type Row } from '#core/record/row.ts';
import type { FormValues } from '#data-worker/port.ts';
import * as v from 'valibot';
import { checkValues, isEmpty } from '../check-values.ts';
import { formValues, invalid, notFound, recordId, type Command, type Invalid } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { findRow } from '../find-rows.ts';
import { changesOf, isCollection } from '../form-changes.ts';
import { itemsOf } from '../keys.ts';
import { missingItems } from '../union-items.ts';
import { write } from '../write.ts';

/**
 * Adds what was typed for a new contact to the one that is there already (D15): empty fields are filled, numbers and
 * addresses it lacks are added, and nothing it says is changed. Whose it is stays as it is.
 */
export const supplementContact: Command<'contact.supplement'> = {
  input: v.strictObject({ id: recordId, values: formValues }),
  rights: () => ['edit'],
  async run(session, { id, values }) {
    const found = findRow(session.context, 'contact', id);
    if (!found.ok) return found;
    if (found.value.values[SYSTEM_KEYS.deletedAt] !== undefined) return notFound;
    const added = supplementOf(session.context, found.value, values);
    return added.ok ? write(session, [{ id, changes: added.value }]) : added;
  },
};

/** What these values add to a contact. */
export function supplementOf(context: CommandContext, row: Row, given: FormValues): Result<Changes, Invalid> {
  const fields = context.fields('contact');
  const open = fields.filter(
    (field) =>
      Object.hasOwn(given, field.id) &&
      !isEmpty(given[field.id]!) &&
      !(PARTITION_FIELDS as readonly string[]).includes(field.id) &&
      (isCollection(field) || isEmpty(row.values[field.id] ?? null)),
  );
  const checked = checkValues(context, 'contact', Object.fromEntries(open.map((f) => [f.id, given[f.id]!])), {
    id: row.id,
    values: {},
    updatedAt: 0,
  });
  if (!checked.ok) return invalid(checked.error.fields);
  const values: Record<string, Json> = { ...checked.value };
  for (const field of open.filter(isCollection)) {
    const mine = itemsOf(row, field.id);
    const more = missingItems(field, mine, (values[field.id] ?? []) as unknown as readonly Item[]);
    values[field.id] = [...mine, ...more] as unknown as Json;
  }
  return ok(changesOf(fields, values, { row, nowMs: context.now() }));
}

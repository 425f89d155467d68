import * as v from 'valibot';
import { checkValues } from '../check-values.ts';
import { formValues, invalid, recordId, type Command } from '../command.ts';
import { findRow } from '../find-rows.ts';
import { changesOf } from '../form-changes.ts';
import { write } from '../write.ts';

/** Changes the given fields, and of those only what differs; an edit that changes nothing writes nothing (`ids: []`). */
export const editContact: Command<'contact.edit'> = {
  input: v.strictObject({ id: recordId, values: formValues }),
  rights: () => ['edit'],
  async run(session, input) {
    const { context } = session;
    const row = findRow(context, 'contact', input.id);
    if (!row.ok) return row;
    const checked = checkValues(context, 'contact', input.values, row.value);
    if (!checked.ok) return invalid(checked.error.fields);
    const edited = { row: row.value, nowMs: context.now() };
    return write(session, [{ id: input.id, changes: changesOf(context.fields('contact'), checked.value, edited) }]);
  },
};

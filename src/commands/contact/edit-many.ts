import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { formValues, recordIds, type Command } from '../command.ts';
import { changeMany } from '../change-many.ts';

/** The same values in many contacts: one command, one undo. Those in the recycle bin stay as they are. */
export const editContacts: Command<'contact.edit-many'> = {
  input: v.strictObject({ ids: recordIds, values: formValues }),
  rights: ({ ids }) => (ids.length > 1 ? ['edit', 'bulk'] : ['edit']),
  run: (session, { ids, values }) =>
    changeMany(session, 'contact', ids, values, (row) => row.values[SYSTEM_KEYS.deletedAt] === undefined),
};

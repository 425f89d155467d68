import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { changeMany } from '../change-many.ts';
import { formValues, recordIds, type Command } from '../command.ts';

/** The same values in many leads: one command, one undo. Converted ones and those in the recycle bin stay as they are. */
export const editLeads: Command<'lead.edit-many'> = {
  input: v.strictObject({ ids: recordIds, values: formValues }),
  type: 'lead',
  rights: ({ ids }) => (ids.length > 1 ? ['edit', 'bulk'] : ['edit']),
  run: (session, { ids, values }) =>
    changeMany(session, 'lead', ids, values, (row) => row.values[SYSTEM_KEYS.deletedAt] === undefined),
};

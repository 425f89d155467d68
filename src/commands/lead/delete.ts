import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { putInBin } from '../recycle.ts';

/** To the recycle bin, converted ones too: the contact stays. */
export const deleteLead: Command<'lead.delete'> = {
  input: v.strictObject({ ids: recordIds }),
  type: 'lead',
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  run: (session, { ids }) => putInBin(session, 'lead', ids),
};

import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { putInBin } from '../recycle.ts';

/** To the recycle bin (B36). */
export const deleteContact: Command<'contact.delete'> = {
  input: v.strictObject({ ids: recordIds }),
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  run: (session, { ids }) => putInBin(session, 'contact', ids),
};

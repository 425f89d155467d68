import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { takeFromBin } from '../recycle.ts';

/** Out of the recycle bin (B36). */
export const restoreContact: Command<'contact.restore'> = {
  input: v.strictObject({ ids: recordIds }),
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  run: (session, { ids }) => takeFromBin(session, 'contact', ids),
};

import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { takeFromBin } from '../recycle.ts';

/** Out of the recycle bin. */
export const restoreLead: Command<'lead.restore'> = {
  input: v.strictObject({ ids: recordIds }),
  type: 'lead',
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  run: (session, { ids }) => takeFromBin(session, 'lead', ids),
};

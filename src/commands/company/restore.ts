import * as v from 'valibot';
import { recordId, type Command } from '../command.ts';
import { takeFromBin } from '../recycle.ts';

/** Out of the recycle bin; its contacts' links come back with it, where nobody has written them since (P6). */
export const restoreCompany: Command<'company.restore'> = {
  input: v.strictObject({ id: recordId }),
  type: 'company',
  rights: () => ['delete'],
  run: (session, { id }) => takeFromBin(session, 'company', [id]),
};

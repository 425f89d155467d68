import * as v from 'valibot';
import { recordId, type Command } from '../command.ts';
import { putInBin } from '../recycle.ts';

/**
 * To the recycle bin (D30). No contact is deleted with it: they show no company from now on, and the relay takes the link
 * off every one of them, those this person does not see as well (P6). Undoing it, or `company.restore`, brings the
 * company back, and the relay the links.
 */
export const deleteCompany: Command<'company.delete'> = {
  input: v.strictObject({ id: recordId }),
  type: 'company',
  rights: () => ['delete'],
  run: (session, { id }) => putInBin(session, 'company', [id]),
};

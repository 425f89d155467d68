import * as v from 'valibot';
import { formValues, recordId, type Command } from '../command.ts';
import { editByForm } from '../save-form.ts';

/** Changes the given fields of a contact (D20). */
export const editContact: Command<'contact.edit'> = {
  input: v.strictObject({ id: recordId, values: formValues }),
  rights: () => ['edit'],
  run: (session, input) => editByForm(session, 'contact', input),
};

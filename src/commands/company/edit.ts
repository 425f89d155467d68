import * as v from 'valibot';
import { formValues, recordId, type Command } from '../command.ts';
import { editByForm } from '../save-form.ts';

/** Changes the given fields of a company (D29). */
export const editCompany: Command<'company.edit'> = {
  input: v.strictObject({ id: recordId, values: formValues }),
  type: 'company',
  rights: () => ['edit'],
  run: (session, input) => editByForm(session, 'company', input),
};

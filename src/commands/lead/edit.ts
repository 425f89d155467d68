import * as v from 'valibot';
import { formValues, recordId, type Command } from '../command.ts';
import { editByForm } from '../save-form.ts';

/** Changes the given fields of a lead that was not converted (C26). */
export const editLead: Command<'lead.edit'> = {
  input: v.strictObject({ id: recordId, values: formValues }),
  type: 'lead',
  rights: () => ['edit'],
  run: (session, input) => editByForm(session, 'lead', input),
};

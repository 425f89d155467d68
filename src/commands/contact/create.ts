import * as v from 'valibot';
import { formValues, type Command } from '../command.ts';
import { createFromForm } from '../save-form.ts';

/** Makes a customer contact (A19–A21, B2). */
export const createContact: Command<'contact.create'> = {
  input: v.strictObject({ values: formValues }),
  rights: () => ['create'],
  run: (session, { values }) => createFromForm(session, 'contact', { ...values, source: values.source ?? 'system' }),
};

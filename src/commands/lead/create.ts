import { LEAD_STATUS, NEW_LEAD } from '#core/lead/lead.ts';
import * as v from 'valibot';
import { formValues, type Command } from '../command.ts';
import { createFromForm } from '../save-form.ts';

/** Makes a lead (C24): a new one, unless the form says how far one has come. */
export const createLead: Command<'lead.create'> = {
  input: v.strictObject({ values: formValues }),
  type: 'lead',
  rights: () => ['create'],
  run: (session, { values }) =>
    createFromForm(session, 'lead', {
      ...values,
      [LEAD_STATUS]: values[LEAD_STATUS] ?? NEW_LEAD,
      source: values.source ?? 'system',
    }),
};

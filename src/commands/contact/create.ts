import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { checkValues } from '../check-values.ts';
import { formValues, invalid, type Command } from '../command.ts';
import { changesOf } from '../form-changes.ts';
import { write } from '../write.ts';

/** Makes a customer contact (A19–A21, B2): every required field, one message per field. */
export const createContact: Command<'contact.create'> = {
  input: v.strictObject({ values: formValues }),
  rights: () => ['create'],
  async run(session, input) {
    const { context } = session;
    const checked = checkValues(context, 'contact', { ...input.values, source: input.values.source ?? 'system' });
    if (!checked.ok) return invalid(checked.error.fields);
    const changes = {
      ...changesOf(context.fields('contact'), checked.value),
      [SYSTEM_KEYS.createdBy]: context.user,
    };
    return write(session, [{ id: context.newId('contact'), changes, create: true }]);
  },
};

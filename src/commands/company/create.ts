import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { checkValues } from '../check-values.ts';
import { formValues, invalid, type Command } from '../command.ts';
import { changesOf } from '../form-changes.ts';
import { write } from '../write.ts';

/** Makes a company. Two of one name are legal: whether they are one is a question for merging (P7). */
export const createCompany: Command<'company.create'> = {
  input: v.strictObject({ values: formValues }),
  async run(session, input) {
    const { context } = session;
    const checked = checkValues(context, 'company', input.values);
    if (!checked.ok) return invalid(checked.error.fields);
    const changes = {
      ...changesOf(context.fields('company'), checked.value),
      [SYSTEM_KEYS.createdBy]: context.user,
    };
    return write(session, [{ id: context.newId('company'), changes, create: true }]);
  },
};

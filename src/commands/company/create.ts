import type { FormValues } from '#data-worker/port.ts';
import * as v from 'valibot';
import { formValues, type Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { createFromForm } from '../save-form.ts';

/**
 * Makes a company (D27). It is the creator's and of their department unless the form says otherwise: where people see
 * their own companies only, one that is nobody's would be refused. Two of one name are legal: whether they are one is a
 * question for merging (P7).
 */
export const createCompany: Command<'company.create'> = {
  input: v.strictObject({ values: formValues }),
  type: 'company',
  rights: () => ['create'],
  run: (session, { values }) => createFromForm(session, 'company', { ...creatorsOwn(session.context), ...values }),
};

/** Nothing where the device does not know its person yet. */
function creatorsOwn({ user, workspace, directory }: CommandContext): FormValues {
  const me = workspace.members.find((member) => member.id === user);
  if (!me) return {};
  const departmentId = me.departmentId;
  const known = departmentId !== undefined && directory.departmentName(departmentId) !== undefined;
  return { ownerId: user, ...(known && { departmentId }) };
}

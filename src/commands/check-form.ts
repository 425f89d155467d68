import { contactProblems } from '#core/contact/contact-rules.ts';
import { jsonEqual } from '#core/kit/json.ts';
import { err } from '#core/kit/result.ts';
import type { RecordType, Row } from '#core/record/row.ts';
import type { FormValues } from '#data-worker/port.ts';
import { checkValues } from './check-values.ts';
import type { CommandContext } from './context.ts';

/** The values of a form: each by its field, and then those that must go together (C18, C20). */
export function checkForm(
  context: CommandContext,
  type: RecordType,
  given: FormValues,
  row?: Row,
): ReturnType<typeof checkValues> {
  const checked = checkValues(context, type, given, row);
  if (!checked.ok || type === 'company') return checked;
  const { value } = checked;
  const before = row?.values ?? {};
  const touched = (id: string) => id in value && !jsonEqual(value[id], before[id] ?? null);
  const problems = contactProblems({ ...before, ...value }, touched);
  if (problems.length === 0) return checked;
  return err({ type: 'invalid', fields: problems.map(({ field, error }) => ({ field, error: { ...error } })) });
}

import type { RecordId } from '#core/kit/ids.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { SYSTEM_KEYS, type RecordType } from '#core/record/row.ts';
import type { CommandError, Done, FormValues } from '#data-worker/port.ts';
import { checkForm } from './check-form.ts';
import { invalid, type Invalid, type Session } from './command.ts';
import type { CommandContext, Write } from './context.ts';
import { findEditable } from './find-rows.ts';
import { changesOf } from './form-changes.ts';
import { write } from './write.ts';

/** Makes a record of what a form says: every required field, one message per field (A21). */
export async function createFromForm(
  session: Session,
  type: RecordType,
  values: FormValues,
): Promise<Result<Done, CommandError>> {
  const made = newRecord(session.context, type, values);
  return made.ok ? write(session, [made.value]) : made;
}

/** The write that makes it. */
export function newRecord(context: CommandContext, type: RecordType, values: FormValues): Result<Write, Invalid> {
  const checked = checkForm(context, type, values);
  if (!checked.ok) return invalid(checked.error.fields);
  const changes = {
    ...changesOf(context.fields(type), checked.value),
    [SYSTEM_KEYS.createdBy]: context.user,
  };
  return ok({ id: context.newId(type), changes, create: true });
}

/** Changes the given fields, and of those only what differs; an edit that changes nothing writes nothing (`ids: []`). */
export async function editByForm(
  session: Session,
  type: RecordType,
  { id, values }: { readonly id: RecordId; readonly values: FormValues },
): Promise<Result<Done, CommandError>> {
  const { context } = session;
  const row = findEditable(context, type, id);
  if (!row.ok) return row;
  const checked = checkForm(context, type, values, row.value);
  if (!checked.ok) return invalid(checked.error.fields);
  const edited = { row: row.value, nowMs: context.now() };
  return write(session, [{ id, changes: changesOf(context.fields(type), checked.value, edited) }]);
}

import { rightsOf } from '#core/access/mine.ts';
import type { Result } from '#core/kit/result.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { RecordType, Row } from '#core/record/row.ts';
import type { CommandError, Done, FormValues } from '#data-worker/port.ts';
import { checkValues } from './check-values.ts';
import { forbidden, invalid, type Session } from './command.ts';
import type { CommandContext } from './context.ts';
import { findRows, isConverted } from './find-rows.ts';
import { changesOf } from './form-changes.ts';
import { writeMany } from './write.ts';

/** Gives the same values to records of a type, one or many thousand, as one batch with one undo. More than one needs `bulk`. */
export async function changeMany(
  session: Session,
  type: RecordType,
  ids: readonly RecordId[],
  given: FormValues,
  among: (row: Row) => boolean = () => true,
): Promise<Result<Done, CommandError>> {
  const { context } = session;
  const fields = context.fields(type);
  // the same for all of them, so it is checked once; as an edit of a record that has nothing yet
  const checked = checkValues(context, type, given, { id: '', values: {}, updatedAt: 0 });
  if (!checked.ok) return invalid(checked.error.fields);
  const { ownerId } = given;
  if (typeof ownerId === 'string' && !context.workspace.members.some((m) => m.id === ownerId && m.active)) {
    return invalid([{ field: 'ownerId', error: { type: 'member-unknown', input: ownerId } }]);
  }
  const found = findRows(context, type, ids);
  if (!found.ok) return found;
  const rows = found.value.filter((row) => !isConverted(row) && among(row));
  if (rows.length > 1 && !mayChangeMany(context, type)) return forbidden;
  const nowMs = context.now();
  return writeMany(
    session,
    rows.map((row) => ({ id: row.id, changes: changesOf(fields, checked.value, { row, nowMs }) })),
  );
}

const mayChangeMany = ({ user, workspace }: CommandContext, type: RecordType): boolean =>
  rightsOf(workspace, user, type).has('bulk');

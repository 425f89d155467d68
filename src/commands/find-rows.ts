import { idType, type RecordId } from '#core/kit/ids.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { SYSTEM_KEYS, type RecordType, type Row } from '#core/record/row.ts';
import { convertedTo, LEAD_STATUS } from '#core/lead/lead.ts';
import { invalid, type Invalid } from './command.ts';
import type { CommandContext } from './context.ts';

type Missing = { readonly type: 'not-found' } | { readonly type: 'forbidden' };

/** The row of a record of this type, the recycle bin included. Members are shown as contacts but never written (A20). */
export function findRow(context: CommandContext, type: RecordType, id: RecordId): Result<Row, Missing> {
  if (context.workspace.members.some((m) => m.id === id)) return err({ type: 'forbidden' });
  const row = idType(id) === type ? context.row(id) : undefined;
  return row && row.values[SYSTEM_KEYS.discarded] !== true ? ok(row) : err({ type: 'not-found' });
}

/** The same for an edit: a lead that was converted says no more than it did then (C26). */
export function findEditable(context: CommandContext, type: RecordType, id: RecordId): Result<Row, Missing | Invalid> {
  const row = findRow(context, type, id);
  return row.ok && isConverted(row.value) ? leadConverted : row;
}

export const isConverted = ({ id, values }: Row): boolean => idType(id) === 'lead' && convertedTo(values) !== undefined;
const leadConverted = invalid([{ field: LEAD_STATUS, error: { type: 'lead-converted' } }]);

/** The rows of those ids that exist, each once; an error where none does or one is forbidden. */
export function findRows(context: CommandContext, type: RecordType, ids: readonly RecordId[]): Result<Row[], Missing> {
  const rows: Row[] = [];
  for (const id of new Set(ids)) {
    const row = findRow(context, type, id);
    if (row.ok) rows.push(row.value);
    else if (row.error.type === 'forbidden') return row;
  }
  return rows.length > 0 ? ok(rows) : err({ type: 'not-found' });
}

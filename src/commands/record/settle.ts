import { jsonEqual, type Json } from '#core/kit/json.ts';
import { CONVERTED_KEYS } from '#core/lead/lead.ts';
import { keyField, REPRESENTATIVE_KEY, recordType, SYSTEM_KEYS, type RecordType, type Row } from '#core/record/row.ts';
import * as v from 'valibot';
import { checkValues } from '../check-values.ts';
import { invalid, jsonValue, recordId, type Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { findEditable, findRow } from '../find-rows.ts';
import { isCollection } from '../form-changes.ts';
import { keyValue } from '../keys.ts';
import { write } from '../write.ts';

/** Registers that are no fields of a form. */
const SYSTEM: ReadonlySet<string> = new Set([...Object.values(SYSTEM_KEYS), REPRESENTATIVE_KEY, ...CONVERTED_KEYS]);

/**
 * Settles a conflict by writing the chosen value again, also where it is the one that shows: only a new entry takes the
 * other one away. A register without a conflict (settled meanwhile by somebody) is written only if it differs.
 */
export const settleRecord: Command<'record.settle'> = {
  input: v.strictObject({ id: recordId, key: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)), value: jsonValue }),
  async run(session, { id, key, value }) {
    const { context } = session;
    const type = recordType(id) ?? 'contact'; // a colleague's id has none
    const row = (CONVERTED_KEYS.includes(key) ? findRow : findEditable)(context, type, id);
    if (!row.ok) return row;
    const problem = problemOf(context, type, row.value, key, value);
    if (problem) return invalid([{ field: keyField(key), error: problem }]);
    const open = row.value.conflicts?.includes(key) || !jsonEqual(keyValue(row.value, key), value);
    return write(session, open ? [{ id, changes: { [key]: value } }] : []);
  },
};

/** The value was in the record before, so only what the record's rules need now is checked. */
export function problemOf(context: CommandContext, type: RecordType, row: Row, key: string, value: Json) {
  const id = keyField(key);
  if (row.conflicts?.includes(key) && SYSTEM.has(id)) return undefined;
  const field = context.fields(type).find((f) => f.id === id);
  if (!field) return { type: 'field-unknown' };
  if (isCollection(field)) {
    const isItem =
      typeof value === 'object' && value !== null && typeof (value as { value?: unknown }).value === 'string';
    return key.endsWith(':primary')
      ? typeof value === 'string'
        ? undefined
        : UNFIT
      : isItem || value === null
        ? undefined
        : UNFIT;
  }
  const checked = checkValues(context, type, { [id]: value }, { ...row, values: {} });
  return checked.ok ? undefined : checked.error.fields[0]?.error;
}

const UNFIT = { type: 'value-invalid', input: '' };

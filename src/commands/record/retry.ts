import { DISTINCT } from '#core/contact/duplicates.ts';
import { MERGED_INTO, MERGES } from '#core/contact/merged.ts';
import { CONVERTED_KEYS } from '#core/lead/lead.ts';
import { keyField, REPRESENTATIVE_KEY, recordType, SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { invalid, jsonValue, recordId, type Command, type Problem } from '../command.ts';
import { findEditable, findRow } from '../find-rows.ts';
import { differences } from '../keys.ts';
import { write } from '../write.ts';
import { problemOf } from './settle.ts';

/** What a retry may write besides fields: a deletion, a restoring, a choice of representative or a merge that was refused. */
const SYSTEM: readonly string[] = [
  SYSTEM_KEYS.deletedAt,
  SYSTEM_KEYS.deletedBy,
  REPRESENTATIVE_KEY,
  MERGED_INTO,
  MERGES,
  DISTINCT,
  ...CONVERTED_KEYS,
];

/** Says values of the tray again (P5), in the words of the record as it is now; what it holds already is not written. */
export const retryRecord: Command<'record.retry'> = {
  input: v.strictObject({ id: recordId, changes: v.record(v.pipe(v.string(), v.maxLength(200)), jsonValue) }),
  async run(session, { id, changes }) {
    const { context } = session;
    const type = recordType(id) ?? 'contact'; // a colleague's id has none
    const editable = Object.keys(changes).every((key) => SYSTEM.includes(key));
    const row = (editable ? findRow : findEditable)(context, type, id);
    // only a creation says who made it; the relay took none of it, so the record is still to be made
    const creates = SYSTEM_KEYS.createdBy in changes;
    if (!row.ok && (row.error.type === 'forbidden' || !creates || context.row(id))) return row;
    const before = row.ok ? row.value : { id, values: {}, updatedAt: 0 };
    const problems: Problem[] = [];
    for (const [key, value] of Object.entries(changes)) {
      const field = keyField(key);
      if (SYSTEM.includes(field) || (creates && Object.values<string>(SYSTEM_KEYS).includes(field))) continue;
      if (value === null && !row.ok) continue;
      const problem = problemOf(context, type, before, key, value);
      if (problem) problems.push({ field, error: problem });
    }
    if (problems.length > 0) return invalid(problems);
    if (!row.ok) return write(session, [{ id, changes, create: true }]);
    return write(session, [{ id, changes: differences(changes, row.value) }]);
  },
};

import { rightsOf } from '#core/access/mine.ts';
import { mergedInto } from '#core/contact/merged.ts';
import type { Filter } from '#core/filter/filter.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import { validateFilter } from '#core/filter/validate.ts';
import type { Json } from '#core/kit/json.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { checkValues } from '../check-values.ts';
import { forbidden, invalid, recordIds, type Command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { findRows } from '../find-rows.ts';
import { changesOf } from '../form-changes.ts';
import { writeMany } from '../write.ts';

const person = v.optional(v.nullable(v.pipe(v.string(), v.nonEmpty(), v.maxLength(64))));

/** Owner and department of one contact or of many, in one batch with one undo (A3, B2). */
export const assignContacts: Command<'contact.assign'> = {
  input: v.strictObject({
    to: v.union([
      v.strictObject({ ids: recordIds }),
      v.strictObject({ filter: v.custom<Filter>((filter) => typeof filter === 'object' && filter !== null) }),
    ]),
    ownerId: person,
    departmentId: person,
  }),
  async run(session, { to, ownerId, departmentId }) {
    const { context } = session;
    const fields = context.fields('contact');
    const given: Record<string, Json> = {};
    if (ownerId !== undefined) given.ownerId = ownerId;
    if (departmentId !== undefined) given.departmentId = departmentId;
    // the same for all of them, so it is checked once; as an edit of a record that has nothing yet
    const checked = checkValues(context, 'contact', given, { id: '', values: {}, updatedAt: 0 });
    if (!checked.ok) return invalid(checked.error.fields);
    if (typeof ownerId === 'string' && !context.workspace.members.some((m) => m.id === ownerId && m.active)) {
      return invalid([{ field: 'ownerId', error: { type: 'member-unknown', input: ownerId } }]);
    }

    if ('filter' in to && !validateFilter(to.filter, fieldLookup(fields)).ok) {
      return invalid([{ field: 'to.filter', error: { type: 'input-invalid' } }]);
    }
    const ids = 'ids' in to ? to.ids : context.find('contact', to.filter);
    const found = findRows(context, 'contact', ids);
    if (!found.ok) return found;
    const rows =
      'ids' in to
        ? found.value
        : found.value.filter(
            ({ id, values }) => values[SYSTEM_KEYS.deletedAt] === undefined && mergedInto(id, values) === undefined,
          );
    if (rows.length > 1 && !mayChangeMany(context)) return forbidden;
    const nowMs = context.now();
    return writeMany(
      session,
      rows.map((row) => ({ id: row.id, changes: changesOf(fields, checked.value, { row, nowMs }) })),
    );
  },
};

const mayChangeMany = ({ user, workspace }: CommandContext): boolean =>
  rightsOf(workspace, user, 'contact').has('bulk');

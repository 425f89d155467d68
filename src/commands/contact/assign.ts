import { mergedInto } from '#core/contact/merged.ts';
import type { Filter } from '#core/filter/filter.ts';
import { fieldLookup } from '#core/filter/ops.ts';
import { validateFilter } from '#core/filter/validate.ts';
import type { Json } from '#core/kit/json.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { invalid, recordIds, type Command } from '../command.ts';
import { changeMany } from '../change-many.ts';

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
    const given: Record<string, Json> = {};
    if (ownerId !== undefined) given.ownerId = ownerId;
    if (departmentId !== undefined) given.departmentId = departmentId;
    if ('ids' in to) return changeMany(session, 'contact', to.ids, given);
    if (!validateFilter(to.filter, fieldLookup(context.fields('contact'))).ok) {
      return invalid([{ field: 'to.filter', error: { type: 'input-invalid' } }]);
    }
    return changeMany(
      session,
      'contact',
      context.find('contact', to.filter),
      given,
      ({ id, values }) => values[SYSTEM_KEYS.deletedAt] === undefined && mergedInto(id, values) === undefined,
    );
  },
};

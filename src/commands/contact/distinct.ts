import { distinctKey, itemsIn, DISTINCT } from '#core/contact/duplicates.ts';
import type { Json } from '#core/kit/json.ts';
import * as v from 'valibot';
import { recordId, type Command } from '../command.ts';
import { findRows } from '../find-rows.ts';
import { write } from '../write.ts';

/** Says of contacts, each pair of them, that they are not the same person ("Không phải trùng"), for everybody. */
export const tellContactsApart: Command<'contact.distinct'> = {
  input: v.strictObject({ ids: v.pipe(v.array(recordId), v.minLength(2), v.maxLength(20)) }),
  rights: () => ['edit'],
  async run(session, { ids }) {
    const found = findRows(session.context, 'contact', ids);
    if (!found.ok) return found;
    const rows = found.value;
    return write(
      session,
      rows.map((row) => {
        const told = new Set(itemsIn(row.values[DISTINCT]).map((item) => item.id));
        const changes: Record<string, Json> = {};
        for (const { id } of rows) {
          const place = distinctKey(row.id, id);
          if (id < row.id && !told.has(id)) changes[place.key] = { value: id };
        }
        return { id: row.id, changes };
      }),
    );
  },
};

import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { findRows } from '../find-rows.ts';
import { write } from '../write.ts';

/** Out of the recycle bin (B36). Those that are not in it are left as they are. */
export const restoreContact: Command<'contact.restore'> = {
  input: v.strictObject({ ids: recordIds }),
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  async run(session, input) {
    const rows = findRows(session.context, 'contact', input.ids);
    if (!rows.ok) return rows;
    const changes = { [SYSTEM_KEYS.deletedAt]: null, [SYSTEM_KEYS.deletedBy]: null };
    const binned = rows.value.filter((row) => row.values[SYSTEM_KEYS.deletedAt] !== undefined);
    return write(
      session,
      binned.map(({ id }) => ({ id, changes })),
    );
  },
};

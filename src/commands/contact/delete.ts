import { SYSTEM_KEYS } from '#core/record/row.ts';
import * as v from 'valibot';
import { recordIds, type Command } from '../command.ts';
import { findRows } from '../find-rows.ts';
import { write } from '../write.ts';

/** To the recycle bin, all in one transaction (B36). Those that are there already keep their time of deletion. */
export const deleteContact: Command<'contact.delete'> = {
  input: v.strictObject({ ids: recordIds }),
  rights: ({ ids }) => (ids.length > 1 ? ['delete', 'bulk'] : ['delete']),
  async run(session, input) {
    const { context } = session;
    const rows = findRows(context, 'contact', input.ids);
    if (!rows.ok) return rows;
    const changes = { [SYSTEM_KEYS.deletedAt]: context.now(), [SYSTEM_KEYS.deletedBy]: context.user };
    const live = rows.value.filter((row) => row.values[SYSTEM_KEYS.deletedAt] === undefined);
    return write(
      session,
      live.map(({ id }) => ({ id, changes })),
    );
  },
};

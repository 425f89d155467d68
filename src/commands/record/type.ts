import { ok } from '#core/kit/result.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import { recordType, textKey } from '#core/record/row.ts';
import * as v from 'valibot';
import { invalid, recordId, type Command } from '../command.ts';
import { findEditable } from '../find-rows.ts';
import { askAll } from '../guards.ts';

const bytes = v.instance(Uint8Array);

/**
 * Keeps what was typed into a text that colleagues may be typing in as well. It comes as the update of a copy of the
 * document, not as a value: a value could only replace what others wrote meanwhile.
 */
export const typeText: Command<'record.type'> = {
  input: v.strictObject({
    id: recordId,
    field: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
    received: v.array(bytes),
    typed: v.array(bytes),
    text: v.pipe(v.string(), v.maxLength(4 * LIMITS.textLength)),
  }),
  async run({ context }, { id, field, received, typed, text }) {
    const type = recordType(id) ?? 'contact'; // a colleague's id has none
    const row = findEditable(context, type, id);
    if (!row.ok) return row;
    if (context.fields(type).find((f) => f.id === field)?.type !== 'long-text') {
      return invalid([{ field, error: { type: 'field-unknown' } }]);
    }
    const allowed = await askAll(context, [{ on: 'record.save', type, id, patch: { [field]: text } }]);
    if (!allowed.ok) return allowed;
    const done = await context.commit([{ id, changes: { [textKey(field)]: text }, typed: { received, typed } }]);
    return done.ok ? ok({}) : done;
  },
};

import { jsonEqual, type Json } from '#core/kit/json.ts';
import { keyField, SYSTEM_KEYS, type Row } from '#core/record/row.ts';
import * as v from 'valibot';
import { notFound, type Command } from './command.ts';
import type { Write } from './context.ts';
import { holds, keyValue } from './keys.ts';
import type { Step } from './undo-log.ts';
import { writeMany } from './write.ts';

/**
 * Undoes a command of this session, an undo included (redo). What was created is discarded; an edit gets its old values
 * back only where the record still holds what the command wrote, so that somebody's later edit stays.
 */
export const undo: Command<'undo'> = {
  input: v.strictObject({ token: v.string() }),
  async run(session, input) {
    const steps = session.undo.steps(input.token);
    if (!steps) return notFound;
    const writes: Write[] = [];
    for (const step of steps) {
      const row = session.context.row(step.id);
      if (row) writes.push({ id: step.id, changes: inverse(step, row) });
    }
    return writeMany(session, writes);
  },
};

function inverse(step: Step, row: Row): Record<string, Json> {
  if (step.created) return row.values[SYSTEM_KEYS.discarded] === true ? {} : { [SYSTEM_KEYS.discarded]: true };
  const changes: Record<string, Json> = {};
  for (const [key, wrote] of Object.entries(step.wrote)) {
    const before = step.before[key] ?? null;
    if ((holds(row, key, wrote) || isBeside(key, step, row)) && !jsonEqual(keyValue(row, key), before))
      changes[key] = before;
  }
  return changes;
}

/**
 * Was this key emptied because the value, of another type now, went to another key of the field (B9), and is it still
 * there? The row shows one value for both keys.
 */
function isBeside(key: string, { wrote }: Step, row: Row): boolean {
  return (
    wrote[key] === null &&
    Object.entries(wrote).some(
      ([other, value]) =>
        value !== null &&
        keyField(other) === keyField(key) &&
        kindOf(other) !== kindOf(key) &&
        holds(row, other, value),
    )
  );
}

const kindOf = (key: string): 'text' | 'item' | 'register' =>
  key.startsWith('text:') ? 'text' : /[/:]/.test(key) ? 'item' : 'register';

import { isId } from '#core/kit/ids.ts';
import * as v from 'valibot';
import { discardBatch } from '../batch.ts';
import type { Command } from '../command.ts';

/** Takes a whole import back: every contact it made and the companies nobody else uses. */
export const undoImport: Command<'import.undo'> = {
  input: v.strictObject({
    batch: v.pipe(
      v.string(),
      v.check((batch) => isId(batch, 'import'), 'no import batch'),
    ),
  }),
  run: ({ context }, { batch }) => discardBatch(context, batch),
};

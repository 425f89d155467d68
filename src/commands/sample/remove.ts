import * as v from 'valibot';
import { discardBatch, SAMPLE_BATCH } from '../batch.ts';
import type { Command } from '../command.ts';

/** Takes all sample data away, whoever made it. */
export const removeSamples: Command<'sample.remove'> = {
  input: v.strictObject({}),
  run: ({ context }) => discardBatch(context, SAMPLE_BATCH),
};

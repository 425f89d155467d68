import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXAMPLES } from './visibility/examples.ts';
import { checkVisibility, describeFailure } from './visibility/property.ts';
import { histories } from './visibility/steps.ts';
import { runHistory } from './visibility/visibility.ts';

/** Always the same histories, so that a commit that fails is at fault; `npm run sim -- --visibility` draws others. */
const SEED = 20779;

test(
  'I4 I5 I2 I3 I7 I10 I11, V1–V7, P6: each device holds exactly what its person may see; no frame says anything else',
  { timeout: 600_000 },
  async () => {
    const done = await checkVisibility({ runs: 2_000, seed: SEED, examples: EXAMPLES });
    expect(done.failed, done.failed ? describeFailure(done) : '').toBe(false);
  },
);

test('a history is all there is to a run: the same one gives the same run again', async () => {
  for (const history of fc.sample(histories, { seed: SEED, numRuns: 10 })) {
    expect(await runHistory(history)).toEqual(await runHistory(history));
  }
});

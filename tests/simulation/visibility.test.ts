import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulateVisibility } from './visibility.ts';

/** Runs of this test; `VISIBILITY_RUNS=2000 npx vitest run --project unit tests/simulation/visibility.test.ts` for more. */
const RUNS = Number(process.env['VISIBILITY_RUNS'] ?? 8);

test(
  'V1–V6, I4, I5: each device holds exactly what its person may see, and nothing else is ever said to it',
  {
    timeout: 6_000_000,
  },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(1_000_000),
        fc.integer({ min: 5, max: 110 }),
        fc.boolean(),
        async (seed, steps, compaction) => {
          const { records } = await simulateVisibility({ seed, steps, compaction });
          expect(records).toBeGreaterThanOrEqual(0);
        },
      ),
      {
        numRuns: RUNS,
        endOnFailure: true,
        // groups taken back while a push of theirs waits for its answer; a record that was entitled for a moment only
        examples: [
          [1003, 105, false],
          [2008, 100, false],
        ],
      },
    );
  },
);

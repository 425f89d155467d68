import fc from 'fast-check';
import { histories, type History } from './steps.ts';
import { runHistory } from './visibility.ts';

export interface VisibilityRuns {
  readonly runs: number;
  /** Of all histories; with `path` of one of them, as fast-check names it when one fails. */
  readonly seed?: number;
  readonly path?: string;
  /** Histories that failed once; they are run first. */
  readonly examples?: readonly History[];
}

/** Shorter histories tried at most once one has failed. */
const SHRINKS = 1_000;

/** Runs the model on so many histories. One that fails is made as short as it can be and still fail. */
export async function checkVisibility({
  runs,
  seed,
  path,
  examples = [],
}: VisibilityRuns): Promise<fc.RunDetails<[History]>> {
  let left = Infinity;
  const property = fc.asyncProperty(histories, async (history) => {
    if (left-- <= 0) return;
    try {
      await runHistory(history);
    } catch (error) {
      left = Math.min(left, SHRINKS);
      throw error;
    }
  });
  return fc.check(property, {
    numRuns: runs + examples.length,
    examples: examples.map((history): [History] => [history]),
    ...(seed === undefined ? {} : { seed }),
    ...(path === undefined ? {} : { path }),
  });
}

/** How a failure is told, with what replays it. */
export function describeFailure({ counterexample, errorInstance, seed, numRuns }: fc.RunDetails<[History]>): string {
  const history = JSON.stringify(counterexample?.[0]);
  return `${String(errorInstance)}\nrun ${numRuns} of seed ${seed}; replay: npm run sim -- --history '${history}'`;
}

import { parseArgs } from 'node:util';
import { simulate } from '#tests/simulation/simulation.ts';
import { checkVisibility, describeFailure } from '#tests/simulation/visibility/property.ts';
import { runHistory, type History } from '#tests/simulation/visibility/visibility.ts';

/**
 * `npm run sim -- --seed 42 --steps 500` replays one run and logs its steps; `--runs 100` runs that many seeds from there on.
 * `--restores` lets the relay be put back to backups, `--compaction` lets it forget entries of its log. Ends with 1 when
 * an invariant broke.
 *
 * `npm run sim -- --visibility --runs 20000` runs the visibility model on so many histories, of `--seed 42` where one is
 * given. One that fails is told as short as it can be; `--history '…'` replays it and logs its steps.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    steps: { type: 'string', default: '200' },
    runs: { type: 'string', default: '1' },
    restores: { type: 'boolean', default: false },
    compaction: { type: 'boolean', default: false },
    visibility: { type: 'boolean', default: false },
    history: { type: 'string' },
  },
});
const seed = values.seed === undefined ? undefined : Number(values.seed);
const runs = Number(values.runs);
if (values.history !== undefined) await replay(JSON.parse(values.history) as History);
else if (values.visibility) await visibility();
else await faults(seed ?? 1);

async function visibility(): Promise<void> {
  const startedAt = Date.now();
  const done = await checkVisibility({ runs, ...(seed === undefined ? {} : { seed }) });
  if (done.failed) console.error(describeFailure(done));
  else console.log(`seed ${done.seed}: ${done.numRuns} histories hold, ${Date.now() - startedAt} ms`);
  process.exitCode = done.failed ? 1 : 0;
}

async function replay(history: History): Promise<void> {
  const { records, typed } = await runHistory(history, console.log);
  console.log(`holds: ${records} records, ${typed} writes`);
}

async function faults(first: number): Promise<void> {
  let failed = 0;
  for (let one = first; one < first + runs; one++) {
    const startedAt = Date.now();
    try {
      const { acknowledged, records } = await simulate({
        seed: one,
        steps: Number(values.steps),
        restores: values.restores,
        compaction: values.compaction,
        ...(runs === 1 ? { log: console.log } : {}),
      });
      console.log(`seed ${one}: holds, ${acknowledged} writes, ${records} records, ${Date.now() - startedAt} ms`);
    } catch (error) {
      failed++;
      console.error(`seed ${one}:`, error);
    }
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

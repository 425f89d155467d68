import { parseArgs } from 'node:util';
import { simulate } from '#tests/simulation/simulation.ts';

/**
 * `npm run sim -- --seed 42 --steps 500` replays one run and logs its steps; `--runs 100` runs that many seeds from there on.
 * `--restores` lets the relay be put back to backups, `--compaction` lets it forget entries of its log. Ends with 1 when an invariant broke.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    runs: { type: 'string', default: '1' },
    restores: { type: 'boolean', default: false },
    compaction: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const runs = Number(values.runs);
let failed = 0;
for (let seed = first; seed < first + runs; seed++) {
  const startedAt = Date.now();
  try {
    const log = runs === 1 ? console.log : undefined;
    const report = await simulate({
      seed,
      steps: Number(values.steps),
      restores: values.restores,
      compaction: values.compaction,
      ...(log ? { log } : {}),
    });
    console.log(
      `seed ${seed}: holds, ${report.acknowledged} writes, ${report.records} records, ${Date.now() - startedAt} ms`,
    );
  } catch (error) {
    failed++;
    console.error(`seed ${seed}:`, error);
  }
}
process.exitCode = failed > 0 ? 1 : 0;

import { median, percentile, type Case, type Figure } from '../figure.ts';
import { withBenchPage } from '../page.ts';

const COUNT = 100_000;
const QUESTIONS = {
  page: 'list page at any offset',
  name: 'name search',
  phone: 'last-4-digits phone search',
  filterSort: 'two-condition filter + sort',
} as const;
type Times = Record<keyof typeof QUESTIONS, number[]>;

/** Questions of the list, p95 in a worker in real Chromium, beside the same questions of an indexed Dexie table. */
export default {
  name: 'queries',
  async run(log) {
    return withBenchPage(async (run) => {
      log(`columns: ${COUNT} generated contacts`);
      const ours = await run<Times & { total: number; found: number; warmMs: number }>('columns', { count: COUNT });
      log(`${ours.total} rows, "nguyen van" finds ${ours.found}; orders prepared in ${Math.round(ours.warmMs)} ms`);
      log('Dexie: storing the same rows with their indexes');
      const dexie = await run<Times & { store: number }>('dexie', { count: COUNT, rounds: 7 });
      log(`stored in ${(dexie.store / 1000).toFixed(1)} s`);
      return Object.entries(QUESTIONS).map(([key, name]): Figure => ({
        name,
        note: 'p95; peer: median',
        value: percentile(ours[key as keyof Times], 0.95),
        unit: 'ms',
        bound: 16,
        peer: { name: 'Dexie', value: median(dexie[key as keyof Times]) },
      }));
    });
  },
} satisfies Case;

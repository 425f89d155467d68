// `npm run bench [-- NAME…]`: measures in real Chromium, each figure with its peer in the same run.
import { save, table, type Case, type Figure } from './figure.ts';

const all: Record<string, () => Promise<{ default: Case }>> = {
  queries: () => import('./cases/queries.ts'),
  'first-load': () => import('./cases/first-load.ts'),
  sync: () => import('./cases/sync.ts'),
  import: () => import('./cases/import.ts'),
  live: () => import('./cases/live.ts'),
  rooms: () => import('./cases/rooms.ts'),
  hostile: () => import('./cases/hostile.ts'),
  'bad-links': () => import('./cases/bad-links.ts'),
  postgres: () => import('./cases/postgres.ts'),
  kill: () => import('./cases/kill.ts'),
  restart: () => import('./cases/restart.ts'),
  replay: () => import('./cases/replay.ts'),
  move: () => import('./cases/move.ts'),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`No bench called ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`);
  process.exit(2);
}

const figures = new Map<string, readonly Figure[]>();
let broken = 0;
for (const name of asked.length > 0 ? asked : Object.keys(all)) {
  console.log(`\n▸ ${name}`);
  try {
    const { default: bench } = await all[name]!();
    const measured = await bench.run((line) => console.log(`  ${line}`));
    figures.set(name, measured);
    console.log(table(measured));
  } catch (error) {
    broken++;
    console.error(`  ${name} broke down:`, error);
  }
}
save(figures);
process.exit(broken > 0 ? 1 : 0);

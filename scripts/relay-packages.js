// `node scripts/relay-packages.js FOLDER`: puts the relay's packages together in few files. A start reads 800 modules
// else, most of them of better-auth and kysely, which takes longer than everything the relay then does.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { relayImports } from './setup.js';

const folder = process.argv[2];
const names = relayImports();
const fileOf = (name) => name.replaceAll('/', '__');
const making = `${folder}-${process.pid}`;
const bundle = await rolldown({
  input: Object.fromEntries(names.map((name) => [fileOf(name), name])),
  platform: 'node',
  // programs of their own, and what only some installations have
  external: [/^node:/, /^better-sqlite3/, /^pg(-native)?$/, /^pino/],
  resolve: { conditionNames: ['node', 'import', 'default'] },
  logLevel: 'silent',
});
mkdirSync(making, { recursive: true });
await bundle.write({ dir: making, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'shared-[hash].js' });
writeFileSync(
  join(making, 'files.json'),
  JSON.stringify(Object.fromEntries(names.map((name) => [name, `${fileOf(name)}.js`]))),
);
rmSync(folder, { recursive: true, force: true });
renameSync(making, folder);

// Every dependency edge of package-lock.json must resolve in it: `npm ci` refuses a lock that lacks, say, another
// platform's optional package, and the machine that wrote the lock does not notice.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.js';

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const missing = Object.entries(packages).flatMap(([from, entry]) =>
  Object.keys({ ...entry.optionalDependencies, ...entry.dependencies })
    .filter((name) => !resolves(from, name))
    .map((name) => `${from || 'the project'} → ${name}`),
);
for (const line of missing) console.error(`not in package-lock.json: ${line}`);
process.exitCode = missing.length > 0 ? 1 : 0;

function resolves(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

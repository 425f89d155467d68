// `npm run seed`: see seed.ts.
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, runUntilEnd } from './setup.js';

ensureInstalled();
process.exitCode = await runUntilEnd(pinnedNode(), [join('scripts', 'seed.ts'), ...process.argv.slice(2)]);

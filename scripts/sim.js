// `npm run sim`: see sim.ts.
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, runUntilEnd } from './setup.js';

ensureInstalled();
process.exitCode = await runUntilEnd(pinnedNode(), [join('scripts', 'sim.ts'), ...process.argv.slice(2)]);

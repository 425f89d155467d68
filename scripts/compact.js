// `npm run compact`: see sync-server/upkeep/main.ts.
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, runUntilEnd } from './setup.js';

ensureInstalled();
const main = join('sync-server', 'upkeep', 'main.ts');
process.exitCode = await runUntilEnd(pinnedNode(), [main, 'compact', ...process.argv.slice(2)]);

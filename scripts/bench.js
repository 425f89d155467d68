// `npm run bench [-- NAME…]`: see tests/bench/run.ts.
import { join } from 'node:path';
import { ensureBuilt, ensureChromium, ensureInstalled, ensureRelayPackages, pinnedNode, runUntilEnd } from './setup.js';

ensureInstalled();
ensureRelayPackages();
ensureChromium();
ensureBuilt();
process.exitCode = await runUntilEnd(pinnedNode(), [join('tests', 'bench', 'run.ts'), ...process.argv.slice(2)]);

// `npm start`: from a fresh clone to the running product.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, runUntilEnd } from './setup.js';

ensureInstalled();
ensureBuilt();
process.exitCode = await runUntilEnd(pinnedNode(), [join('sync-server', 'start.js')]);

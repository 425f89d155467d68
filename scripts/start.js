// `npm start`: from a fresh clone to the running product.
import { ensureBuilt, ensureInstalled, pinnedNode, relayArgs, runUntilEnd } from './setup.js';

ensureInstalled();
ensureBuilt();
process.exitCode = await runUntilEnd(pinnedNode(), relayArgs);

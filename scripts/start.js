// `npm start`: from a fresh clone to the running product.
import { ensureBuilt, ensureInstalled, ensureRelayPackages, pinnedNode, relayArgs, runUntilEnd } from './setup.js';

ensureInstalled();
ensureRelayPackages();
ensureBuilt();
process.exitCode = await runUntilEnd(pinnedNode(), relayArgs);

import { fileURLToPath } from 'node:url';

// plain JavaScript on purpose: an old Node must get this message, not "Unknown file extension .ts"
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Node ${process.version} is too old for the relay: 22.18 or newer is needed. ` +
      'Use "npm start" (it runs the Node pinned in node_modules), or install a newer Node.',
  );
  process.exit(1);
}

// what was stripped of its types and compiled once is not compiled again: a relay that was killed is back sooner
const { enableCompileCache, flushCompileCache } = await import('node:module');
const cache = fileURLToPath(new URL('../node_modules/.cache/relay', import.meta.url));
if (enableCompileCache) {
  process.env.NODE_COMPILE_CACHE ??= cache; // for the store's thread
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
await import('./main.ts');
flushCompileCache?.(); // it serves by now; a kill would write nothing any more

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
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
const { enableCompileCache, flushCompileCache, registerHooks } = await import('node:module');
const cache = fileURLToPath(new URL('../node_modules/.cache/relay', import.meta.url));
if (enableCompileCache) {
  process.env.NODE_COMPILE_CACHE ??= cache; // for the store's thread
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
const packages = bundledPackages();
if (packages && registerHooks)
  registerHooks({
    resolve(name, context, next) {
      const url = packages.get(name);
      return url ? { url, format: 'module', shortCircuit: true } : next(name, context);
    },
  });
await import('./main.ts');
flushCompileCache?.(); // it serves by now; a kill would write nothing any more

/** Files in which the packages of the present lock file are put together (scripts/relay-packages.js), by import name. */
function bundledPackages() {
  const at = (path) => new URL(path, import.meta.url);
  if (!existsSync(at('../package-lock.json'))) return undefined;
  const lock = createHash('sha256')
    .update(readFileSync(at('../package-lock.json')))
    .digest('hex');
  const folder = at(`../node_modules/.cache/relay-packages/${lock.slice(0, 16)}/`);
  if (!existsSync(new URL('files.json', folder))) return undefined;
  const files = JSON.parse(readFileSync(new URL('files.json', folder), 'utf8'));
  return new Map(Object.entries(files).map(([name, file]) => [name, new URL(file, folder).href]));
}

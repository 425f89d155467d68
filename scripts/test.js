// `npm test`: installs what is missing, runs every test, and ends with one line "N passed, N failed".
// `npm test -- unit` or `npm test -- e2e` runs one half; what follows is handed to its runner.
import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureBuilt,
  ensureChromium,
  ensureInstalled,
  ensurePostgres,
  ensureRelayPackages,
  pinnedNode,
  runUntilEnd,
} from './setup.js';

const [half, ...rest] = process.argv.slice(2);
let passed = 0;
let failed = 0;

ensureInstalled();
ensureRelayPackages();
ensureChromium();
if (half !== 'e2e') ensurePostgres();
if (half !== 'unit') ensureBuilt();
const folder = mkdtempSync(join(roomInMemory() ?? tmpdir(), 'lienhe-tests-'));
chmodSync(folder, 0o711); // PostgreSQL runs as another user below it
process.env.TMPDIR = folder;
try {
  if (half !== 'e2e') await unit(rest);
  if (half !== 'unit') await e2e(rest);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/**
 * Where the tests' databases and browser profiles may lie in memory instead of on a disk: thousands of them wait for
 * every fsync, and a process that is killed loses nothing it wrote either way. Not where somebody set a place of their own.
 */
function roomInMemory() {
  if (process.env.TMPDIR) return undefined;
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize > 4 * 1024 ** 3 ? '/dev/shm' : undefined;
  } catch {
    return undefined; // no such file system here
  }
}

/** Rules, ports, simulation and components: Vitest in Node and in Chromium. */
async function unit(args) {
  const file = join(folder, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runUntilEnd(pinnedNode(), [
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...reporters,
    ...args,
  ]);
  const report = read(file);
  count(
    code,
    report?.numPassedTests ?? 0,
    (report?.numFailedTests ?? 0) +
      (report?.numFailedTestSuites && !report.numFailedTests ? report.numFailedTestSuites : 0),
  );
}

/** Requirements in the built product: Playwright. */
async function e2e(args) {
  const file = join(folder, 'playwright.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const cli = join('node_modules', '@playwright', 'test', 'cli.js');
  const code = await runUntilEnd(pinnedNode(), [cli, 'test', '--reporter=list,json', ...args], env);
  const stats = read(file)?.stats;
  count(code, (stats?.expected ?? 0) + (stats?.flaky ?? 0), stats?.unexpected ?? 0);
}

function count(code, good, bad) {
  passed += good;
  failed += bad > 0 || code === 0 ? bad : 1; // a runner that broke down is a failure even if no test says so
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // the runner died before it wrote: counted by its exit code
  }
}

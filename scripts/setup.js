// What a fresh machine lacks, and how to get it. Plain JavaScript without packages: it runs before any are installed,
// on any Node from 20 on.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.installed-lock');
const built = join(root, 'build', '.built');

/** The Node that runs everything: the one pinned in node_modules where there is one for this platform. */
export function pinnedNode() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** npm 10 does not link the program of an optional package: then we do, since npm scripts find Node by this link. */
function linkPinnedNode() {
  const link = join(root, 'node_modules', '.bin', 'node');
  const program = join('..', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (!existsSync(link) && existsSync(join(root, 'node_modules', '.bin', program))) symlinkSync(program, link);
}

/**
 * What runs the relay, after the path of Node. A small nursery: with V8's own size for it each of a thousand silent
 * sockets costs 100 kB of memory instead of 15, and nothing gets faster by it.
 */
export const relayArgs = ['--max-semi-space-size=4', join('sync-server', 'start.js')];

/** Installs the packages of the lock file unless exactly these are installed. */
export function ensureInstalled() {
  // a link to another checkout's packages: not ours to install anew
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const lock = lockHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Đang cài các gói (lần đầu mất khoảng một phút) · Installing packages (about a minute the first time)…');
  const npm = process.env.npm_execpath;
  const [command, args] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], 'npm ci');
  linkPinnedNode();
  writeFileSync(stamp, lock);
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');

/** What the relay's code imports of packages, but for those that stay apart (relay-packages.js). Sorted. */
export function relayImports() {
  const names = new Set();
  for (const folder of ['sync-server', 'src/core', 'src/crdt'])
    for (const file of readdirSync(join(root, folder), { recursive: true })) {
      if (!file.endsWith('.ts') || file.endsWith('.test.ts') || file.includes('testing')) continue;
      const text = readFileSync(join(root, folder, file), 'utf8');
      for (const [, name] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([a-z@][^':]*)';/gm))
        if (!/^(better-sqlite3|pg|pino)$/.test(name)) names.add(name);
    }
  return [...names].sort();
}

/** Puts the relay's packages together where they changed; without this it starts too, in twice the time. */
export function ensureRelayPackages() {
  const folder = join(root, 'node_modules', '.cache', 'relay-packages', lockHash().slice(0, 16));
  const files = join(folder, 'files.json');
  const known = existsSync(files) ? JSON.parse(readFileSync(files, 'utf8')) : {};
  if (relayImports().every((name) => name in known)) return;
  spawnSync(pinnedNode(), [join('scripts', 'relay-packages.js'), folder], { cwd: root, stdio: 'inherit' });
}

/** Builds the app when its sources are newer than the last build. */
export function ensureBuilt() {
  const sources = [
    'src',
    'plugins',
    'static',
    'package-lock.json',
    'svelte.config.js',
    'vite.config.ts',
    'tsconfig.json',
  ];
  const newest = Math.max(...sources.map((name) => newestChange(join(root, name))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  say('Đang dựng ứng dụng · Building the app…');
  run(pinnedNode(), [join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'error'], 'vite build');
  writeFileSync(built, new Date().toISOString());
}

/**
 * A Chromium for the tests: CHROMIUM_PATH, Playwright's own, or one of the system; else Debian's package where we are
 * root, else Playwright's download.
 */
export function ensureChromium() {
  if (process.env.CHROMIUM_PATH || hasChromium()) return;
  const apt = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  say('Đang cài Chromium cho các bài kiểm thử · Installing a Chromium for the tests…');
  if (apt) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    run('apt-get', ['update', '-qq'], 'apt-get update', env);
    run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-core'],
      'apt-get install',
      env,
    );
  } else run(pinnedNode(), [join('node_modules', 'playwright', 'cli.js'), 'install', 'chromium'], 'playwright install');
  if (!hasChromium())
    throw new Error('No Chromium could be installed. Install one and set CHROMIUM_PATH to its program.');
}

/** Where Debian, Red Hat, Homebrew and PATH have PostgreSQL's programs; the newest where there are several. */
export function postgresBin() {
  const roots = ['/usr/lib/postgresql', '/usr/local/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];
  const versioned = roots.filter(existsSync).flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => /^(postgresql@)?\d+$/.test(name))
      .map((name) => join(dir, name, 'bin')),
  );
  const onPath = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim();
  const version = (bin) => Number(/\d+/.exec(bin.split('/').at(-2))?.[0] ?? 0);
  return [process.env.POSTGRES_BIN, ...versioned.sort((a, b) => version(b) - version(a)), onPath, '/usr/bin'].find(
    (bin) => bin && existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')),
  );
}

/** A PostgreSQL for the tests, which start a server of their own: Debian's package where we are root and have none. */
export function ensurePostgres() {
  const apt = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (postgresBin() || !apt) return;
  say('Đang cài PostgreSQL cho các bài kiểm thử · Installing PostgreSQL for the tests…');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // only its programs: no database of the system's own is made or started
  const settings = '/etc/postgresql-common/createcluster.conf';
  if (!existsSync(settings)) {
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, 'create_main_cluster = false\n');
  }
  const keep = ['-o', 'Dpkg::Options::=--force-confold'];
  spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...keep, 'postgresql'], {
    env,
    stdio: 'ignore',
  });
  if (!postgresBin())
    say(
      'Không có PostgreSQL: chỉ kiểm tra kho dữ liệu trên PGlite · No PostgreSQL: its store is tested on PGlite only.',
    );
}

function hasChromium() {
  const probe = "import('playwright').then(({ chromium }) => console.log(chromium.executablePath()))";
  const own = spawnSync(pinnedNode(), ['-e', probe], { cwd: root, encoding: 'utf8' }).stdout?.trim();
  return [own, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some(
    (p) => p && existsSync(p),
  );
}

/** Runs a program in the project's folder with our terminal; ends this process with its message when it fails. */
export function run(command, args, name, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
  if (status === 0) return;
  console.error(
    `\n${name} did not succeed (${error?.message ?? `exit code ${status}`}). What to do is in the lines above.`,
  );
  process.exit(1);
}

/** Runs a program until it ends and passes our signals on; resolves with its exit code. */
export function runUntilEnd(command, args, env = process.env) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0))));
}

export function say(line) {
  console.log(`\n▸ ${line}`);
}

function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && !entry.name.endsWith('.test.ts'))
    .reduce((newest, entry) => Math.max(newest, newestChange(join(path, entry.name))), stat.mtimeMs);
}

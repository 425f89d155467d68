import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { postgresBin } from '../../scripts/setup.js';

/** PostgreSQL's programs on this machine; undefined where there are none and its tests are skipped. */
export const POSTGRES_BIN: string | undefined = postgresBin();

/** nobody: the server refuses to run as root. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 };

/** A real PostgreSQL server of the tests' own, in a temporary folder, reached through a socket in that folder only. */
export interface TestPostgres {
  /** Makes an empty database; answers its address. */
  database(): Promise<string>;
  /** Ends the server at once, as a crash would, or waiting for nobody. */
  stop(how?: 'crash' | 'fast'): Promise<void>;
  start(): Promise<void>;
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

export interface TestPostgresOptions {
  /** On where a test kills something and looks what is left; off it is faster. */
  readonly fsync?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startPostgres({ fsync = false, settings = {} }: TestPostgresOptions = {}): Promise<TestPostgres> {
  if (!POSTGRES_BIN) throw new Error('There is no PostgreSQL on this machine.');
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-pg-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  const as = isRoot ? UNPRIVILEGED : {};
  const data = join(folder, 'data');
  const bin = POSTGRES_BIN;
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'lienhe', '-A', 'trust', '--no-locale', '-E', 'UTF8', '--no-sync'],
    { ...as, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  let server: ChildProcess | undefined;
  let output = '';
  const kill = () => server?.kill('SIGQUIT');
  process.on('exit', kill);

  const url = (database: string) => `postgresql://lienhe@localhost/${database}?host=${folder}`;

  async function ask(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: url('postgres') });
    client.on('error', () => undefined); // shown by the statement that fails
    await client.connect();
    await client.query(sql).finally(() => client.end());
  }

  async function start(): Promise<void> {
    const all = { fsync: fsync ? 'on' : 'off', listen_addresses: '', unix_socket_directories: folder, ...settings };
    const args = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(bin, 'postgres'), ['-D', data, '-c', 'max_connections=100', ...args], {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    server = child;
    const take = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-20_000));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const until = Date.now() + 20_000;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended at once:\n${output}`);
      const up = await ask('SELECT 1').then(
        () => true,
        () => false,
      );
      if (up) return;
      if (Date.now() > until) throw new Error(`PostgreSQL did not come up:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function stop(how: 'crash' | 'fast' = 'fast'): Promise<void> {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(how === 'crash' ? 'SIGQUIT' : 'SIGINT'); // immediate and fast shutdown, in PostgreSQL's words
    await gone;
  }

  await start();
  let databases = 0;
  return {
    async database() {
      const name = `test_${++databases}`;
      await ask(`CREATE DATABASE ${name}`);
      return url(name);
    },
    stop,
    start,
    async remove() {
      await stop('crash'); // nothing of it is needed any more
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

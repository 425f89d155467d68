import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord } from '#crdt/record.ts';
import { pinnedNode, relayArgs } from '../../../scripts/setup.js';
import { connectPushClient } from '../../support/push-client.ts';
import { freePort } from '../../support/relay.ts';
import { ADMIN } from '../app.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const peers = join(import.meta.dirname, '..', 'peers');

/** How a client reaches a room. */
export interface RoomAddress {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Hocuspocus says the document's name before every message, and wants a token first. */
  readonly document?: string;
}

/** A server in a process of its own, on a folder of its own, with durable storage as it comes. */
export interface RoomServer {
  readonly name: string;
  readonly pid: () => number;
  start(): Promise<void>;
  kill(): Promise<void>;
  rooms(count: number): Promise<readonly RoomAddress[]>;
  /** Stops it and removes the folder. */
  remove(): Promise<void>;
}

function process_(
  name: string,
  run: (port: number, folder: string) => { args: readonly string[]; env: NodeJS.ProcessEnv; cwd: string },
) {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-rooms-'));
  let child: ChildProcess | undefined;
  let port = 0;
  let output = '';
  const end = async (signal: NodeJS.Signals) => {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  };
  return {
    name,
    folder,
    port: () => port,
    pid: () => child?.pid ?? 0,
    async start() {
      port ||= await freePort();
      const { args, env, cwd } = run(port, folder);
      child = spawn(pinnedNode(), args, {
        cwd,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const started = child;
      const take = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-10_000));
      child.stdout?.on('data', take);
      child.stderr?.on('data', take);
      for (let i = 0; !(await listens(port)); i++) {
        if (started.exitCode !== null || i > 300) throw new Error(`${name} did not start:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    kill: () => end('SIGKILL'),
    async remove() {
      await end('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** This relay: SQLite, fsync on. Rooms are records, so they are made first. */
export function ours(): RoomServer & { cookie(): Promise<string>; readonly url: () => string } {
  const server = process_('ours', (port, folder) => ({
    args: relayArgs,
    env: { PORT: String(port), DATA_DIR: folder, LOG_LEVEL: 'error' },
    cwd: root,
  }));
  const url = () => `http://127.0.0.1:${server.port()}`;
  let cookie: string | undefined;
  const signIn = async () => {
    if (cookie) return cookie;
    const answer = await fetch(`${url()}/api/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url() },
      body: JSON.stringify(ADMIN),
    });
    return (cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!);
  };
  return {
    ...server,
    url,
    cookie: signIn,
    async rooms(count) {
      const session = await signIn();
      const device = await connectPushClient(url(), session);
      const clock = createHlcClock(Date.now);
      const clientId = crypto.getRandomValues(new Uint32Array(1))[0]!;
      const changes = Array.from({ length: count }, (_, i) => ({
        id: newId('contact'),
        update: createRecord({ name: `Lê Văn ${i}` }, { hlc: clock.next(), clientId: clientId + i }),
      }));
      await device.push(changes);
      device.close();
      return changes.map(({ id }) => ({
        url: `${url()}/rooms/record/${id}`,
        headers: { cookie: session, origin: url() },
      }));
    },
  };
}

/** `@y/websocket-server` with its own persistence (y-leveldb). */
export function yWebsocketServer(): RoomServer {
  const server = process_('@y/websocket-server', (port, folder) => ({
    args: [join(peers, 'node_modules', '@y', 'websocket-server', 'src', 'server.js')],
    env: { HOST: '127.0.0.1', PORT: String(port), YPERSISTENCE: join(folder, 'leveldb') },
    cwd: peers,
  }));
  return {
    ...server,
    rooms: (count) =>
      Promise.resolve(
        Array.from({ length: count }, (_, i) => ({ url: `http://127.0.0.1:${server.port()}/room${i}`, headers: {} })),
      ),
  };
}

/** Hocuspocus with its SQLite extension. */
export function hocuspocus(): RoomServer {
  const server = process_('Hocuspocus', (port, folder) => {
    const file = join(peers, 'node_modules', '.hocuspocus.mjs'); // beside its packages, so that it finds them
    writeFileSync(
      file,
      `import { Server } from '@hocuspocus/server';
import { SQLite } from '@hocuspocus/extension-sqlite';
const server = new Server({
  port: Number(process.env.PORT),
  address: '127.0.0.1',
  quiet: true,
  extensions: [new SQLite({ database: process.env.DATABASE })],
});
await server.listen();
`,
    );
    return { args: [file], env: { PORT: String(port), DATABASE: join(folder, 'hocuspocus.sqlite') }, cwd: peers };
  });
  return {
    ...server,
    rooms: (count) =>
      Promise.resolve(
        Array.from({ length: count }, (_, i) => ({
          url: `http://127.0.0.1:${server.port()}/`,
          headers: {},
          document: `room${i}`,
        })),
      ),
  };
}

/** Installs the peers, once. Hocuspocus gets the relay's own build of better-sqlite3: the same driver for both. */
export function installPeers(): void {
  if (!existsSync(join(peers, 'node_modules', '@hocuspocus', 'extension-sqlite'))) {
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const done = spawnSync('npm', ['install', ...options], { cwd: peers, stdio: 'inherit' });
    if (done.status !== 0) throw new Error('the peers could not be installed');
  }
  // one that was built for the Node this runs on
  const driver = join(peers, 'node_modules', 'better-sqlite3');
  if (lstatSync(driver, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  rmSync(driver, { recursive: true, force: true });
  symlinkSync(realpathSync(join(root, 'node_modules', 'better-sqlite3')), driver);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1', () => {
      probe.destroy();
      resolve(true);
    });
    probe.on('error', () => resolve(false));
  });
}

/** CPU time of a process, all threads, in ms. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10; // clock ticks of 1/100 s
}

/** Resident memory of a process, in kB. */
export const residentKb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);

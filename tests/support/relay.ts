import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { PassThrough, type Duplex } from 'node:stream';
import { pinnedNode, relayArgs } from '../../scripts/setup.js';

const root = join(import.meta.dirname, '..', '..');

/** The real relay in a process of its own, on a data folder of its own. */
export interface TestRelay {
  readonly port: number;
  readonly url: string;
  readonly dataDir: string;
  readonly log: () => string;
  /** SIGKILL, at once. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** SIGTERM, then removes the folder. */
  close(): Promise<void>;
}

export async function startRelay(env: Record<string, string> = {}): Promise<TestRelay> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lienhe-relay-'));
  const port = await freePort();
  let child: ChildProcess | undefined;
  let output = '';

  async function start(): Promise<void> {
    child = spawn(pinnedNode(), relayArgs, {
      cwd: root,
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const take = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-200_000));
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    const started = child;
    for (let waited = 0; waited < 1000; waited++) {
      if (started.exitCode !== null) throw new Error(`the relay ended at once:\n${output}`);
      const healthy = await fetch(`http://127.0.0.1:${port}/api/health`).then(
        (r) => r.ok,
        () => false,
      );
      if (healthy) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`the relay did not come up:\n${output}`);
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await gone;
  }

  await start();
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    dataDir,
    log: () => output,
    kill: () => end('SIGKILL'),
    start,
    async close() {
      await end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** A cable to the relay that can be pulled: what is open breaks, what is new is refused, until it is put back. */
export interface Cable {
  readonly url: string;
  pull(): void;
  plug(): void;
  /** Half open: what is open stays open, and nothing comes through any more, in either direction. What is new works. */
  freeze(): void;
  close(): Promise<void>;
}

/** `through` makes what a connection's bytes go through on their way: `up` to the relay, `down` from it. */
export async function createCable(
  targetPort: number | (() => number),
  through: (direction: 'up' | 'down') => Duplex = () => new PassThrough(),
): Promise<Cable> {
  const open = new Set<Socket>();
  let pulled = false;
  const server: Server = createServer((near) => {
    if (pulled) return void near.destroy();
    const far = connect(typeof targetPort === 'number' ? targetPort : targetPort(), '127.0.0.1');
    for (const [a, b, direction] of [
      [near, far, 'up'],
      [far, near, 'down'],
    ] as const) {
      open.add(a);
      a.setNoDelay(true);
      a.on('error', () => b.destroy());
      a.on('close', () => {
        open.delete(a);
        b.destroy();
      });
      a.pipe(through(direction)).pipe(b);
    }
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pull() {
      pulled = true;
      for (const socket of open) socket.destroy();
    },
    plug() {
      pulled = false;
    },
    freeze() {
      for (const socket of open) socket.unpipe().pause();
    },
    close() {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

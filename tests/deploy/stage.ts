import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import pg from 'pg';
import { relayArgs } from '../../scripts/setup.js';
import { startPostgres } from '../support/postgres.ts';

// What compose.yaml puts together, as processes: the relays at their names and port, the proxy with its file.

/** nobody: as in the compose file a relay may write nothing. */
const UNPRIVILEGED = { uid: 65534, gid: 65534 };
const RELAY_ADDRESSES = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];

export interface Process {
  readonly log: () => string;
  kill(): Promise<void>;
}

function start(command: string, args: readonly string[], options: Parameters<typeof spawn>[2]): Process {
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  const take = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-50_000));
  child.stdout!.on('data', take);
  child.stderr!.on('data', take);
  child.on('error', (error) => take(Buffer.from(String(error))));
  process.on('exit', () => child.kill('SIGKILL'));
  return {
    log: () => output,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Asks again until it is true; ms it took. */
export async function until(what: string, is: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<number> {
  const began = Date.now();
  for (;;) {
    if (
      await Promise.resolve()
        .then(is)
        .catch(() => false)
    )
      return Date.now() - began;
    if (Date.now() - began > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A server of PostgreSQL at the name and with the database the compose file gives it. */
export async function startDatabase() {
  const server = await startPostgres({ fsync: true, settings: { listen_addresses: '127.0.0.1' } });
  const client = new pg.Client({ connectionString: await server.database() });
  await client.connect();
  await client.query('CREATE DATABASE lienhe');
  await client.end();
  return server;
}

export interface Relay {
  /** Where it is reached beside the proxy. */
  readonly url: string;
  /** Devices connected to it. */
  devices(): Promise<number>;
  start(): Promise<void>;
  kill(): Promise<void>;
  log(): string;
}

/** The relays, from `app`, a read-only copy of the project, with the environment of the compose file. */
export function createRelays(app: string, publicUrl: string): Relay[] {
  return RELAY_ADDRESSES.map((address) => {
    let running: Process | undefined;
    const url = `http://${address}:8787`;
    return {
      url,
      async devices() {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(/^lienhe_connections\{[^}]*sync[^}]*\} (\d+)/m.exec(text)?.[1]);
      },
      async start() {
        const env = {
          HOST: address, // 0.0.0.0 in a container of its own
          PORT: '8787',
          PUBLIC_URL: publicUrl,
          DATABASE_URL: 'postgres://lienhe:motmatkhau1@postgres/lienhe',
        };
        running = start(process.execPath, relayArgs, { cwd: app, env, ...UNPRIVILEGED });
        await until(`${url} is up`, async () => (await fetch(`${url}/api/health`)).ok).catch((error: unknown) => {
          throw new Error(running!.log(), { cause: error });
        });
      },
      kill: async () => running?.kill(),
      log: () => running?.log() ?? '',
    };
  });
}

/** The proxy with the project's own file; `publicUrl` is where people find it. */
export interface Proxy {
  readonly publicUrl: string;
  start(): Promise<Process>;
}

export function createProxy(name: string, app: string): Proxy {
  const folder = join(dirname(app), name);
  mkdirSync(folder);
  const config = join(folder, 'main.conf');
  if (name === 'nginx') {
    // what the image's nginx.conf has around conf.d
    writeFileSync(
      config,
      `daemon off; pid ${folder}/pid; error_log stderr; events { worker_connections 1024; }
http { access_log off; keepalive_timeout 65; include ${app}/docs/deploy/nginx.conf; }`,
    );
    return {
      publicUrl: 'http://lienhe.example.vn',
      start: () => Promise.resolve(start('nginx', ['-c', config, '-p', folder], { cwd: folder })),
    };
  }
  // no certificate from the world outside: one of Caddy's own, which this process then believes
  writeFileSync(
    config,
    `{\n\tlocal_certs\n\tskip_install_trust\n\tadmin off\n}\nimport ${app}/docs/deploy/Caddyfile\n`,
  );
  return {
    publicUrl: 'https://lienhe.example.vn',
    async start() {
      const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
      const caddy = start('caddy', ['run', '--config', config, '--adapter', 'caddyfile'], { cwd: folder, env });
      const certificate = () => readFileSync(join(folder, 'caddy', 'pki', 'authorities', 'local', 'root.crt'), 'utf8');
      await until('Caddy has made its certificate', () => certificate().length > 0).catch((error: unknown) => {
        throw new Error(caddy.log(), { cause: error });
      });
      setDefaultCACertificates([...getCACertificates('default'), certificate()]);
      return caddy;
    },
  };
}

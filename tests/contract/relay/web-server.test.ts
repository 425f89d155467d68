import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE } from '#core/protocol/messages.ts';
import { setUp, startTestRelay, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let relay: TestRelay | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lienhe-web-'));
});
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe('the built app', () => {
  beforeEach(async () => {
    mkdirSync(join(folder, '_app/immutable'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Liên Hệ</title>');
    writeFileSync(join(folder, 'sw.js'), '// worker');
    writeFileSync(join(folder, '_app/immutable/a.js'), 'export const a = 1;');
    writeFileSync(join(folder, '_app/immutable/a.js.gz'), gzipSync('export const a = 1;'));
    relay = await startTestRelay({ webRoot: folder, publicUrl: 'https://crm.example.vn' });
  });
  const get = (path: string, init?: RequestInit) => relay!.browser().fetch(path, init);

  test('pages get the shell, never cached; chunks are kept for ever', async () => {
    for (const path of ['/', '/contacts', '/contacts/contact_01jd0000000000000000000000', '/invite/abc']) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('cache-control')]).toEqual([path, 200, 'no-cache']);
      expect(await response.text()).toContain('Liên Hệ');
    }
    expect((await get('/sw.js')).headers.get('cache-control')).toBe('no-cache');
    const chunk = await get('/_app/immutable/a.js', { headers: { 'accept-encoding': 'gzip' } });
    expect(chunk.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(chunk.headers.get('content-encoding')).toBe('gzip');
    expect(chunk.headers.get('content-type')).toContain('javascript');
    expect(await chunk.text()).toBe('export const a = 1;');
  });

  test('a connection without a request stays longer than proxies keep theirs', async () => {
    const response = await get('/');
    await response.text();
    const seconds = Number(/timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '')?.[1]);
    expect(seconds).toBeGreaterThan(75);
  });

  test('what is missing is missing, not the shell', async () => {
    for (const path of ['/_app/immutable/old.js', '/_app/x', '/icon-512.png', '/..%2f..%2fpackage.json']) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain('Liên Hệ');
    }
  });

  test('under https: HSTS, Secure cookies, links and origin by PUBLIC_URL', async () => {
    expect((await get('/')).headers.get('strict-transport-security')).toContain('max-age=');
    const response = await get('/api/setup', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://crm.example.vn' },
      body: JSON.stringify({ workspace: 'W', name: 'An', email: 'an@a.vn', password: 'mat-khau-1' }),
    });
    expect(response.status).toBe(201);
    expect(response.headers.getSetCookie()[0]).toMatch(/^__Secure-.*; Secure/);
  });
});

test('a half-open socket is ended after two heartbeats; one that answers stays', async () => {
  relay = await startTestRelay({ heartbeatMs: 150 });
  const admin = await setUp(relay);
  const dead = admin.socket('/rooms/workspace');
  const alive = admin.socket('/rooms/workspace');
  await Promise.all([once(dead, 'open'), once(alive, 'open')]);
  dead.pong = () => undefined; // as a closed laptop: the line is there, nobody answers
  const startedAt = Date.now();
  await once(dead, 'close');
  expect(Date.now() - startedAt).toBeLessThan(5000);
  expect(alive.readyState).toBe(alive.OPEN);
  alive.terminate();
});

describe('the process', () => {
  const start = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ['sync-server/start.js'], {
      env: { ...process.env, DATA_DIR: folder, ...env },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return { child, output: () => output, exit: once(child, 'exit') as Promise<[number | null]> };
  };

  test('says where it is in both languages; closes a socket without a session; ends by SIGTERM within 5 s', async () => {
    const { child, output, exit } = start({ PORT: '0', LOG_LEVEL: 'warn' });
    try {
      await vi.waitFor(() => expect(output()).toContain('sẵn sàng'), { timeout: 20_000 });
      expect(output()).toContain('is ready at');
      const [, port = ''] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output()) ?? [];
      const socket = new WebSocket(`ws://127.0.0.1:${port}/rooms/workspace`);
      const [closed] = (await once(socket, 'close')) as [CloseEvent];
      expect(closed.code).toBe(CLOSE.signedOut.code);
      const startedAt = Date.now();
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
      expect(Date.now() - startedAt).toBeLessThan(5000);
    } finally {
      child.kill('SIGKILL');
    }
  });

  test('a taken port and a wrong setting are told in plain words', async () => {
    const other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const taken = start({ PORT: String(port) });
    expect((await taken.exit)[0]).toBe(1);
    expect(taken.output().trim()).toBe(
      `Port ${port} on 127.0.0.1 is taken by another program. Stop it, or start with PORT=${port + 1}.`,
    );
    other.close();
    const wrong = start({ DATABASE_URL: 'postgres://crm:secret@127.0.0.1:1/crm' });
    expect((await wrong.exit)[0]).toBe(1);
    expect(wrong.output()).toContain('PostgreSQL');
    expect(wrong.output()).not.toContain('secret');
  });
});

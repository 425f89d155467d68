import { spawn } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, expect, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { createRecord } from '#crdt/record.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { startDevice, type Device } from '../../simulation/device.ts';
import { createRandom } from '../../simulation/random.ts';
import { tornIntoSlices } from '../../support/link-faults.ts';
import { nodeSockets } from '../../support/node-socket.ts';
import { offlineEdits, replay } from '../../support/offline-replay.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { rawDevice } from '../../support/raw-device.ts';
import { ADMIN, setUp, startTestRelay, type TestRelay } from '../../support/relay-in-process.ts';
import { createCable, startRelay } from '../../support/relay.ts';

/** sync.md §7: links that tear, hang and lie; herds; disks and processes that should not be. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 20_000 });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 20 });

/** A real replica and link; its timers run `hurry` times as fast as they say. */
async function startRealDevice(open: OpenSocket, hurry = 1): Promise<Device> {
  const errors: unknown[] = [];
  const device = await startDevice({
    disk: new IDBFactory(),
    open,
    time: {
      now: Date.now,
      schedule(task, delayMs) {
        const timer = setTimeout(task, delayMs / hurry);
        return () => clearTimeout(timer);
      },
      pass: () => undefined,
    },
    random: createRandom(Date.now()),
    skewMs: 0,
    onError: (error) => errors.push(error),
  });
  closers.push(() => {
    device.crash();
    expect(errors).toEqual([]);
  });
  return device;
}
async function save(device: Device, name: string, id?: RecordId): Promise<RecordId> {
  const target = id ?? newId('contact');
  const create = id === undefined ? { create: true as const } : {};
  const saved = await device.replica.commit([{ id: target, changes: { name }, ...create }]);
  expect(saved.ok).toBe(true);
  return target;
}
const settled = (device: Device) =>
  until(() => {
    expect(device.link.status().phase).toBe('live');
    expect(device.replica.pending.count).toBe(0);
  });

async function startSetUp(options: Parameters<typeof startTestRelay>[0] = {}) {
  const relay = await startTestRelay(options);
  closers.push(() => relay.stop());
  return { relay, admin: await setUp(relay) };
}
function logOf({ dataDir }: Pick<TestRelay, 'dataDir'>): RecordId[] {
  const db = new Database(join(dataDir, 'lienhe.sqlite'), { readonly: true });
  const ids = db.prepare<[], RecordId>('SELECT record_id FROM log ORDER BY seq').pluck().all();
  db.close();
  return ids;
}

test('torn frames: in slices of 1 to 7 bytes, both ways, everything arrives once and whole', async () => {
  const { relay, admin } = await startSetUp();
  const cable = await createCable(relay.running.port, tornIntoSlices);
  closers.push(() => cable.close());
  const here = await startRealDevice(nodeSockets(cable.url, () => admin.cookie).open);
  const there = await startRealDevice(nodeSockets(relay.url, () => admin.cookie).open);
  await settled(here);
  const note = 'Ghi chú dài. '.repeat(100);
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => save(here, `${i} ${note}`)));
  const theirs = await save(there, note);
  await settled(here);
  await until(() => {
    for (const id of ids) expect(there.columns.get(id)?.values['name']).toContain(note.trim());
    expect(here.columns.has(theirs)).toBe(true);
  });
  expect([...logOf(relay)].sort()).toEqual([...ids, theirs].sort());
});

test('half-open link: the relay lets go of it, the device makes another, what it sent into the void arrives once', async () => {
  const { relay, admin } = await startSetUp({ heartbeatMs: 300 });
  const cable = await createCable(relay.running.port);
  closers.push(() => cable.close());
  const { open } = nodeSockets(cable.url, () => admin.cookie);
  const sockets: { opened: number; closed: number } = { opened: 0, closed: 0 };
  const counted: OpenSocket = (events) => {
    sockets.opened++;
    return open({ ...events, onClose: (...args) => (sockets.closed++, events.onClose(...args)) });
  };
  const device = await startRealDevice(counted, 20); // silence of 45 s is noticed after 2.25 s
  const id = await save(device, 'Trước');
  await settled(device);
  const closedAtRelay = vi.fn();
  const before = await connections(relay);
  expect(before).toBe(1);
  cable.freeze();
  await save(device, 'Vào hư không', id);
  await until(async () => {
    closedAtRelay(await connections(relay));
    expect(device.replica.pending.count).toBe(0);
  });
  expect(sockets.opened).toBeGreaterThan(1);
  await until(async () => expect(await connections(relay)).toBe(1)); // the dead one is gone
  expect(logOf(relay)).toEqual([id, id]);

  async function connections({ url }: TestRelay): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(/^lienhe_connections\{kind="sync"\} (\d+)$/m.exec(text)?.[1]);
  }
});

test('captive portal: HTML to everything is no relay; the outbox waits and goes when the network is back', async () => {
  const { relay, admin } = await startSetUp();
  const portal = createServer((_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html' });
    answer.end('<html><body>Đăng nhập Wi-Fi</body></html>');
  });
  // some answer the upgrade as if nothing had been asked
  portal.on('upgrade', (_, socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html></html>'));
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => (portal.closeAllConnections(), portal.close(resolve))));
  let port = (portal.address() as AddressInfo).port;
  const cable = await createCable(() => port);
  closers.push(() => cable.close());
  let attempts = 0;
  const { open } = nodeSockets(cable.url, () => admin.cookie);
  const device = await startRealDevice((events) => (attempts++, open(events)), 50);
  const id = await save(device, 'Sau cổng Wi-Fi');
  await until(() => expect(attempts).toBeGreaterThan(3));
  expect(['offline', 'connecting']).toContain(device.link.status().phase);
  expect(device.replica.pending.count).toBe(1);
  port = relay.running.port;
  await settled(device);
  expect(logOf(relay)).toEqual([id]);
});

test('thundering herd: a thousand devices come back at once, all are synced, and the relay serves on', async () => {
  const relay = await startRelay({ LOG_LEVEL: 'error' });
  closers.push(() => relay.close());
  const cookie = await setUpOver(relay.url);
  const writer = await connectPushClient(relay.url, cookie);
  const stamp = { hlc: hlcFromMs(Date.now()), clientId: 500 };
  await writer.push(
    Array.from({ length: 300 }, (_, i) => ({ id: newId('contact'), update: createRecord({ name: `K ${i}` }, stamp) })),
  );
  writer.close();
  await relay.kill();
  await relay.start();
  const devices = await Promise.all(Array.from({ length: 1000 }, () => rawDevice(relay.url, cookie)));
  closers.push(() => devices.forEach(({ socket }) => socket.terminate()));
  const heads = await Promise.all(
    devices.map(async (device) => {
      device.hello();
      return (await device.hears('caught-up')).seq;
    }),
  );
  expect(new Set(heads)).toEqual(new Set([300]));
  expect(await (await fetch(`${relay.url}/api/health`)).json()).toMatchObject({ ok: true });
  const again = await connectPushClient(relay.url, cookie);
  expect(
    (await again.push([{ id: newId('contact'), update: createRecord({ name: 'Sau' }, { ...stamp, clientId: 501 }) }]))
      .seq,
  ).toBe(301);
  again.close();
});

test('edits made offline are replayed over a link that breaks: each acknowledged, each in the log once', async () => {
  const relay = await startRelay({ LOG_LEVEL: 'error' });
  closers.push(() => relay.close());
  const cookie = await setUpOver(relay.url);
  const outbox = offlineEdits(2_560); // 50,000 in `npm run bench -- bad-links`
  const { taken, connections } = await replay(relay.url, cookie, outbox, 4);
  expect(connections).toBe(5);
  expect([...taken].sort(([a], [b]) => a - b)).toEqual(outbox.map((changes, i) => [i + 1, changes.length]));
  expect(logOf(relay)).toHaveLength(outbox.flat().length);
});

async function setUpOver(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(ADMIN),
  });
  expect(answer.status).toBeLessThan(300);
  return answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');
}

const root = join(import.meta.dirname, '..', '..', '..');
function startProcess(dataDir: string, user?: number): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'sync-server', 'start.js')], {
    cwd: root,
    env: { ...process.env, PORT: '0', DATA_DIR: dataDir, DATABASE_URL: '' },
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  closers.push(() => child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

test('a second relay on the same SQLite file does not start, says why, and leaves the first alone', async () => {
  const { relay, admin } = await startSetUp();
  const second = await startProcess(relay.dataDir);
  expect(second.code).toBe(1);
  expect(second.output).toContain('Another relay is running on');
  const device = await startRealDevice(nodeSockets(relay.url, () => admin.cookie).open);
  await save(device, 'Máy chủ thứ nhất vẫn chạy');
  await settled(device);
});

test('a database file that may only be read: the relay does not start, and says what to do', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'lienhe-readonly-'));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  const first = await startTestRelay({});
  await first.stop();
  const db = new Database(join(dataDir, 'lienhe.sqlite'));
  db.exec('CREATE TABLE one (n)');
  db.close();
  // as an ordinary person: the rights of a file mean nothing to root
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  if (nobody !== undefined) {
    chownSync(dataDir, nobody, nobody);
    for (const name of readdirSync(dataDir)) chownSync(join(dataDir, name), nobody, nobody);
  }
  chmodSync(join(dataDir, 'lienhe.sqlite'), 0o444);
  const started = await startProcess(dataDir, nobody);
  expect(started.code).toBe(1);
  expect(started.output).toContain('lienhe.sqlite cannot be written');
});

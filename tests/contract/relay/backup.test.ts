import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, expect, test, vi } from 'vitest';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Changes } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord } from '#crdt/record.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { startDevice, type Device } from '../../simulation/device.ts';
import { createRandom } from '../../simulation/random.ts';
import { nodeSockets } from '../../support/node-socket.ts';
import { connectPushClient, pushAll } from '../../support/push-client.ts';
import { startRelay } from '../../support/relay.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 20_000 });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const root = join(import.meta.dirname, '..', '..', '..');

/** Runs `backup`, `restore` or `doctor` as a process of its own, like a person would beside the relay. */
function upkeep(dataDir: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'sync-server', 'upkeep', 'main.ts'), ...args], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

async function setUpWorkspace(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ workspace: 'Sao Mai', name: 'An', email: 'an@saomai.vn', password: 'mat-khau-dai-1' }),
  });
  expect(answer.status).toBeLessThan(300);
  return answer.headers
    .getSetCookie()
    .map((c) => c.split(';')[0])
    .join('; ');
}

/** A real replica and link, with the clock and the timers of this machine. */
async function startRealDevice(open: OpenSocket): Promise<Device> {
  const errors: unknown[] = [];
  const device = await startDevice({
    disk: new IDBFactory(),
    open,
    time: {
      now: Date.now,
      schedule(task, delayMs) {
        const timer = setTimeout(task, delayMs);
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

/** What the relay's database holds, read beside it. */
function relayHolds(dataDir: string): Map<string, Changes> {
  const db = new Database(join(dataDir, 'lienhe.sqlite'), { readonly: true });
  const rows = db.prepare<[], { id: RecordId; state: Uint8Array }>('SELECT id, state FROM records').all();
  db.close();
  return new Map(rows.map(({ id, state }) => [id, foldRecord(id, state).values]));
}

test('I1 L5: a backup made while people write is consistent, and restoring it loses nothing a device still has', async () => {
  const relay = await startRelay();
  closers.push(() => relay.close());
  const backups = mkdtempSync(join(tmpdir(), 'lienhe-backups-'));
  const second = mkdtempSync(join(tmpdir(), 'lienhe-second-'));
  closers.push(() => [backups, second].forEach((folder) => rmSync(folder, { recursive: true, force: true })));
  const cookie = await setUpWorkspace(relay.url);

  const writer = await connectPushClient(relay.url, cookie);
  const clock = createHlcClock(Date.now);
  const contact = (name: string, clientId = 77) => ({
    id: newId('contact'),
    update: createRecord({ name }, { hlc: clock.next(), clientId }),
  });
  await pushAll(
    writer,
    Array.from({ length: 1500 }, (_, i) => contact(`Trước ${i}`)),
  );

  const { network, open } = nodeSockets(relay.url, () => cookie);
  const device = await startRealDevice(open);
  const save = async (id: RecordId, name: string, create: boolean) => {
    const saved = await device.replica.commit([
      { id, changes: { name }, ...(create ? { create: true as const } : {}) },
    ]);
    expect(saved.ok).toBe(true);
  };
  const settled = () =>
    until(() => {
      expect(device.link.status().phase).toBe('live');
      expect(device.replica.pending.count).toBe(0);
    });
  const mine = Array.from({ length: 10 }, () => newId('contact'));
  for (const id of mine.slice(0, 5)) await save(id, 'của tôi', true);
  await settled();

  // one push after the other until the backup is there, and a while longer
  const acknowledged: string[] = [];
  let writing = true;
  const written = (async () => {
    while (writing) {
      const change = contact(`Trong lúc sao lưu ${acknowledged.length}`);
      const { results } = await writer.push([change]);
      expect(results[0]?.kind).toBe('ok');
      acknowledged.push(change.id);
    }
  })();
  await until(() => expect(acknowledged.length).toBeGreaterThan(20));
  const before = acknowledged.length;
  const [backup, doctor] = await Promise.all([
    upkeep(relay.dataDir, 'backup', backups),
    upkeep(relay.dataDir, 'doctor'),
  ]);
  const during = acknowledged.length;
  expect(backup).toMatchObject({ code: 0 });
  expect(doctor).toMatchObject({ code: 0 });
  expect(during).toBeGreaterThan(before);
  await until(() => expect(acknowledged.length).toBeGreaterThan(during + 20));
  writing = false;
  await written;
  writer.close();
  const folder = backup.output.trim().split('\n').at(-1)!;

  // the copy holds all that was acknowledged before it began, and every promise of the store
  expect(await upkeep(second, 'restore', folder)).toMatchObject({ code: 0 });
  expect(await upkeep(second, 'doctor')).toMatchObject({ code: 0 });
  const copied = relayHolds(second);
  for (const id of acknowledged.slice(0, before)) expect(copied.has(id)).toBe(true);
  // commits in order: those of the copy are the first ones, without a gap
  const there = acknowledged.filter((id) => copied.has(id));
  expect(there).toEqual(acknowledged.slice(0, there.length));
  expect(there.length).toBeLessThan(acknowledged.length);

  // the device goes on: new contacts, and an edit of one that the backup has
  for (const id of mine.slice(5)) await save(id, 'sau khi sao lưu', true);
  await save(mine[0]!, 'đổi tên sau khi sao lưu', false);
  await settled();
  await until(() => expect(device.columns.has(acknowledged.at(-1) as RecordId)).toBe(true));
  const lost = relayHolds(relay.dataDir);

  expect(await upkeep(relay.dataDir, 'restore', folder)).toMatchObject({ code: 1 }); // it runs
  network.up = false;
  await relay.kill();
  expect(await upkeep(relay.dataDir, 'restore', folder)).toMatchObject({ code: 0 });
  expect(relayHolds(relay.dataDir)).toEqual(copied);

  // the new log grows past the device's place in the old one before the device hears of it: only the incarnation tells
  await relay.start();
  const other = await connectPushClient(relay.url, cookie);
  const later = Array.from({ length: 2 * (lost.size - copied.size) }, (_, i) => contact(`Sau khi khôi phục ${i}`, 78));
  await pushAll(other, later);
  other.close();
  const expected = new Map([...lost, ...later.map(({ id, update }) => [id, foldRecord(id, update).values] as const)]);
  network.up = true;

  await until(() => expect(relayHolds(relay.dataDir).size).toBe(expected.size));
  await settled();
  expect(relayHolds(relay.dataDir)).toEqual(expected);
  for (const { id } of later) expect(device.columns.has(id)).toBe(true);
  expect(device.replica.refused()).toEqual([]);
  expect(await upkeep(relay.dataDir, 'doctor')).toMatchObject({ code: 0 });
});

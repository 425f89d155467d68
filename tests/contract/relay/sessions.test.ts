import { IDBFactory } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { OFFLINE_DAYS } from '#core/record/offline-days.ts';
import type { DataPort, DataStatus, ListResult, LiveRecord } from '#data-worker/port.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord } from '#crdt/record.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { createWorkspace } from '#workspace/workspace.ts';
import { nodeSockets } from '../../support/node-socket.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { ADMIN, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';
import { startWorkerInThread, type WorkerInThread } from '../../support/worker-in-thread.ts';

/** Sessions (sync.md §5): a real relay, and a data worker with its real replica, link and workspace document. */
vi.setConfig({ testTimeout: 40_000, hookTimeout: 30_000 });

const DAY = 24 * 60 * 60 * 1000;
let relay: TestRelay;
let admin: TestBrowser;
const workers = new Set<WorkerInThread>();
beforeEach(async () => {
  relay = await startTestRelay({ recheckMs: 100 });
  admin = await setUp(relay);
});
afterEach(async () => {
  for (const worker of workers) await worker.close();
  workers.clear();
  await relay.stop();
});
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** A device whose worker can be closed and started again on the same storage, and whose clock can be set. */
async function createDevice(browser = admin, send?: (message: Uint8Array) => Uint8Array, through?: OpenSocket) {
  const session = await browser.api.session();
  if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
  const { me } = session.value;
  const socketUrl = relay.url.replace('http', 'ws');
  const sockets = nodeSockets(relay.url, () => browser.cookie, send);
  const { network } = sockets;
  const open = through ?? sockets.open;
  const indexedDB = new IDBFactory();
  const dbName = `sessions-${newId('device')}`;
  const clock = { ahead: 0 };

  async function start() {
    const worker = startWorkerInThread({
      config: { user: me.id, role: me.role, workspace: me.workspaceId, socketUrl, build: 'test' },
      openWorkspace: (onClosed) =>
        createWorkspace({ url: socketUrl, dbName, me, onClosed, WebSocket: browser.WebSocket }),
      indexedDB,
      open,
      now: () => Date.now() + clock.ahead,
    });
    workers.add(worker);
    const port = worker.tab();
    const seen = watch(port);
    await worker.core().opened();
    return {
      worker,
      port,
      seen,
      async close() {
        workers.delete(worker);
        await worker.close();
      },
    };
  }
  return { start, network, clock, me };
}

function watch(port: DataPort) {
  const seen: {
    status?: DataStatus;
    list?: ListResult;
    record?: LiveRecord | undefined;
    days?: unknown;
    members?: number;
  } = {};
  port.status((status) => (seen.status = status));
  port.query({ sources: ['contact'], offset: 0, limit: 10 }, (list) => (seen.list = list));
  port.workspace((data) => {
    seen.days = data.settings[OFFLINE_DAYS];
    seen.members = data.members.length;
  });
  return seen;
}

const valuesOf = (name: string, user: string) => ({
  name,
  phones: [{ id: 'p1', value: '0912345678' }],
  ownerId: user,
  departmentId: 'sales',
});
async function create(port: DataPort, name: string, user: string): Promise<RecordId> {
  const done = await port.run('contact.create', { values: valuesOf(name, user) });
  if (!done.ok) throw new Error(JSON.stringify(done.error));
  return done.value.ids[0]!;
}
const synced = (seen: ReturnType<typeof watch>) =>
  until(() => expect(seen.status).toMatchObject({ phase: 'live', unsent: 0 }));

/** Entries of a record in the relay's log, read beside it. */
function entriesOf(id: RecordId): number {
  const db = new Database(join(relay.dataDir, 'lienhe.sqlite'), { readonly: true });
  const count = db.prepare<[string], number>('SELECT count(*) FROM log WHERE record_id = ?').pluck().get(id);
  db.close();
  return count ?? 0;
}

test('offline lock: after the limit the worker answers no read and takes no write, keeps the outbox, and a sync opens it', async () => {
  const device = await createDevice();
  const first = await device.start();
  const id = await create(first.port, 'Mai Khóa', device.me.id);
  await synced(first.seen);
  await until(() => expect(first.seen.list?.total).toBe(1));
  device.network.cut();
  await until(() => expect(first.seen.status?.phase).toBe('offline'));
  expect(await first.port.run('contact.edit', { id, values: { title: 'Ngoại tuyến' } })).toMatchObject({ ok: true });

  // thirteen days later it still opens
  await first.close();
  device.clock.ahead = 13 * DAY;
  const second = await device.start();
  await until(() => expect(second.seen.list?.rows[0]?.values['title']).toBe('Ngoại tuyến'));
  expect(second.seen.status?.locked).toBeUndefined();

  // on the fifteenth it does not: after a restart, and for those that are open, and whatever the clock says then
  await second.close();
  for (const ahead of [15 * DAY, 0, -100 * DAY]) {
    device.clock.ahead = ahead;
    const locked = await device.start();
    locked.port.open(id, (record) => (locked.seen.record = record));
    await until(() => expect(locked.seen.status).toMatchObject({ locked: { days: 14 }, unsent: 1 }));
    expect(locked.seen.list).toBeUndefined();
    expect(locked.seen.record).toBeUndefined();
    expect(locked.seen.status).toMatchObject({ refused: [], counts: { contact: 0 } });
    expect(await locked.port.document(id)).toBeUndefined();
    expect(await locked.port.unsent()).toEqual([]);
    expect(await locked.port.run('contact.delete', { ids: [id] })).toMatchObject({ error: { reason: 'locked' } });
    await expect(locked.port.imports.open()).rejects.toThrow('locked');
    await expect(locked.port.writeWorkspace({ type: 'set-setting', key: OFFLINE_DAYS, value: 90 })).rejects.toThrow(
      'locked',
    );
    await locked.close();
  }

  // the network comes back: it opens by itself, and what was kept arrives once
  device.clock.ahead = 15 * DAY;
  const last = await device.start();
  last.port.open(id, (record) => (last.seen.record = record));
  await until(() => expect(last.seen.status?.locked).toEqual({ days: 14 }));
  device.network.up = true;
  last.port.reconnect();
  await synced(last.seen);
  await until(() => expect(last.seen.list?.rows[0]?.values['title']).toBe('Ngoại tuyến'));
  await until(() => expect(last.seen.record?.values['title']).toBe('Ngoại tuyến'));
  expect(last.seen.status?.locked).toBeUndefined();
  expect(entriesOf(id)).toBe(2);
});

test('offline lock: a device that is open when the limit passes loses sight of everything, by the workspace’s own limit', async () => {
  const device = await createDevice();
  const first = await device.start();
  const { port, seen, worker } = first;
  await create(port, 'Mai Khóa', device.me.id);
  expect(await port.writeWorkspace({ type: 'set-setting', key: OFFLINE_DAYS, value: 3 })).toMatchObject({ ok: true });
  await synced(seen);
  await until(() => expect(seen.days).toBe(3));
  device.network.cut();
  await until(() => expect(seen.status?.phase).toBe('offline'));
  device.clock.ahead = 4 * DAY;
  const late = worker.tab(); // whoever asks is the first to notice
  let list: ListResult | undefined;
  late.query({ sources: ['contact'], search: 'mai', offset: 0, limit: 10 }, (result) => (list = result));
  expect(await late.unsent()).toEqual([]);
  expect(list).toBeUndefined();

  // the next start knows the limit before the workspace's document is read
  await first.close();
  const again = await device.start();
  await until(() => expect(again.seen.status?.locked).toEqual({ days: 3 }));
  expect(again.seen.list).toBeUndefined();
});

test('an expired session never costs the outbox: edits made offline arrive exactly once after signing in again', async () => {
  const device = await createDevice();
  const first = await device.start();
  const id = await create(first.port, 'Tạ Hết Phiên', device.me.id);
  await synced(first.seen);
  device.network.cut();
  await until(() => expect(first.seen.status?.phase).toBe('offline'));
  for (const title of ['một', 'hai', 'ba']) {
    expect(await first.port.run('contact.edit', { id, values: { title } })).toMatchObject({ ok: true });
  }
  const made = await create(first.port, 'Lý Ngoại Tuyến', device.me.id);
  expect(await admin.api.signOut()).toMatchObject({ ok: true }); // the session is gone at the relay
  device.network.up = true;
  first.port.reconnect();
  await until(() => expect(first.seen.status).toMatchObject({ phase: 'signed-out', unsent: 4 }));
  expect(entriesOf(id)).toBe(1);

  // work goes on without a session, also over a restart
  await first.close();
  const second = await device.start();
  await until(() => expect(second.seen.status).toMatchObject({ phase: 'signed-out', unsent: 4 }));
  expect(await second.port.run('contact.edit', { id, values: { title: 'bốn' } })).toMatchObject({ ok: true });
  await until(() => expect(second.seen.list?.total).toBe(2));

  const { email, password } = ADMIN;
  expect(await admin.api.signIn({ email, password })).toMatchObject({ ok: true });
  second.port.reconnect();
  await synced(second.seen);
  expect(entriesOf(id)).toBe(5);
  expect(entriesOf(made)).toBe(1);
  expect(second.seen.status?.refused).toEqual([]);
});

test('an old build gets upgrade-required, keeps its outbox, and sends it once it is a new one', async () => {
  let version: number | undefined = 1; // version 1 ended where the cursor ends; what follows is ignored
  const speakOld = (message: Uint8Array) => {
    if (message[0] !== 0 || version === undefined) return message;
    const hello = message.slice();
    hello[1] = version;
    return hello;
  };
  const device = await createDevice(admin, speakOld);
  const old = await device.start();
  await until(() => expect(old.seen.members).toBeGreaterThan(0)); // who may own a contact is known
  const id = await create(old.port, 'Đỗ Bản Cũ', device.me.id);
  await until(() => expect(old.seen.status).toMatchObject({ phase: 'upgrade-required', unsent: 1 }));
  await until(() => expect(old.seen.list?.total).toBe(1));
  await old.close();
  version = undefined;
  const updated = await device.start();
  await synced(updated.seen);
  expect(entriesOf(id)).toBe(1);
});

test('what a newer build adds is ignored on the wire and kept in the records, in both directions', async () => {
  const later = (message: Uint8Array) => new Uint8Array([...message, 7, 7, 7]);
  // the relay as a later one: more at the end of every message, and messages nobody knows yet
  const { open } = nodeSockets(relay.url, () => admin.cookie, later);
  const device = await createDevice(admin, later, (events) =>
    open({
      ...events,
      onMessage(bytes) {
        events.onMessage(new Uint8Array([99, 1, 2, 3]));
        events.onMessage(bytes && later(bytes));
      },
    }),
  );
  const { port, seen } = await device.start();
  await synced(seen);

  // a newer build made this record, with a field that means nothing here
  const id = newId('contact');
  const newer = await connectPushClient(relay.url, admin.cookie);
  const future = { kind: 'hologram', size: [1, 2, { deep: true }] };
  const stamp = { hlc: hlcFromMs(Date.now()), clientId: 4711 };
  const state = createRecord({ ...valuesOf('Ngô Tương Lai', device.me.id), 'x:future': future }, stamp);
  expect((await newer.push([{ id, update: state }])).results).toEqual([{ kind: 'ok' }]);
  newer.close();
  await until(() => expect(seen.list?.rows[0]?.values['name']).toBe('Ngô Tương Lai'));
  expect(await port.run('contact.edit', { id, values: { title: 'Sửa ở bản cũ' } })).toMatchObject({ ok: true });
  await until(() => expect(entriesOf(id)).toBe(2));
  const db = new Database(join(relay.dataDir, 'lienhe.sqlite'), { readonly: true });
  const stored = db.prepare<[string], Uint8Array>('SELECT state FROM records WHERE id = ?').pluck().get(id);
  db.close();
  expect(foldRecord(id, stored!).values).toMatchObject({ title: 'Sửa ở bản cũ', 'x:future': future });
});

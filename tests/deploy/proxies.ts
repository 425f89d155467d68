import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import assert from 'node:assert/strict';
import type { DataStatus, LiveRecord } from '#data-worker/port.ts';
import { createWorkspace } from '#workspace/workspace.ts';
import { nodeSockets } from '../support/node-socket.ts';
import { addMember, createBrowser, setUp, type TestBrowser } from '../support/relay-in-process.ts';
import { startWorkerInThread } from '../support/worker-in-thread.ts';
import { createProxy, createRelays, startDatabase, until } from './stage.ts';

/**
 * `node proxies.ts nginx|caddy <project>`: two people behind the proxy, with the real data worker each, on relays of
 * which one after the other is killed. Started by scripts/proxies.js, in a network of its own.
 */
const [name = '', app = ''] = process.argv.slice(2);
const proxy = createProxy(name, app);
const relays = createRelays(app, proxy.publicUrl);
const step = (line: string) => console.log(`  ${name}: ${line}`);

const database = await startDatabase();
await Promise.all(relays.map((relay) => relay.start()));
const running = await proxy.start();
const page = await until('the proxy passes a page on', async () => {
  const answer = await fetch(`${proxy.publicUrl}/`);
  return answer.ok && (await answer.text()).includes('<html');
}).catch((error: unknown) => {
  throw new Error(running.log(), { cause: error });
});
step(`three relays up, the app comes through the proxy (${page} ms)`);

/** The data worker of somebody's browser: replica, link and workspace document over sockets through the proxy. */
async function openDevice(browser: TestBrowser) {
  const session = await browser.api.session();
  assert(session.ok && session.value.state === 'signed-in', 'signed in through the proxy');
  const { me } = session.value;
  const socketUrl = proxy.publicUrl.replace('http', 'ws');
  const worker = startWorkerInThread({
    config: { user: me.id, role: me.role, workspace: me.workspaceId, socketUrl, build: 'test' },
    openWorkspace: (onClosed) =>
      createWorkspace({ url: socketUrl, dbName: `w-${me.id}`, me, onClosed, WebSocket: browser.WebSocket }),
    indexedDB: new IDBFactory(),
    open: nodeSockets(proxy.publicUrl, () => browser.cookie).open,
  });
  const port = worker.tab();
  const seen: { status?: DataStatus; record?: LiveRecord | undefined } = {};
  port.status((status) => (seen.status = status));
  port.workspace(() => undefined);
  const isSynced = () => seen.status?.phase === 'live' && seen.status.unsent === 0;
  await until('a device is live', isSynced);
  return { me, port, seen, isSynced, close: () => worker.close() };
}

const relay = { browser: () => createBrowser({ url: proxy.publicUrl }) };
const devicesAt = () => Promise.all(relays.map((one) => one.devices().catch(() => 0)));
/** Opens a device, and says which relay the proxy gave it. */
async function openAt(browser: TestBrowser) {
  const before = await devicesAt();
  const device = await openDevice(browser);
  const after = await devicesAt();
  return { device, at: after.findIndex((count, i) => count > before[i]!) };
}

const admin = await setUp(relay);
const { device: an, at: anAt } = await openAt(admin);
const colleague = await addMember(relay, admin, 'binh@saomai.vn');
let { device: binh, at: binhAt } = await openAt(colleague);
for (let tries = 0; binhAt === anAt && tries < 12; tries++) {
  await binh.close();
  ({ device: binh, at: binhAt } = await openAt(colleague));
}
step(`An is at relay ${anAt + 1}, Bình at relay ${binhAt + 1}`);
assert(anAt >= 0 && binhAt >= 0 && anAt !== binhAt, 'two people are at different relays');

const made = await an.port.run('contact.create', {
  values: { name: 'Mai Lan', phones: [{ id: 'p1', value: '0912345678' }], ownerId: an.me.id, departmentId: 'sales' },
});
assert(made.ok, JSON.stringify(made));
const id = made.value.ids[0]!;
for (const { port, seen } of [an, binh]) port.open(id, (record) => (seen.record = record));
const titleAt = (device: typeof an) => device.seen.record?.values.title;

async function edit(device: typeof an, title: string): Promise<void> {
  const done = await device.port.run('contact.edit', { id, values: { title } });
  assert(done.ok, JSON.stringify(done));
}
const bothSee = (title: string) =>
  until(`both see ${title}`, () => [an, binh].every((one) => titleAt(one) === title && one.isSynced()));

await until('Bình has the contact', () => binh.seen.record !== undefined);
await edit(an, 'Kế toán');
step(`an edit at one relay is seen through the other after ${await bothSee('Kế toán')} ms`);
await edit(binh, 'Thủ quỹ');
await bothSee('Thủ quỹ');

// each person's relay dies under them, in turn
for (const [who, at] of [
  [an, anAt],
  [binh, binhAt],
] as const) {
  await relays[at]!.kill();
  const title = `Khi trạm ${at + 1} chết`;
  await edit(who, title);
  step(
    `relay ${at + 1} killed: an edit made there then is acknowledged and seen by both after ${await bothSee(title)} ms`,
  );
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => fetch(`${proxy.publicUrl}/api/health`, { headers: { connection: 'close' } })),
  );
  assert(
    answers.every((answer) => answer.ok),
    'while a relay is gone nobody gets an error',
  );
  const again = await relay.browser().api.signIn({ email: 'an@saomai.vn', password: 'mat-khau-1' });
  assert(again.ok, 'signing in works while a relay is gone');
  await relays[at]!.start();
}
const used = await until('the relays that came back are given devices again', async () => {
  await relays[[0, 1, 2].find((i) => i !== anAt && i !== binhAt)!]!.kill();
  return (await devicesAt()).filter((count) => count > 0).length > 0;
});
await edit(an, 'Sau cùng');
await bothSee('Sau cùng');
step(`the third relay killed: on with those that came back (${used} ms)`);

assert.equal((await fetch(`${proxy.publicUrl}/metrics`)).status, 404, 'metrics are not for the world');
await Promise.all([an.close(), binh.close(), ...relays.map((one) => one.kill()), running.kill()]);
await database.remove();
console.log(`✓ ${name}`);
process.exit(0);

import { indexedDB } from 'fake-indexeddb';
import 'fake-indexeddb/auto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Presence, WorkspaceData } from '#core/record/workspace-data.ts';
import type { DataPort, DataStatus } from '#data-worker/port.ts';
import { createWorkspace } from '#workspace/workspace.ts';
import {
  ADMIN,
  addMember,
  setUp,
  startTestRelay,
  type TestBrowser,
  type TestRelay,
} from '../../support/relay-in-process.ts';
import { startWorkerInThread, type WorkerInThread } from '../../support/worker-in-thread.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // real processes, on machines that do other things too

/** The workspace document of a data worker with several tabs, against a real relay. */
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

let copies = 0;
async function startWorker(browser: TestBrowser, dbName = `worker-copy-${++copies}`): Promise<WorkerInThread> {
  const session = await browser.api.session();
  if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
  const { me } = session.value;
  const socketUrl = relay.url.replace('http', 'ws');
  const worker = startWorkerInThread({
    config: { user: me.id, role: me.role, workspace: me.workspaceId, socketUrl, build: 'test' },
    openWorkspace: (onClosed) =>
      createWorkspace({ url: socketUrl, dbName, me, onClosed, WebSocket: browser.WebSocket }),
  });
  workers.add(worker);
  return worker;
}

/** What a tab was told last. */
function watch(port: DataPort) {
  const seen: { data?: WorkspaceData; present: readonly Presence[]; status?: DataStatus } = { present: [] };
  port.workspace((data) => (seen.data = data));
  port.presence((present) => (seen.present = present));
  port.status((status) => (seen.status = status));
  return seen;
}
const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

test('what one tab writes, every tab and every colleague sees; a member’s write is refused', async () => {
  const mine = await startWorker(admin);
  const [one, two] = [mine.tab(), mine.tab()];
  const other = watch(two);
  await until(() => expect(other.data).toMatchObject({ name: ADMIN.workspace, members: [{ name: ADMIN.name }] }));
  const theirs = (await startWorker(await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình'))).tab();
  const colleague = watch(theirs);
  const written = await one.writeWorkspace({ type: 'set-setting', key: 'pageSize', value: 20 });
  expect(written).toEqual({ ok: true, value: undefined });
  await until(() => expect(other.data?.settings['pageSize']).toBe(20));
  await until(() => expect(colleague.data?.settings['pageSize']).toBe(20));
  expect(await admin.api.people.createDepartment({ name: 'Kho' })).toMatchObject({ ok: true });
  const names = (data?: WorkspaceData) => data?.departments.map((department) => department.name);
  await until(() => expect(names(other.data)).toEqual(['Kho', 'Kinh doanh']));
  await until(() => expect(names(colleague.data)).toEqual(['Kho', 'Kinh doanh']));
  expect(await theirs.writeWorkspace({ type: 'set-plugin', id: 'excel', enabled: false })).toEqual({
    ok: false,
    error: { type: 'forbidden' },
  });
  expect(await one.writeWorkspace({ type: 'set-setting', key: 'name', value: 'X' })).toMatchObject({ ok: false });
  // the worker's own rows know it without a tab: members are rows, departments have names
  expect(mine.core().columns.directory.departmentName('sales')).toBe('Kinh doanh');
});

test('colleagues see one connection with the records of all its tabs', async () => {
  const mine = await startWorker(admin);
  const [one, two] = [mine.tab(), mine.tab()];
  watch(one);
  // who sees everything is told of every record
  const colleague = watch((await startWorker(await addMember(relay, admin, 'binh@saomai.vn', 'admin'))).tab());
  const [first, second] = ['contact_01jd0000000000000000000000', 'contact_01jd0000000000000000000001'] as const;
  one.setViewing(first);
  two.setViewing(second);
  const viewed = () => colleague.present.map(({ name, viewing }) => ({ name, viewing: viewing.toSorted() }));
  await until(() => expect(viewed()).toEqual([{ name: ADMIN.name, viewing: [first, second] }]));
  two.close();
  await until(() => expect(viewed()).toEqual([{ name: ADMIN.name, viewing: [first] }]));
  one.setViewing(undefined);
  await until(() => expect(viewed()).toEqual([{ name: ADMIN.name, viewing: [] }]));
});

test('the copy opens without the relay, and signing out erases it', async () => {
  const dbName = 'worker-copy-kept';
  const first = await startWorker(admin, dbName);
  const seen = watch(first.tab());
  await until(() => expect(seen.data?.name).toBe(ADMIN.workspace));
  await first.close();
  await relay.running.stop();
  const second = startWorkerInThread({
    config: { user: 'u', role: 'admin', workspace: 'w', socketUrl: 'ws://127.0.0.1:9', build: 'test' },
    openWorkspace: () => createWorkspace({ url: 'ws://127.0.0.1:9', dbName, me: { id: 'u', role: 'admin' } }),
  });
  workers.add(second);
  const port = second.tab();
  const offline = watch(port);
  await until(() => expect(offline.data?.name).toBe(ADMIN.workspace));
  const databases = async () => (await indexedDB.databases()).map(({ name }) => name);
  expect(await databases()).toContain(dbName);
  expect(await port.wipe(true)).toEqual({ ok: true, value: undefined });
  expect(await databases()).not.toContain(dbName);
});

test('a session that ends is told in the status, and a new one brings the room back', async () => {
  const member = await addMember(relay, admin, 'binh@saomai.vn');
  const port = (await startWorker(member)).tab();
  const seen = watch(port);
  await until(() => expect(seen.data?.members).toHaveLength(2));
  await member.api.signOut();
  await until(() => expect(seen.status?.roomEnd).toBe('signed-out'));
  await member.api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' });
  port.reconnect();
  await until(() => expect(seen.status?.roomEnd).toBeUndefined());
  await until(() => expect(seen.present).toEqual([]));
  const colleague = watch((await startWorker(admin)).tab());
  await until(() => expect(colleague.present).toMatchObject([{ viewing: [] }]));
});

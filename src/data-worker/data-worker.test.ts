import { BUILT_IN_ROLES } from '#core/access/role.ts';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { FieldDef } from '#core/record/field.ts';
import type { Member, WorkspaceData } from '#core/record/workspace-data.ts';
import { startWorkerInThread, type WorkerInThread } from '#tests/support/worker-in-thread.ts';
import { createWorkspace } from '#workspace/workspace.ts';
import type { Surroundings } from './data-core.ts';
import type { WorkerConfig } from './messages.ts';
import { WorkerGone, type DataStatus, type Done, type ListResult, type LiveRecord } from './port.ts';

const config: WorkerConfig = { user: 'user_1', workspace: 'w1', role: 'admin', socketUrl: 'ws://test', build: 'b1' };
const member: Member = {
  id: 'user_1',
  name: 'Nguyễn An',
  email: 'an@x.vn',
  role: 'admin',
  active: true,
  joinedAt: 0,
  departmentId: 'd1',
};
const workspace: WorkspaceData = {
  name: 'W',
  members: [member],
  departments: [{ id: 'd1', name: 'Kinh doanh' }],
  roles: BUILT_IN_ROLES,
  fields: [],
  deletedFields: [],
  fieldRules: {},
  views: [],
  deletedViews: [],
  plugins: {},
  settings: {},
};
/** A socket nobody answers: the document works on this device alone. */
class DeafSocket extends EventTarget {
  readonly readyState = 0;
  send(): void {}
  close(): void {}
}
const openWorkspace: Surroundings['openWorkspace'] = (onClosed) =>
  createWorkspace({
    url: config.socketUrl,
    dbName: 'w1',
    me: { id: config.user, role: config.role },
    onClosed,
    WebSocket: DeafSocket as unknown as typeof WebSocket,
  });

const workers = new Set<WorkerInThread>();
afterEach(async () => {
  for (const worker of workers) await worker.close();
  workers.clear();
});

function createWorker(indexedDB?: IDBFactory) {
  const worker = startWorkerInThread({ config, openWorkspace, ...(indexedDB && { indexedDB }) });
  workers.add(worker);
  return { ...worker, tab: (remembered = workspace) => worker.tab(remembered) };
}

const values = (name: string) => ({
  name,
  phones: [{ id: 'p1', value: '0912345678' }],
  ownerId: 'user_1',
  departmentId: 'd1',
});

async function create(port: ReturnType<ReturnType<typeof createWorker>['tab']>, name: string): Promise<Done> {
  const result = await port.run('contact.create', { values: values(name) });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe('data worker', () => {
  test('what one tab writes, every tab’s list, record and status show', async () => {
    const worker = createWorker();
    const [first, second] = [worker.tab(), worker.tab()];
    let list: ListResult | undefined;
    let record: LiveRecord | undefined;
    let status: DataStatus | undefined;
    second.query({ sources: ['contact'], offset: 0, limit: 10 }, (r) => (list = r));
    second.status((s) => (status = s));
    const done = await create(first, 'Trần Thị Bích');
    second.open(done.ids[0]!, (r) => (record = r));
    await vi.waitFor(() => expect(list?.rows.map((r) => r.values.name)).toEqual(['Trần Thị Bích']));
    await vi.waitFor(() => expect(record?.pendingFields).toContain('name'));
    await vi.waitFor(() => expect(status).toMatchObject({ unsent: 1, counts: { contact: 1 } }));
    expect(list?.rows[0]?.pending).toBe(true);
    await first.run('contact.edit', { id: done.ids[0]!, values: { title: 'Giám đốc' } });
    await vi.waitFor(() => expect(record?.values.title).toBe('Giám đốc'));
    expect(await first.unsent()).toMatchObject([{ name: 'Trần Thị Bích' }, { changes: { title: 'Giám đốc' } }]);
  });

  test('a worker that goes away rejects what was asked and the tab’s subscriptions go on with the next one', async () => {
    const worker = createWorker();
    const port = worker.tab();
    const lists: ListResult[] = [];
    const statuses: DataStatus[] = [];
    port.query({ sources: ['contact'], offset: 0, limit: 10 }, (r) => lists.push(r));
    port.status((s) => statuses.push(s));
    await create(port, 'Lan');
    const asked = port.unsent();
    worker.crash();
    await expect(asked).rejects.toBeInstanceOf(WorkerGone);
    expect(statuses.at(-1)?.trouble).toEqual({ type: 'worker-gone' });
    const before = lists.length;
    await vi.waitFor(() =>
      expect(
        lists
          .slice(before)
          .at(-1)
          ?.rows.map((r) => r.values.name),
      ).toEqual(['Lan']),
    );
    await vi.waitFor(() => expect(statuses.at(-1)).toMatchObject({ unsent: 1 }));
    await create(port, 'Mai');
    await vi.waitFor(() => expect(lists.at(-1)?.total).toBe(2));
  });

  test('guards of the asking tab are asked, and a tab that does not answer has said no', async () => {
    const worker = createWorker();
    const [guarded, free] = [worker.tab(), worker.tab()];
    guarded.setGuard(async () => [{ allow: false, reason: 'locked', plugin: 'p' }], ['record.save']);
    expect(await guarded.run('contact.create', { values: values('A') })).toMatchObject({
      ok: false,
      error: { type: 'denied', reason: 'locked', plugin: 'p' },
    });
    expect(await free.run('contact.create', { values: values('B') })).toMatchObject({ ok: true });
    guarded.setGuard(() => new Promise(() => undefined), ['record.save']);
    expect(await guarded.run('contact.create', { values: values('C') })).toMatchObject({
      ok: false,
      error: { type: 'denied' },
    });
    guarded.setGuard(() => new Promise(() => undefined), ['record.remove']);
    expect(await guarded.run('contact.create', { values: values('D') })).toMatchObject({ ok: true });
  });

  test('wipe refuses while something is unsent, then erases the device’s copy', async () => {
    const indexedDB = new IDBFactory();
    const worker = createWorker(indexedDB);
    const port = worker.tab();
    let status: DataStatus | undefined;
    port.status((s) => (status = s));
    await create(port, 'Lan');
    expect(await port.wipe(false)).toEqual({ ok: false, error: { type: 'unsent', count: 1 } });
    expect(await port.wipe(true)).toEqual({ ok: true, value: undefined });
    expect(await indexedDB.databases()).toEqual([]);
    await vi.waitFor(() => expect(status).toMatchObject({ unsent: 0, counts: { contact: 0 } }));
    expect(await port.run('contact.create', { values: values('B') })).toMatchObject({
      ok: false,
      error: { type: 'storage' },
    });
  });

  test('conflicting values can be seen on the open record', async () => {
    const worker = createWorker();
    const port = worker.tab();
    const { ids } = await create(port, 'Lan');
    const replica = worker.core().replica();
    if (!('relay' in replica)) throw new Error('not open');
    const { createRecord } = await import('#crdt/record.ts');
    const theirs = createRecord({ name: 'Lan Anh' }, { hlc: 4096, clientId: 5 });
    const records = [{ id: ids[0]!, seq: 1, state: theirs }];
    await replica.relay.changes([{ type: 'changes', records, seq: 1, drops: [] }]);
    let record: LiveRecord | undefined;
    port.open(ids[0]!, (r) => (record = r));
    await vi.waitFor(() =>
      expect(record?.conflictValues).toMatchObject([
        { key: 'name', field: 'name', winner: { value: 'Lan' }, losers: [{ value: 'Lan Anh' }] },
      ]),
    );
    await port.run('record.settle', { id: ids[0]!, key: 'name', value: 'Lan Anh' });
    await vi.waitFor(() => expect(record).toMatchObject({ conflictValues: [], values: { name: 'Lan Anh' } }));
  });

  test('an import from a tab: rows in, checked, written as packs, counted', async () => {
    const worker = createWorker();
    const port = worker.tab();
    const job = await port.imports.open();
    await port.imports.feed(
      job,
      Array.from({ length: 700 }, (_, i) => [`Người ${i}`, `09${String(10_000_000 + i)}`]),
    );
    const plan = {
      type: 'contact' as const,
      columns: { 0: 'name', 1: 'phones' },
      defaults: { ownerId: 'user_1', departmentId: 'd1' },
      firstLine: 2,
    };
    expect(await port.imports.check(job, plan)).toMatchObject({ total: 700, ready: 700 });
    const progress: number[] = [];
    expect(await port.imports.write(job, (p) => progress.push(p.done))).toMatchObject({ created: 700, failed: 0 });
    expect(progress.length).toBeGreaterThan(0);
    let list: ListResult | undefined;
    port.query({ sources: ['contact'], search: 'nguoi 699', offset: 0, limit: 10 }, (r) => (list = r));
    await vi.waitFor(() => expect(list?.rows[0]?.values.name).toBe('Người 699'));
  });

  test('what one tab remembers of the workspace, and the fields of its plugins, every tab knows', async () => {
    const worker = createWorker();
    const [first, second] = [worker.tab(), worker.tab({ ...workspace, name: 'older' })];
    const said: WorkspaceData[] = [];
    second.workspace((data) => said.push(data));
    await vi.waitFor(() => expect(said.at(-1)).toEqual(workspace));
    const field: FieldDef = { id: 'p.x', entity: 'contact', type: 'text', title: 'X', order: 10_000, group: 'more' };
    first.setPluginFields([field]);
    await vi.waitFor(() => expect(said.at(-1)?.fields).toEqual([field]));
    const created = await second.run('contact.create', { values: { ...values('A'), 'p.x': 'yes' } });
    expect(created).toMatchObject({ ok: true });
    // a worker that starts anew is told by the tabs
    worker.crash();
    const before = said.length;
    await vi.waitFor(() => expect(said.slice(before).at(-1)).toEqual({ ...workspace, fields: [field] }));
  });
});

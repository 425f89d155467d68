import { describe, expect, it } from 'vitest';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { Workspace } from '#workspace/workspace.ts';
import { createDeviceStore } from './device-store.ts';
import { createLateWorkspace } from './late-workspace.ts';

const lan = { id: 'u1', name: 'Lan', email: 'lan@vidu.vn', role: 'admin', active: true, joinedAt: 1 } as const;
const data = (over: Partial<WorkspaceData> = {}): WorkspaceData => ({
  name: 'Vi Du',
  members: [lan],
  departments: [],
  fields: [],
  plugins: {},
  settings: {},
  ...over,
});

/** A workspace document whose content the test decides. */
function document(first: WorkspaceData) {
  let now = first;
  let tell: (data: WorkspaceData) => void = () => undefined;
  const calls: string[] = [];
  const workspace: Workspace = {
    loaded: Promise.resolve(true),
    connected: true,
    reconnect: () => undefined,
    data: () => now,
    onData: (listener) => {
      tell = listener;
      return () => undefined;
    },
    presence: () => [],
    onPresence: () => () => undefined,
    setViewing: (id) => void calls.push(`viewing ${id}`),
    addDepartment: (name) => (calls.push(`add ${name}`), 'd1'),
    renameDepartment: () => undefined,
    removeDepartment: () => undefined,
    setPluginEnabled: () => undefined,
    setSetting: () => undefined,
    close: () => (calls.push('close'), Promise.resolve()),
  };
  const says = (next: WorkspaceData) => {
    now = next;
    tell(next);
  };
  return { workspace, says, calls };
}
const inMemory = () =>
  createDeviceStore(() => {
    throw new Error('none');
  });

function late(doc: ReturnType<typeof document>, store = inMemory()) {
  let start = () => {};
  const workspace = createLateWorkspace({
    open: () => Promise.resolve(doc.workspace),
    later: (run) => (start = run),
    store,
    key: 'w',
  });
  return { workspace, store, start: () => start() };
}

describe('a workspace whose document opens later', () => {
  it('answers at once with what it said last time', async () => {
    const first = late(document(data()));
    first.start();
    await first.workspace.ready;
    const second = late(document(data()), first.store);
    expect(second.workspace.data().members).toEqual([lan]);
  });

  it('does not forget the names while the document is still empty', async () => {
    const store = inMemory();
    store.set('w', JSON.stringify(data()));
    const doc = document(data({ name: '', members: [] }));
    const { workspace, start } = late(doc, store);
    start();
    await workspace.ready;
    expect(workspace.data().name).toBe('Vi Du');
    doc.says(data({ name: 'Vi Du 2' }));
    expect(workspace.data().name).toBe('Vi Du 2');
  });

  it('tells its listeners what the document says', async () => {
    const doc = document(data());
    const { workspace, start } = late(doc);
    const heard: string[] = [];
    workspace.onData((next) => heard.push(next.name));
    start();
    await workspace.ready;
    doc.says(data({ name: 'Moi' }));
    expect(heard).toEqual(['Vi Du', 'Moi']);
  });

  it('says which record is open as soon as it can', async () => {
    const doc = document(data());
    const { workspace, start } = late(doc);
    workspace.setViewing('contact_1');
    start();
    await workspace.ready;
    expect(doc.calls).toEqual(['viewing contact_1']);
  });

  it('refuses a write it could lose, and passes it on when ready', async () => {
    const doc = document(data());
    const { workspace, start } = late(doc);
    expect(() => workspace.addDepartment('Kinh doanh')).toThrow(/not open/);
    start();
    await workspace.ready;
    expect(workspace.addDepartment('Kinh doanh')).toBe('d1');
  });

  it('closes a document that opens after the app was left, and keeps nothing after signing out', async () => {
    const doc = document(data());
    const { workspace, store, start } = late(doc);
    start();
    await workspace.close();
    await workspace.ready;
    workspace.forget();
    expect(doc.calls).toEqual(['close']);
    expect(store.get('w')).toBeUndefined();
  });
});

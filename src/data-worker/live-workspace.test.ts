import { describe, expect, it } from 'vitest';
import type { FieldDef } from '#core/record/field.ts';
import { EMPTY_WORKSPACE, type Member, type RoomEnd, type WorkspaceData } from '#core/record/workspace-data.ts';
import type { Workspace } from '#workspace/workspace.ts';
import { createLiveWorkspace } from './live-workspace.ts';

const lan: Member = { id: 'u1', name: 'Lan', email: 'lan@vidu.vn', role: 'admin', active: true, joinedAt: 1 };
const data = (over: Partial<WorkspaceData> = {}): WorkspaceData => ({
  ...EMPTY_WORKSPACE,
  name: 'Vi Du',
  members: [lan],
  ...over,
});
const field = (id: string): FieldDef => ({ id, entity: 'contact', type: 'text', title: id, order: 1, group: 'more' });

/** A document whose content, connection and loading the test decides. */
function open() {
  const loaded = Promise.withResolvers<boolean>();
  const calls: unknown[] = [];
  let says: (data: WorkspaceData) => void = () => undefined;
  let ends: (end: RoomEnd) => void = () => undefined;
  const document: Workspace = {
    loaded: loaded.promise,
    connected: true,
    reconnect: () => void calls.push('reconnect'),
    data: () => EMPTY_WORKSPACE,
    onData(listener) {
      says = listener;
      return () => undefined;
    },
    presence: () => [],
    onPresence: () => () => undefined,
    setViewing: (ids) => void calls.push(ids),
    write(change) {
      calls.push(change);
      return { ok: true, value: undefined };
    },
    close: (options) => (calls.push(options), Promise.resolve()),
  };
  const workspace = createLiveWorkspace((onClosed) => {
    ends = onClosed;
    return document;
  });
  const heard: string[] = [];
  workspace.onData(() => heard.push(workspace.data().name));
  return {
    workspace,
    calls,
    heard,
    says: (next: WorkspaceData) => says(next),
    ends: (end: RoomEnd) => ends(end),
    load: () => loaded.resolve(true),
  };
}

describe('what a worker knows of the workspace', () => {
  it('is what a tab remembers, until the document has something to say', () => {
    const { workspace, heard, says } = open();
    workspace.remembered(data());
    workspace.open();
    says(EMPTY_WORKSPACE);
    expect(workspace.data()).toEqual(data());
    says(data({ name: 'Moi' }));
    workspace.remembered(data({ name: 'of a tab that comes later' }));
    expect(heard).toEqual(['Vi Du', 'Moi']);
  });

  it('is told only when it says something else', () => {
    const { workspace, heard, says } = open();
    workspace.remembered(data());
    workspace.open();
    says(data());
    workspace.setPluginFields([]);
    expect(heard).toEqual(['Vi Du']);
  });

  it('holds the plugins’ fields once, also those it was remembered with', () => {
    const { workspace, says } = open();
    workspace.remembered(data({ fields: [field('custom.1'), field('p.1'), field('p.gone')] }));
    workspace.setPluginFields([field('p.1'), field('p.2')]);
    const ids = () => workspace.data().fields.map((one) => one.id);
    expect(ids()).toEqual(['custom.1', 'p.gone', 'p.1', 'p.2']);
    workspace.open();
    says(data({ fields: [field('custom.1')] }));
    expect(ids()).toEqual(['custom.1', 'p.1', 'p.2']);
    workspace.setPluginFields([]);
    expect(ids()).toEqual(['custom.1']);
  });
});

describe('what tabs do with it', () => {
  it('shows colleagues the records of all tabs, each once, as soon as it can', () => {
    const { workspace, calls } = open();
    const [one, two, three] = [{}, {}, {}];
    workspace.setViewing(one, 'contact_1');
    workspace.setViewing(two, 'contact_2');
    workspace.setViewing(three, 'contact_1');
    workspace.open();
    workspace.setViewing(two, undefined);
    workspace.setViewing(one, undefined);
    expect(calls).toEqual([['contact_1', 'contact_2'], ['contact_1'], ['contact_1']]);
  });

  it('writes when the device’s copy is there, and not after the end', async () => {
    const { workspace, calls, load } = open();
    const change = { type: 'set-plugin', id: 'excel', enabled: false } as const;
    const written = workspace.write(change);
    await Promise.resolve();
    expect(calls).toEqual([[]]);
    load();
    expect(await written).toEqual({ ok: true, value: undefined });
    expect(calls).toEqual([[], change]);
    await workspace.close({ erase: true });
    expect(calls.at(-1)).toEqual({ erase: true });
    await expect(workspace.write(change)).rejects.toThrow(/closed/);
  });

  it('erases a copy of an earlier day, which nobody has opened', async () => {
    const { workspace, calls } = open();
    await workspace.close({ erase: true });
    expect(calls).toEqual([[], { erase: true }]);
  });

  it('knows how the room ended until somebody tries again', () => {
    const { workspace, calls, ends } = open();
    workspace.open();
    ends('signed-out');
    expect(workspace.roomEnd()).toBe('signed-out');
    workspace.reconnect();
    expect(workspace.roomEnd()).toBeUndefined();
    expect(calls.at(-1)).toBe('reconnect');
  });
});

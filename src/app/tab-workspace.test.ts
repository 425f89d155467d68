import { describe, expect, it } from 'vitest';
import { EMPTY_WORKSPACE, type WorkspaceData } from '#core/record/workspace-data.ts';
import { createDeviceStore } from './device-store.ts';
import { createRememberedWorkspace, createTabWorkspace } from './tab-workspace.ts';

const data = (name: string): WorkspaceData => ({ ...EMPTY_WORKSPACE, name });

/** What is kept lasts as long as the test. */
const inMemory = () =>
  createDeviceStore(() => {
    throw new Error('none');
  });

function open(store = inMemory()) {
  let says: (data: WorkspaceData) => void = () => undefined;
  const stopped: string[] = [];
  const subscription = (name: string) => ({ update: () => undefined, stop: () => void stopped.push(name) });
  const remembered = createRememberedWorkspace(store, 'w');
  let start = () => {};
  const asked: string[] = [];
  const workspace = createTabWorkspace({
    port: {
      workspace(onData) {
        says = onData;
        asked.push('workspace');
        return subscription('workspace');
      },
      presence: () => subscription('presence'),
      writeWorkspace: () => Promise.resolve({ ok: true, value: undefined }),
      setViewing: () => undefined,
    },
    remembered,
    later: (run) => (start = run),
  });
  return {
    workspace,
    remembered,
    store,
    asked,
    stopped,
    start: () => start(),
    says: (next: WorkspaceData) => says(next),
  };
}

describe('the workspace in a tab', () => {
  it('answers at once with what it said last time, also in the next start', () => {
    const first = open();
    expect(first.workspace.data()).toEqual(EMPTY_WORKSPACE);
    const heard: string[] = [];
    first.workspace.onData((next) => heard.push(next.name));
    expect(first.asked).toEqual([]);
    first.start();
    first.says(data('A'));
    expect(heard).toEqual(['A']);
    const second = open(first.store);
    expect(second.workspace.data()).toEqual(data('A'));
    expect(second.remembered.read()).toEqual(data('A'));
  });

  it('starts empty from a damaged memory', () => {
    const store = inMemory();
    for (const damaged of ['{', '7', '{"members":[]}']) {
      store.set('w', damaged);
      expect(open(store).remembered.read()).toBeUndefined();
    }
  });

  it('keeps nothing after signing out, whatever still comes', () => {
    const { workspace, remembered, store, start, says, stopped } = open();
    start();
    says(data('A'));
    workspace.close();
    remembered.forget();
    says(data('B'));
    expect(store.get('w')).toBeUndefined();
    expect(stopped).toEqual(['workspace', 'presence']);
  });

  it('asks for nothing when it is closed before the first screen stands', () => {
    const { workspace, start, asked } = open();
    workspace.close();
    start();
    expect(asked).toEqual([]);
  });
});

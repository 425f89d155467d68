import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { Presence } from '#ui/app-context.ts';
import type { Workspace } from '#workspace/workspace.ts';
import type { DeviceStore } from './device-store.ts';

const EMPTY: WorkspaceData = { name: '', members: [], departments: [], fields: [], plugins: {}, settings: {} };

export interface LateWorkspaceOptions {
  /** Loads the code of the workspace document (Yjs and its links, a quarter of the app) and opens it. */
  readonly open: () => Promise<Workspace>;
  /** Runs it when the first screen stands. */
  readonly later: (start: () => void) => void;
  readonly store: DeviceStore;
  /** Where this device keeps what the workspace said last. */
  readonly key: string;
}

export interface LateWorkspace extends Workspace {
  /** Settles when the document itself answers and may be written to. */
  readonly ready: Promise<void>;
  /** Forgets what was kept; for signing out. */
  forget(): void;
}

/**
 * The workspace, before its document is open: the first screen needs only what it said last time (names, departments,
 * fields), which is kept as plain data. The document follows a moment later and takes over; listeners notice nothing.
 * Reading works at once, writing from `ready` on.
 */
export function createLateWorkspace({ open, later, store, key }: LateWorkspaceOptions): LateWorkspace {
  let real: Workspace | undefined;
  let kept = readKept(store.get(key));
  let viewing: string | undefined;
  let closed = false;
  let forgotten = false;
  const dataListeners = new Set<(data: WorkspaceData) => void>();
  const presenceListeners = new Set<(present: readonly Presence[]) => void>();

  function take(data: WorkspaceData): void {
    // an empty document is one that is still loading: what is kept is better until it has something to say
    if (data.members.length === 0 && kept.members.length > 0) return;
    kept = data;
    if (!forgotten) store.set(key, JSON.stringify(data));
    for (const listener of dataListeners) listener(data);
  }

  const opened = new Promise<Workspace>((resolve, reject) => {
    later(() => {
      if (!closed) open().then(resolve, reject);
    });
  });
  const ready = opened.then(async (workspace) => {
    if (closed) return workspace.close();
    real = workspace;
    workspace.onData(take);
    workspace.onPresence((present) => {
      for (const listener of presenceListeners) listener(present);
    });
    if (viewing !== undefined) workspace.setViewing(viewing);
    take(workspace.data());
    await workspace.loaded;
  });

  const written = (): Workspace => {
    if (!real) throw new Error('The workspace document is not open yet');
    return real;
  };

  return {
    ready,
    get loaded() {
      return opened.then((workspace) => workspace.loaded);
    },
    get connected() {
      return real?.connected ?? false;
    },
    reconnect: () => real?.reconnect(),
    data: () => kept,
    onData(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    presence: () => real?.presence() ?? [],
    onPresence(listener) {
      presenceListeners.add(listener);
      return () => presenceListeners.delete(listener);
    },
    setViewing(id) {
      viewing = id;
      real?.setViewing(id);
    },
    addDepartment: (name) => written().addDepartment(name),
    renameDepartment: (id, name) => written().renameDepartment(id, name),
    removeDepartment: (id) => written().removeDepartment(id),
    setPluginEnabled: (id, enabled) => written().setPluginEnabled(id, enabled),
    setSetting: (name, value) => written().setSetting(name, value),
    forget() {
      forgotten = true;
      store.remove(key);
    },
    async close() {
      closed = true;
      dataListeners.clear();
      presenceListeners.clear();
      await real?.close();
    },
  };
}

function readKept(text: string | undefined): WorkspaceData {
  if (text === undefined) return EMPTY;
  try {
    const data = JSON.parse(text) as Partial<WorkspaceData> | null;
    const complete = Array.isArray(data?.members) && Array.isArray(data.departments) && Array.isArray(data.fields);
    return complete ? { ...EMPTY, ...data } : EMPTY;
  } catch {
    return EMPTY; // damaged: the document itself is the truth
  }
}

import { EMPTY_WORKSPACE, type Presence, type WorkspaceData } from '#core/record/workspace-data.ts';
import type { DataPort } from '#data-worker/port.ts';
import type { WorkspacePort } from '#ui/app-context.ts';
import type { DeviceStore } from './device-store.ts';

/** What the workspace said last, kept as plain data on this device: a start has names and fields at once. */
export interface RememberedWorkspace {
  /** Undefined where nothing is kept. */
  read(): WorkspaceData | undefined;
  write(data: WorkspaceData): void;
  /** For signing out: nothing is kept any more, now or later. */
  forget(): void;
}

export function createRememberedWorkspace(store: DeviceStore, key: string): RememberedWorkspace {
  let forgotten = false;
  return {
    read() {
      try {
        const data = JSON.parse(store.get(key) ?? 'null') as Partial<WorkspaceData> | null;
        const complete = Array.isArray(data?.members) && Array.isArray(data.departments) && Array.isArray(data.fields);
        return complete ? { ...EMPTY_WORKSPACE, ...data } : undefined;
      } catch {
        return undefined; // damaged: the document itself is the truth
      }
    },
    write(data) {
      if (!forgotten) store.set(key, JSON.stringify(data));
    },
    forget() {
      forgotten = true;
      store.remove(key);
    },
  };
}

export interface TabWorkspace extends WorkspacePort {
  close(): void;
}

export interface TabWorkspaceOptions {
  readonly port: Pick<DataPort, 'workspace' | 'presence' | 'writeWorkspace' | 'setViewing'>;
  readonly remembered: RememberedWorkspace;
  /** Runs it when the first screen stands: opening the document must not take its time. */
  readonly later: (start: () => void) => void;
}

/** The workspace as this tab shows it: what is remembered, then what the data worker says. */
export function createTabWorkspace({ port, remembered, later }: TabWorkspaceOptions): TabWorkspace {
  let data = remembered.read() ?? EMPTY_WORKSPACE;
  let present: readonly Presence[] = [];
  const dataListeners = new Set<(data: WorkspaceData) => void>();
  const presenceListeners = new Set<(present: readonly Presence[]) => void>();

  const subscriptions: { stop(): void }[] = [];
  let closed = false;
  later(() => {
    if (closed) return;
    subscriptions.push(
      port.workspace((next) => {
        data = next;
        remembered.write(next);
        for (const listener of dataListeners) listener(next);
      }),
      port.presence((next) => {
        present = next;
        for (const listener of presenceListeners) listener(next);
      }),
    );
  });

  return {
    data: () => data,
    onData(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    presence: () => present,
    onPresence(listener) {
      presenceListeners.add(listener);
      return () => presenceListeners.delete(listener);
    },
    setViewing: (id) => port.setViewing(id),
    write: (change) => port.writeWorkspace(change),
    close() {
      closed = true;
      for (const subscription of subscriptions) subscription.stop();
    },
  };
}

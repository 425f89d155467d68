import { createSubscriber } from 'svelte/reactivity';
import { connectDataWorker } from '#data-worker/connect.ts';
import type { DataPort, DataStatus } from '#data-worker/port.ts';
import { createPluginHost } from '#plugin-host/host.ts';
import { pluginModules } from '#plugin-host/modules.ts';
import type { Me, UiApp } from '#ui/app-context.ts';
import type { Notices } from '#ui/kit/notices.svelte.ts';
import { locale } from '#ui/locale.svelte.ts';
import type { Api } from './api.ts';
import type { DeviceStore } from './device-store.ts';
import { createLateWorkspace } from './late-workspace.ts';
import type { Session } from './session.svelte.ts';

export interface AppOptions {
  readonly me: Me;
  /** Version of this build; a relay or worker of another one is told apart by it. */
  readonly build: string;
  readonly api: Pick<Api, 'signOut'>;
  /** The relay could not be told of a sign-out; it is told before the next start asks it anything. */
  readonly oweSignOut: () => void;
  readonly session: Session;
  readonly store: DeviceStore;
  readonly notices: Notices;
  readonly navigate: (path: string) => void;
  /** Opens the question before a sign-out; it ends in `leave` or in nothing. */
  readonly askSignOut: () => void;
}

/** The app of one account in one tab: its copy of the data, its workspace, its plugins. */
export interface App extends UiApp {
  /** Live; undefined until the worker answered. */
  readonly status: DataStatus | undefined;
  /** Settles when the workspace document may be written to: settings wait for it. */
  readonly workspaceReady: Promise<void>;
  /** Changes the relay has not confirmed, as a file's text. */
  unsentFile(): Promise<Blob>;
  /** Signs out for good: erases this device's copy, ends the session. False where the copy could not be erased. */
  leave(): Promise<boolean>;
  /** Lets go of everything; the copy stays. */
  close(): Promise<void>;
}

/** IndexedDB of the workspace document: one per workspace and account, so that two accounts never share a copy. */
const workspaceDb = (me: Me): string => `lienhe:${me.workspaceId}:${me.id}:workspace`;

const socketOrigin = (): string => location.origin.replace(/^http/, 'ws');

/** Wires the parts of architecture.md §1 for the person who is signed in. Nothing here waits for the network. */
export async function createApp(options: AppOptions): Promise<App> {
  const { me, session, store, notices } = options;
  const endings: (() => void)[] = [];

  const port: DataPort = await connectDataWorker({
    user: me.id,
    workspace: me.workspaceId,
    syncUrl: `${socketOrigin()}/sync`,
    build: options.build,
  });
  const workspace = createLateWorkspace({
    store,
    key: `${workspaceDb(me)}:said`,
    later: afterFirstScreen,
    open: async () => {
      const { createWorkspace } = await import('#workspace/workspace.ts');
      return createWorkspace({
        url: socketOrigin(),
        dbName: workspaceDb(me),
        me,
        onClosed: (reason) => {
          if (reason === 'signed-out') void session.check();
        },
      });
    },
  });
  workspace.ready.catch((error: unknown) => console.error(error)); // its code did not load: names stay as they were
  const plugins = createPluginHost({
    port,
    workspaceData: workspace,
    notify: (notice) => void notices.notify(notice),
    locale: () => locale.current,
    navigate: options.navigate,
    modules: pluginModules,
  });

  // the worker knows the workspace only from here: names, departments, fields, those of plugins included
  const feed = () => {
    const data = workspace.data();
    port.setWorkspace({ ...data, fields: [...data.fields, ...plugins.fields()] });
  };
  endings.push(workspace.onData(feed), plugins.onChange(feed));
  feed();

  let status: DataStatus | undefined;
  let changed = () => {};
  const onStatus = createSubscriber((update) => {
    changed = update;
    return () => (changed = () => {});
  });
  const subscription = port.status((next) => {
    const before = status?.phase;
    status = next;
    changed();
    // the socket was refused; the relay says whether it is the session or another account
    if (next.phase === 'signed-out' && before !== 'signed-out') void recheck();
  });
  endings.push(() => subscription.stop());

  async function recheck(): Promise<void> {
    await session.check();
    if (session.standing !== 'ok') return;
    if (status?.phase === 'signed-out' || status?.phase === 'offline') port.reconnect();
    if (!workspace.connected) workspace.reconnect();
  }
  const onOnline = () => void recheck();
  const onVisible = () => {
    // signed in again in another tab, or back from a long sleep
    if (document.visibilityState === 'visible' && session.standing !== 'ok') void recheck();
  };
  window.addEventListener('online', onOnline);
  document.addEventListener('visibilitychange', onVisible);
  endings.push(() => {
    window.removeEventListener('online', onOnline);
    document.removeEventListener('visibilitychange', onVisible);
  });

  void askToKeep(store, me);

  async function close(): Promise<void> {
    for (const end of endings.splice(0)) end();
    plugins.close();
    port.close();
    await workspace.close();
  }

  return {
    me,
    port,
    workspace,
    plugins,
    workspaceReady: workspace.ready,
    members: () => workspace.data().members,
    notify: (notice) => void notices.notify(notice),
    get status() {
      onStatus();
      return status;
    },
    signOut() {
      options.askSignOut();
      return Promise.resolve();
    },
    async unsentFile() {
      const changes = await port.unsent();
      const file = { workspace: me.workspaceName, account: me.email, savedAt: new Date().toISOString(), changes };
      return new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' });
    },
    async leave() {
      const wiped = await port.wipe(true).catch(() => undefined); // the worker went away: nothing was erased
      if (!wiped?.ok) return false;
      await close();
      workspace.forget();
      indexedDB.deleteDatabase(workspaceDb(me));
      session.forget();
      const done = await options.api.signOut();
      if (!done.ok) options.oweSignOut();
      return true;
    },
    close,
  };
}

/** When the browser has drawn the first screen and has nothing better to do; after 2 s in any case. */
function afterFirstScreen(start: () => void): void {
  if ('requestIdleCallback' in window) requestAnimationFrame(() => requestIdleCallback(start, { timeout: 2000 }));
  else setTimeout(start, 300);
}

/**
 * Asks the browser once per account not to evict the copy (iOS and a full disk do). A refusal costs nothing: the number
 * of unsent changes is always in sight.
 */
async function askToKeep(store: DeviceStore, me: Me): Promise<void> {
  const asked = `lienhe:persist-asked:${me.id}`;
  if (store.get(asked)) return;
  store.set(asked, '1');
  await navigator.storage?.persist?.().catch(() => false);
}

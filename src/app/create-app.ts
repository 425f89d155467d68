import { createSubscriber } from 'svelte/reactivity';
import { connectDataWorker } from '#data-worker/connect.ts';
import type { DataPort, DataStatus } from '#data-worker/port.ts';
import { WAKE_KEY, wakeNote } from '#data-worker/wake.ts';
import { createPluginHost } from '#plugin-host/host.ts';
import { pluginModules } from '#plugin-host/modules.ts';
import type { Me, UiApp } from '#ui/app-context.ts';
import type { Notices } from '#ui/kit/notices.svelte.ts';
import { locale } from '#ui/locale.svelte.ts';
import type { Api } from './api.ts';
import type { DeviceStore } from './device-store.ts';
import type { Session } from './session.svelte.ts';
import { workerConfig } from './worker-config.ts';
import { createRememberedWorkspace, createTabWorkspace } from './tab-workspace.ts';

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
  /** This device was signed out from elsewhere and its copy erased. */
  readonly onWiped: () => void;
  /** Opens the question before a sign-out; it ends in `leave` or in nothing. */
  readonly askSignOut: () => void;
}

/** The app of one account in one tab: its copy of the data, its workspace, its plugins. */
export interface App extends UiApp {
  /** Live; undefined until the worker answered. */
  readonly status: DataStatus | undefined;
  /** Changes the relay has not confirmed, as a file's text. */
  unsentFile(): Promise<Blob>;
  /** Signs out for good: erases this device's copy, ends the session. False where the copy could not be erased. */
  leave(): Promise<boolean>;
  /** Lets go of everything; the copy stays. */
  close(): void;
}

/** Wires the parts of architecture.md §1 for the person who is signed in. Nothing here waits for the network. */
export async function createApp(options: AppOptions): Promise<App> {
  const { me, session, store, notices } = options;
  const endings: (() => void)[] = [];

  const remembered = createRememberedWorkspace(store, `lienhe:${me.workspaceId}:${me.id}:workspace:said`);
  const config = workerConfig(me, options.build);
  const port: DataPort = await connectDataWorker(config, remembered.read());
  store.set(WAKE_KEY, wakeNote(config));
  const workspace = createTabWorkspace({ port, remembered, later: afterFirstScreen });
  const plugins = createPluginHost({
    port,
    workspaceData: workspace,
    notify: (notice) => void notices.notify(notice),
    locale: () => locale.current,
    navigate: options.navigate,
    modules: pluginModules,
  });

  let told = '';
  const tellFields = () => {
    const fields = plugins.fields();
    const text = JSON.stringify(fields);
    if (text !== told) port.setPluginFields(fields);
    told = text;
  };
  endings.push(plugins.onChange(tellFields));
  tellFields();

  let status: DataStatus | undefined;
  let changed = () => {};
  const onStatus = createSubscriber((update) => {
    changed = update;
    return () => (changed = () => {});
  });
  const subscription = port.status((next) => {
    const before = status;
    status = next;
    changed();
    if (next.wiped) return forgetAll();
    // a socket was refused; the relay says whether it is the session or another account
    if (isSignedOut(next) && !isSignedOut(before)) void recheck();
  });
  endings.push(() => subscription.stop());

  /** The worker erased the records; nothing of the account stays beside them. */
  function forgetAll(): void {
    close();
    forgetAccount();
    forgetDrafts();
    options.onWiped();
  }

  function forgetAccount(): void {
    remembered.forget();
    session.forget();
    store.remove(WAKE_KEY);
  }

  async function recheck(): Promise<void> {
    await session.check();
    if (session.standing !== 'ok') return;
    if (isSignedOut(status) || status?.phase === 'offline') port.reconnect();
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

  function close(): void {
    for (const end of endings.splice(0)) end();
    plugins.close();
    workspace.close();
    port.close();
  }

  return {
    me,
    port,
    workspace,
    plugins,
    members: () => workspace.data().members,
    async liveText(id, field) {
      const { openLiveText } = await import('#workspace/live-text.ts');
      return openLiveText({ url: location.origin.replace(/^http/, 'ws'), port, id, field });
    },
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
      close();
      forgetAccount();
      const done = await options.api.signOut();
      if (!done.ok) options.oweSignOut();
      return true;
    },
    close,
  };
}

/** Forms that were being filled in, with what was typed. */
function forgetDrafts(): void {
  try {
    sessionStorage.clear();
  } catch {
    return; // no storage: nothing was kept
  }
}

const isSignedOut = (status: DataStatus | undefined): boolean =>
  status?.phase === 'signed-out' || status?.roomEnd === 'signed-out';

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

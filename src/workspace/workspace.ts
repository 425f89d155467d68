import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { CLOSE } from '#core/protocol/messages.ts';
import { WORKSPACE_ROOM, type WorkspaceRoot } from '#core/record/workspace-doc.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { Me, Presence, WorkspacePort } from '#ui/app-context.ts';
import { keepLocally, type LocalCopy } from './local-copy.ts';
import { readPresence } from './presence.ts';
import { shareAcrossTabs } from './tabs.ts';
import { readWorkspace } from './workspace-doc.ts';

export interface WorkspaceOptions {
  /** Origin of the relay as `ws:` or `wss:`, such as `ws://localhost:8787`. */
  readonly url: string;
  /** IndexedDB name; one per workspace and account, or two workspaces would merge. */
  readonly dbName: string;
  readonly me: Pick<Me, 'id' | 'name' | 'role'>;
  /**
   * The relay ended the connection for good: `signed-out` = the session is over (call `reconnect` after the next
   * sign-in), `refused` = it does not take this device's copy even after a fresh start, `upgrade` = reload the app.
   */
  readonly onClosed?: (reason: 'signed-out' | 'refused' | 'upgrade') => void;
  /** For tests outside a browser. */
  readonly WebSocket?: typeof WebSocket;
}

/** The workspace document on this device. Usable at once: empty, then what IndexedDB holds, then what the relay says. */
export interface Workspace extends WorkspacePort {
  /** Settles once the device's copy is there; false where this device stores nothing. Never rejects. */
  readonly loaded: Promise<boolean>;
  /** Does the relay answer right now? */
  readonly connected: boolean;
  /** Tries at once instead of waiting for the back-off. */
  reconnect(): void;
}

/** One life of the document on this device: a refused change ends it, and the next starts from the relay's. */
interface Life {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly copy: LocalCopy;
  readonly link: WebsocketProvider;
  end(options: { erase: boolean }): Promise<void>;
}

/** Fresh starts within one sitting before the relay's refusal is taken for final. */
const MAX_RESETS = 3;

export function createWorkspace(options: WorkspaceOptions): Workspace {
  const { me } = options;
  const dataListeners = new Set<(data: WorkspaceData) => void>();
  const presenceListeners = new Set<(present: readonly Presence[]) => void>();
  let resets = 0;
  let closed = false;
  let viewing: string | undefined;
  let data: WorkspaceData | undefined;
  let life = begin();

  function begin(): Life {
    const doc = new Y.Doc({ guid: options.dbName });
    const awareness = new Awareness(doc);
    awareness.setLocalState(localState());
    const copy = keepLocally(options.dbName, doc);
    const tabs = shareAcrossTabs(options.dbName, doc);
    const link = new WebsocketProvider(`${options.url}/rooms`, WORKSPACE_ROOM, doc, {
      awareness,
      maxBackoffTime: 10_000,
      // tabs share the document by `tabs`; the provider's channel is named by the address alone, so that it would also
      // merge the workspace of an account that was signed out in another tab
      disableBc: true,
      ...(options.WebSocket ? { WebSocketPolyfill: options.WebSocket } : {}),
    });
    doc.on('update', () => {
      data = undefined;
      for (const listener of dataListeners) listener(read());
    });
    awareness.on('change', () => {
      for (const listener of presenceListeners) listener(readPresence(awareness));
    });
    link.on('status', ({ status }) => {
      // others hold our last state as gone, under the same clock: only a later one brings us back to them
      if (status === 'connected') awareness.setLocalState(localState());
    });
    link.on('closed', ({ code }) => onRefused(code));
    return {
      doc,
      awareness,
      copy,
      link,
      async end({ erase }) {
        link.destroy();
        tabs.close();
        await copy.loaded; // y-indexeddb must not write to a document that is gone
        await (erase ? copy.clear() : copy.close());
        doc.destroy();
      },
    };
  }

  function localState(): Record<string, unknown> {
    return { user: { id: me.id, name: me.name }, ...(viewing === undefined ? {} : { viewing }) };
  }

  function read(): WorkspaceData {
    return (data ??= readWorkspace(life.doc));
  }

  /** The relay closed with a code that is final (44xx). */
  function onRefused(code: number): void {
    if (closed) return;
    if (code === CLOSE.signedOut.code) return options.onClosed?.('signed-out');
    if (code === CLOSE.upgradeRequired.code) return options.onClosed?.('upgrade');
    if (++resets > MAX_RESETS) return options.onClosed?.('refused');
    // our copy holds something the relay will never take: give it up, keep showing it until the relay's is here
    const before = read();
    const old = life;
    void old.end({ erase: true }).then(() => {
      if (closed) return;
      life = begin();
      data = before;
    });
  }

  /** The map to write to. Without the right it would only cost this device its copy. */
  function write(root: WorkspaceRoot, change: (map: Y.Map<unknown>) => void): void {
    const role = read().members.find((member) => member.id === me.id)?.role ?? me.role;
    if (role !== 'admin') throw new Error('Only administrators write the workspace document');
    life.doc.transact(() => change(life.doc.getMap(root)));
  }

  function reconnect(): void {
    if (closed || life.link.wsconnected) return;
    life.link.disconnect();
    life.link.connect();
  }
  globalThis.addEventListener?.('online', reconnect);

  return {
    get loaded() {
      return life.copy.loaded;
    },
    get connected() {
      return life.link.wsconnected;
    },
    reconnect,
    data: read,
    onData(listener) {
      dataListeners.add(listener);
      return () => dataListeners.delete(listener);
    },
    presence: () => readPresence(life.awareness),
    onPresence(listener) {
      presenceListeners.add(listener);
      return () => presenceListeners.delete(listener);
    },
    setViewing(id) {
      if (viewing === id) return;
      viewing = id;
      life.awareness.setLocalState(localState());
    },
    addDepartment(name) {
      const id = shortId();
      write('departments', (departments) => departments.set(id, { name: name.trim().normalize('NFC') }));
      return id;
    },
    renameDepartment(id, name) {
      write('departments', (departments) => {
        if (departments.has(id)) departments.set(id, { name: name.trim().normalize('NFC') });
      });
    },
    removeDepartment(id) {
      write('departments', (departments) => departments.delete(id));
    },
    setPluginEnabled(id, enabled) {
      write('plugins', (plugins) => plugins.set(id, enabled));
    },
    setSetting(key, value) {
      if (key === 'name') throw new Error('The workspace’s name is the relay’s to write');
      write('settings', (settings) => settings.set(key, value));
    },
    async close() {
      if (closed) return;
      closed = true;
      globalThis.removeEventListener?.('online', reconnect);
      dataListeners.clear();
      presenceListeners.clear();
      await life.end({ erase: false });
    },
  };
}

/** 8 letters of base 32: 40 bits, plenty for the departments of one workspace. */
function shortId(): string {
  return Array.from(
    crypto.getRandomValues(new Uint8Array(8)),
    (byte) => '0123456789abcdefghjkmnpqrstvwxyz'[byte & 31],
  ).join('');
}

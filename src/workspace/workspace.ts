import { Awareness } from 'y-protocols/awareness';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { roleOf } from '#core/access/role.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { CLOSE } from '#core/protocol/messages.ts';
import { checkFieldEdit } from '#core/record/check-field-edit.ts';
import { fieldEntries } from '#core/record/field-settings.ts';
import { checkViewEdit, viewEntries } from '#core/record/saved-view.ts';
import { WORKSPACE_ROOM, type WorkspaceRoot } from '#core/record/workspace-doc.ts';
import type {
  Presence,
  Role,
  RoomEnd,
  WorkspaceChange,
  WorkspaceData,
  WorkspaceWriteError,
} from '#core/record/workspace-data.ts';
import { keepLocally, type LocalCopy } from './local-copy.ts';
import { readPresence } from './presence.ts';
import { readWorkspace } from './workspace-doc.ts';

export interface WorkspaceOptions {
  /** Origin of the relay as `ws:` or `wss:`, such as `ws://localhost:8787`. */
  readonly url: string;
  /** IndexedDB name; one per workspace and account, or two workspaces would merge. */
  readonly dbName: string;
  readonly me: { readonly id: string; readonly role: Role };
  /** After `signed-out`, call `reconnect` when somebody signed in again. */
  readonly onClosed?: (reason: RoomEnd) => void;
  /** For tests outside a browser. */
  readonly WebSocket?: typeof WebSocket;
}

/** The workspace document on this device. Usable at once: empty, then what IndexedDB holds, then what the relay says. */
export interface Workspace {
  /** Settles once the device's copy is there; false where this device stores nothing. Never rejects. */
  readonly loaded: Promise<boolean>;
  /** Does the relay answer right now? */
  readonly connected: boolean;
  /** Tries at once instead of waiting for the back-off. */
  reconnect(): void;
  data(): WorkspaceData;
  onData(listener: (data: WorkspaceData) => void): () => void;
  /** Others only, not this connection. */
  presence(): readonly Presence[];
  onPresence(listener: (present: readonly Presence[]) => void): () => void;
  /** The records this device shows, for its colleagues. */
  setViewing(ids: readonly RecordId[]): void;
  /** Written on this device when it returns; the relay has the last word. */
  write(change: WorkspaceChange): Result<void, WorkspaceWriteError>;
  /** `erase`: this device's copy goes too. */
  close(options?: { readonly erase: boolean }): Promise<void>;
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
  let viewing: readonly RecordId[] = [];
  let data: WorkspaceData | undefined;
  let life = begin();

  function begin(): Life {
    const doc = new Y.Doc({ guid: options.dbName });
    const awareness = new Awareness(doc);
    awareness.setLocalState(localState());
    const copy = keepLocally(options.dbName, doc);
    const link = new WebsocketProvider(`${options.url}/rooms`, WORKSPACE_ROOM, doc, {
      awareness,
      maxBackoffTime: 10_000,
      // the channel is named by the address alone: it would merge the workspaces of two accounts of this browser
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
        await copy.loaded; // y-indexeddb must not write to a document that is gone
        await (erase ? copy.clear() : copy.close());
        doc.destroy();
      },
    };
  }

  function localState(): { viewing: readonly RecordId[] } {
    return { viewing };
  }

  function read(): WorkspaceData {
    return (data ??= readWorkspace(life.doc));
  }

  /** The relay closed with a code that is final (44xx). */
  function onRefused(code: number): void {
    if (closed) return;
    if (code === CLOSE.signedOut.code || code === CLOSE.wipe.code) return options.onClosed?.('signed-out');
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

  function change(root: WorkspaceRoot, write: (map: Y.Map<unknown>) => void): void {
    life.doc.transact(() => write(life.doc.getMap(root)));
  }

  function apply(wanted: WorkspaceChange): void {
    switch (wanted.type) {
      case 'set-plugin':
        return change('plugins', (map) => map.set(wanted.id, wanted.enabled));
      case 'set-setting':
        return change('settings', (map) => map.set(wanted.key, wanted.value));
      case 'edit-view':
        return change('views', (map) => {
          for (const [key, value] of Object.entries(viewEntries(wanted.edit))) map.set(key, value);
        });
      case 'edit-fields':
        return change('fields', (map) => {
          const { fields, deletedFields } = read();
          for (const edit of wanted.edits) {
            const present = [...fields, ...deletedFields].find((field) => field.id === edit.id);
            for (const [key, value] of Object.entries(fieldEntries(edit, present))) map.set(key, value);
          }
        });
    }
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
    setViewing(ids) {
      if (ids.join() === viewing.join()) return;
      viewing = ids;
      life.awareness.setLocalState(localState());
    },
    write(wanted) {
      // what the relay refuses would cost this device its copy
      const { members, roles } = read();
      const role = members.find((member) => member.id === me.id)?.role ?? me.role;
      const isOurs = wanted.type !== 'set-setting' || wanted.key !== 'name';
      if (!roleOf(roles, role).settings || !isOurs) return err({ type: 'forbidden' });
      if (wanted.type === 'edit-view') {
        const { edit, problems } = checkViewEdit(wanted.edit, read());
        if (problems.length > 0) return err({ type: 'invalid', fields: problems });
        apply({ type: 'edit-view', edit });
      } else if (wanted.type !== 'edit-fields') apply(wanted);
      else {
        const checked = wanted.edits.map((edit) => checkFieldEdit(edit, read()));
        const problems = checked.flatMap((one) => one.problems);
        if (problems.length > 0) return err({ type: 'invalid', fields: problems });
        apply({ type: 'edit-fields', edits: checked.map((one) => one.edit) });
      }
      return ok(undefined);
    },
    async close({ erase } = { erase: false }) {
      if (closed) return;
      closed = true;
      globalThis.removeEventListener?.('online', reconnect);
      dataListeners.clear();
      presenceListeners.clear();
      await life.end({ erase });
    },
  };
}

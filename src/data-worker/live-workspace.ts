import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import type { FieldDef } from '#core/record/field.ts';
import {
  EMPTY_WORKSPACE,
  type Presence,
  type RoomEnd,
  type WorkspaceChange,
  type WorkspaceData,
  type WorkspaceWriteError,
} from '#core/record/workspace-data.ts';
import type { Workspace } from '#workspace/workspace.ts';

/** Opens the workspace document of the worker's person; `onClosed` says that its room ended for good. */
export type OpenWorkspace = (onClosed: (end: RoomEnd) => void) => Workspace;

/**
 * The workspace for all tabs of a worker: one document, one connection to its room. Before the document is open it is
 * what a tab remembers of it, so that the first list has its names and fields at once; plugins' fields are added here
 * and nowhere else, so that columns, commands and forms know the same ones.
 */
export interface LiveWorkspace {
  /** With the plugins' fields. */
  data(): WorkspaceData;
  /** Called when what it says changed. */
  onData(listener: () => void): () => void;
  presence(): readonly Presence[];
  onPresence(listener: () => void): () => void;
  /** Set while the room is closed for good. */
  roomEnd(): RoomEnd | undefined;
  /** Called when `roomEnd` changed. */
  onRoomEnd(listener: () => void): () => void;
  /** What a tab remembers from last time; of no account once the document has something to say. */
  remembered(data: WorkspaceData): void;
  /** The fields of the enabled plugins, as the tab that spoke last has them. */
  setPluginFields(fields: readonly FieldDef[]): void;
  /** The record that a tab shows; `tab` is any object that stands for it. */
  setViewing(tab: object, id: RecordId | undefined): void;
  /** Waits until this device's copy is there. */
  write(change: WorkspaceChange): Promise<Result<void, WorkspaceWriteError>>;
  /** Opens the document, if that was not done before. A write does so by itself. */
  open(): void;
  reconnect(): void;
  /** `erase`: this device's copy goes too. */
  close(options: { readonly erase: boolean }): Promise<void>;
}

/** Ids in an awareness state, which the relay limits to 2 kB. */
const MAX_VIEWING = 20;

export function createLiveWorkspace(openDocument: OpenWorkspace): LiveWorkspace {
  const opened = Promise.withResolvers<Workspace | undefined>();
  let document: Workspace | undefined;
  let closed = false;
  let end: RoomEnd | undefined;
  let known = EMPTY_WORKSPACE;
  let pluginFields: readonly FieldDef[] = [];
  let shown = known;
  let shownText = JSON.stringify(shown);
  const viewing = new Map<object, RecordId>();
  const onData = createListeners();
  const onPresence = createListeners();
  const onRoomEnd = createListeners();

  function take(data: WorkspaceData): void {
    // a document without members is one that is still loading: what is remembered is better than that
    if (data.members.length > 0 || known.members.length === 0) known = data;
    const ids = new Set(pluginFields.map((field) => field.id));
    const next = { ...known, fields: [...known.fields.filter((field) => !ids.has(field.id)), ...pluginFields] };
    const text = JSON.stringify(next);
    if (text === shownText) return; // to the columns every change is work
    shown = next;
    shownText = text;
    onData.tell();
  }

  const tellViewing = () => document?.setViewing([...new Set(viewing.values())].slice(-MAX_VIEWING));

  function open(): void {
    if (document || closed) return;
    document = openDocument(setEnd);
    document.onData(take);
    document.onPresence(onPresence.tell);
    tellViewing();
    opened.resolve(document);
  }

  function setEnd(next: RoomEnd | undefined): void {
    if (next === end) return;
    end = next;
    onRoomEnd.tell();
  }

  return {
    data: () => shown,
    onData: onData.add,
    presence: () => document?.presence() ?? [],
    onPresence: onPresence.add,
    roomEnd: () => end,
    onRoomEnd: onRoomEnd.add,
    remembered(data) {
      if (known.members.length === 0) take(data);
    },
    setPluginFields(fields) {
      pluginFields = fields;
      take(known);
    },
    setViewing(tab, id) {
      if (id === undefined) viewing.delete(tab);
      else viewing.set(tab, id);
      tellViewing();
    },
    async write(change) {
      open();
      const target = await opened.promise;
      await target?.loaded;
      if (!target || closed) throw new Error('the workspace document is closed');
      return target.write(change);
    },
    open,
    reconnect() {
      setEnd(undefined);
      document?.reconnect();
    },
    async close(options) {
      if (options.erase) open(); // its copy may be there from an earlier day
      closed = true;
      opened.resolve(undefined);
      await document?.close(options);
    },
  };
}

interface Listeners {
  readonly add: (listener: () => void) => () => void;
  readonly tell: () => void;
}

function createListeners(): Listeners {
  const listeners = new Set<() => void>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: () => listeners.forEach((listener) => listener()),
  };
}

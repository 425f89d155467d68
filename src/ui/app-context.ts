import { createContext } from 'svelte';
import type { RecordId } from '#core/kit/ids.ts';
import type { Result } from '#core/kit/result.ts';
import type {
  Member,
  Presence,
  Role,
  WorkspaceChange,
  WorkspaceData,
  WorkspaceWriteError,
} from '#core/record/workspace-data.ts';
import type { DataPort } from '#data-worker/port.ts';
import type { Ctx, Manifest, Point, Text } from '#plugin-api';

/** Who is signed in on this device; kept for offline starts. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly workspaceId: string;
  readonly workspaceName: string;
}

/** The workspace document (src/workspace) as the UI sees it. */
export interface WorkspacePort {
  data(): WorkspaceData;
  onData(listener: (data: WorkspaceData) => void): () => void;
  /** Others only, not this device. */
  presence(): readonly Presence[];
  onPresence(listener: (present: readonly Presence[]) => void): () => void;
  setViewing(id: RecordId | undefined): void;
  /** Refused without the settings right, here and by the relay. */
  write(change: WorkspaceChange): Promise<Result<void, WorkspaceWriteError>>;
}

/** One contribution on the registry. */
export interface Entry<Spec> {
  readonly plugin: string;
  /** `plugin.point.id`, unique; names the contribution in logs. */
  readonly key: string;
  readonly spec: Spec;
}

export interface PluginInfo {
  readonly manifest: Manifest;
  readonly state: 'enabled' | 'disabled' | 'loading' | 'failed';
  readonly contributions: number;
  /** Switched off on this device only; the workspace's own switch is in `WorkspaceData.plugins`. */
  readonly offOnDevice?: boolean;
  /** What went wrong, newest first; at most 100. */
  readonly errors: readonly { readonly at: number; readonly where: string; readonly message: string }[];
}

/** The plugin host (src/plugin-host) as the UI sees it. Lists are replaced, never mutated. */
export interface PluginPort {
  contributions<Spec>(point: Point<Spec>): readonly Entry<Spec>[];
  list(): readonly PluginInfo[];
  /** Called after contributions or the list changed. */
  onChange(listener: () => void): () => void;
  ctx(plugin: string): Ctx;
  /** Runs a contribution's code so that a failure ends on its plugin's page and in a notice, never in the app. */
  call<T>(entry: Entry<unknown>, run: () => Promise<T>): Promise<T | undefined>;
  /** Reports an error a boundary caught in a contribution's view. */
  report(entry: Entry<unknown>, error: unknown): void;
  /** Switches a plugin off (or on again) on this device, whatever the workspace says. */
  setOffOnDevice(plugin: string, off: boolean): void;
}

export type Tone = 'info' | 'success' | 'warn' | 'error';
export interface Notice {
  readonly text: Text;
  readonly tone?: Tone;
  /** A button in the notice ("Hoàn tác"). */
  readonly action?: { readonly title: Text; readonly run: () => void };
  /** How long it stays; default 5 s, 10 s with an action. */
  readonly ms?: number;
}

/** One change of a text: at `at`, `remove` characters gone and `insert` put there. */
export interface TextEdit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** Where a colleague types. `anchor` and `head` count UTF-16 units, as a text field's selection does. */
export interface TextCursor {
  readonly connection: number;
  readonly user: string;
  readonly name: string;
  readonly anchor: number;
  readonly head: number;
}

/** A long text that several people may type in at once (src/workspace/live-text.ts). What is typed is kept by itself. */
export interface LiveText {
  read(): string;
  edit(edit: TextEdit): void;
  /** Shows colleagues where this person's cursor stands. */
  select(anchor: number, head: number): void;
  cursors(): readonly TextCursor[];
  /** Others changed the text: what, one after the other. Not called while held. */
  onEdits(listener: (edits: readonly TextEdit[]) => void): void;
  onCursors(listener: () => void): void;
  /** The relay or a guard did not take what was typed: open it anew. */
  onRefused(listener: () => void): void;
  /** Keeps others' changes back, while an input method composes; `release` lets them in. */
  hold(): void;
  release(): void;
  /** Keeps what was typed last, then ends. */
  close(): Promise<void>;
}

/** What every page may use; made once by `createApp` (src/app) and handed down by Svelte context. */
export interface UiApp {
  readonly me: Me;
  readonly port: DataPort;
  readonly workspace: WorkspacePort;
  readonly plugins: PluginPort;
  readonly members: () => readonly Member[];
  /** Opens a long text for typing together; undefined where this device has no such record. Absent: not possible here. */
  readonly liveText?: (id: RecordId, field: string) => Promise<LiveText | undefined>;
  notify(notice: Notice): void;
  signOut(): Promise<void>;
}

export const [getApp, setApp] = createContext<UiApp>();

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

/** What every page may use; made once by `createApp` (src/app) and handed down by Svelte context. */
export interface UiApp {
  readonly me: Me;
  readonly port: DataPort;
  readonly workspace: WorkspacePort;
  readonly plugins: PluginPort;
  readonly members: () => readonly Member[];
  notify(notice: Notice): void;
  signOut(): Promise<void>;
}

export const [getApp, setApp] = createContext<UiApp>();

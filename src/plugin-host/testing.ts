import { BUILT_IN_ROLES } from '#core/access/role.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { AskGuards, DataPort, GuardIntent } from '#data-worker/port.ts';
import { definePlugin, type Contribution, type Half, type Manifest } from '#plugin-api';
import type { Notice } from '#ui/app-context.ts';
import { createPluginHost } from './host.ts';
import type { PluginModule } from './modules.ts';

/** A plugin's folder made up for a test. `client` stands for its contributions, or for how its half loads. */
export function pluginModule(
  id: string,
  client: readonly Contribution[] | (() => Promise<{ default: Half }>) = [],
  manifest: Partial<Manifest> = {},
): PluginModule {
  const plugin = definePlugin({
    id,
    version: '1.0.0',
    api: 1,
    name: { vi: `Tiện ích ${id}`, en: `Plugin ${id}` },
    ...manifest,
  });
  const load = typeof client === 'function' ? client : () => Promise.resolve({ default: plugin.client(client) });
  return { folder: id, exports: { plugin }, client: load };
}

export interface TestHostOptions {
  readonly port?: Partial<Pick<DataPort, 'open' | 'query' | 'run'>>;
  readonly now?: () => number;
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>;
  readonly errors?: EventTarget;
}

/** A real host over `modules`, with a workspace to switch plugins in and what the host did outward. */
export function createTestHost(modules: readonly PluginModule[], options: TestHostOptions = {}) {
  let plugins: Readonly<Record<string, boolean>> = {};
  const listeners = new Set<(data: WorkspaceData) => void>();
  const data = (): WorkspaceData => ({
    name: 'Thử',
    members: [],
    departments: [],
    roles: BUILT_IN_ROLES,
    fields: [],
    deletedFields: [],
    fieldRules: {},
    views: [],
    deletedViews: [],
    plugins,
    settings: {},
  });
  const notices: Notice[] = [];
  const paths: string[] = [];
  const guarded: { ask?: AskGuards; intents: readonly GuardIntent['on'][] } = { intents: [] };
  const none = () => ({ update: () => undefined, stop: () => undefined });
  const host = createPluginHost({
    port: {
      open: none,
      query: none,
      run: () => Promise.reject(new Error('no command in this test')),
      ...options.port,
      setGuard: (ask, intents) => Object.assign(guarded, { ask, intents }),
    },
    workspaceData: {
      data,
      onData: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    notify: (notice) => notices.push(notice),
    locale: () => 'en',
    navigate: (path) => paths.push(path),
    modules,
    storage: options.storage ?? memoryStorage(),
    errors: options.errors ?? new EventTarget(),
    ...(options.now && { now: options.now }),
  });
  return {
    host,
    notices,
    paths,
    guarded,
    listeners,
    info: (id: string) => host.list().find(({ manifest }) => manifest.id === id)!,
    /** What the workspace document would say. */
    enable: (id: string, on: boolean) => {
      plugins = { ...plugins, [id]: on };
      for (const listener of listeners) listener(data());
    },
  };
}

export function memoryStorage(): Pick<Storage, 'getItem' | 'setItem'> {
  const items = new Map<string, string>();
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) };
}

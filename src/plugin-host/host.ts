import type { FieldDef } from '#core/record/field.ts';
import type { AskGuards, DataPort, GuardIntent } from '#data-worker/port.ts';
import { field, guard, type Contribution, type Ctx, type Manifest, type Text } from '#plugin-api';
import type { Entry, Notice, PluginInfo, PluginPort, WorkspacePort } from '#ui/app-context.ts';
import { createAttribution } from './attribution.ts';
import { createScope, type Scope } from './ctx.ts';
import { createDeviceOff } from './device-off.ts';
import { createErrorLog, messageOf, STRIKES } from './error-log.ts';
import { askGuards } from './guards.ts';
import { manifestProblems, satisfied } from './manifest.ts';
import { pluginOf, type PluginModule } from './modules.ts';
import { createRegistry, readContributions } from './registry.ts';
import { watchUncaught } from './uncaught.ts';

export interface PluginHostOptions {
  readonly port: Pick<DataPort, 'open' | 'query' | 'run' | 'setGuard'>;
  /** Says which plugins the workspace has enabled (`plugins[id] !== false`). */
  readonly workspaceData: Pick<WorkspacePort, 'data' | 'onData'>;
  readonly notify: (notice: Notice) => void;
  readonly locale: () => 'vi' | 'en';
  readonly navigate: (path: string) => void;
  /** `pluginModules` of modules.ts; tests give their own. */
  readonly modules: readonly PluginModule[];
  /** Where this device keeps its "off here"; default the browser's local storage. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem'>;
  /** ms since 1970. */
  readonly now?: () => number;
  /** Whose uncaught errors are looked at; default the window. */
  readonly errors?: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
}

export interface PluginHost {
  /** Fields of the enabled plugins, ids `<plugin>.<id>`; they belong into `setWorkspace`. Changes with `onChange`. */
  fields(): readonly FieldDef[];
  /** Given to the data worker by the host itself; see `DataPort.setGuard`. */
  readonly askGuards: AskGuards;
  /** Resolves when no plugin is loading. */
  loaded(): Promise<void>;
  /** Disables everything and lets go of what it listened to. */
  close(): void;
}

/** How long a client half may take to load before its plugin counts as failed. */
export const LOAD_LIMIT_MS = 15_000;
const EVERY_INTENT: readonly GuardIntent['on'][] = ['record.remove', 'record.save'];

interface Slot {
  readonly id: string;
  readonly module: PluginModule;
  readonly manifest: Manifest;
  /** Why it can never run in this build. */
  readonly broken: boolean;
  /** There is one exactly while the plugin is enabled. */
  scope?: Scope;
  state: PluginInfo['state'];
}

/**
 * Enables and disables plugins at run time. It guarantees: a disabled plugin has no contribution, no live signal and no
 * cleanup left, also when it was disabled while loading; whatever a plugin throws ends in its log; a broken plugin
 * leaves the others and the app alone.
 */
export function createPluginHost(options: PluginHostOptions): PluginHost & PluginPort {
  const now = options.now ?? Date.now;
  const registry = createRegistry();
  const log = createErrorLog(now);
  const deviceOff = createDeviceOff(options.storage ?? localStorageOf());
  const attribution = createAttribution();
  const listeners = new Set<() => void>();
  const loading = new Set<Promise<void>>();
  /** Contributions that failed too often; off until their plugin is switched off and on, or the tab is reloaded. */
  const struck = new Set<string>();
  const slots = new Map(options.modules.map((module) => [module.folder, createSlot(module)]));
  let infos: readonly PluginInfo[] = [];
  let asked = '-';
  let closed = false;

  const textOf = (text: Text): string => (typeof text === 'string' ? text : text[options.locale()]);
  const nameOf = (plugin: string): string => textOf(slots.get(plugin)?.manifest.name ?? plugin);

  function createSlot(module: PluginModule): Slot {
    const manifest = pluginOf(module)?.manifest ?? { id: module.folder, version: '–', api: 1, name: module.folder };
    const problems = pluginOf(module) ? manifestProblems(manifest, module.folder) : ['plugin.ts exports no plugin'];
    for (const problem of problems) log.add(module.folder, module.folder, problem);
    attribution.learn(module.folder, module);
    return {
      id: module.folder,
      module,
      manifest,
      broken: problems.length > 0,
      state: problems.length > 0 ? 'failed' : 'disabled',
    };
  }

  /** Brings what runs in line with what is wanted. */
  function reconcile(): void {
    if (closed) return;
    const enabled = options.workspaceData.data().plugins;
    const wanted = new Map<string, readonly string[]>();
    for (const slot of slots.values()) {
      if (!slot.broken && enabled[slot.id] !== false && !deviceOff.has(slot.id))
        wanted.set(slot.id, slot.manifest.requires ?? []);
    }
    const runnable = satisfied(wanted);
    for (const slot of slots.values()) if (slot.scope && !runnable.has(slot.id)) stop(slot);
    for (const slot of slots.values()) {
      if (slot.broken || slot.scope) continue;
      if (runnable.has(slot.id)) start(slot);
      else if (wanted.has(slot.id)) failRequires(slot, runnable);
      else slot.state = 'disabled';
    }
    changed();
  }

  function failRequires(slot: Slot, runnable: ReadonlySet<string>): void {
    if (slot.state === 'failed') return;
    slot.state = 'failed';
    const missing = slot.manifest.requires?.filter((id) => !runnable.has(id)) ?? [];
    log.add(slot.id, slot.id, `requires ${missing.join(', ')}, which is off or missing`);
  }

  function start(slot: Slot): void {
    const scope = createScope({
      manifest: slot.manifest,
      port: options.port,
      notify: options.notify,
      locale: options.locale,
      navigate: options.navigate,
      onError: (where, error) => {
        log.add(slot.id, where, messageOf(error));
        changed();
      },
      onLog: (message) => {
        log.add(slot.id, slot.id, message);
        changed();
      },
    });
    slot.scope = scope;
    slot.state = slot.module.client ? 'loading' : 'enabled';
    // fields are plain data and at hand: columns and import targets need not wait for the code
    contribute(slot, slot.manifest.data ?? []);
    if (!slot.module.client) return;
    const load = loadHalf(slot, scope, slot.module.client).finally(() => {
      loading.delete(load);
      changed();
    });
    loading.add(load);
  }

  async function loadHalf(slot: Slot, scope: Scope, client: NonNullable<PluginModule['client']>): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new Error(`client.ts did not load within ${LOAD_LIMIT_MS / 1000} s`)),
          LOAD_LIMIT_MS,
        );
        scope.ctx.signal.addEventListener('abort', () => reject(scope.ctx.signal.reason as Error));
      });
      const { default: half } = await Promise.race([client(), late]);
      if (slot.scope !== scope) return; // disabled (and perhaps enabled again) in the meantime
      if (half?.plugin !== slot.id) throw new Error(`client.ts is the half of "${String(half?.plugin)}"`);
      attribution.learn(slot.id, half);
      contribute(slot, half.contributes);
      slot.state = 'enabled';
    } catch (error) {
      if (slot.scope !== scope) return;
      slot.state = 'failed';
      log.add(slot.id, slot.id, messageOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  function contribute(slot: Slot, contributions: readonly Contribution[]): void {
    const entries = readContributions(
      slot.id,
      contributions,
      (key) => registry.has(key),
      (where, message) => log.add(slot.id, where, message),
    );
    registry.add(entries.filter((entry) => !struck.has(entry.key)));
  }

  function stop(slot: Slot): void {
    const { scope } = slot;
    delete slot.scope;
    slot.state = 'disabled';
    registry.remove((entry) => entry.plugin === slot.id);
    for (const key of struck) if (key.startsWith(`${slot.id}.`)) struck.delete(key);
    log.pardon(slot.id);
    scope?.end();
  }

  /** Notes a failure of a contribution; the third within a minute switches it off for the session. */
  function fail(entry: Entry<unknown>, error: unknown, told: boolean): void {
    log.add(entry.plugin, entry.key, messageOf(error));
    const isOut = log.strike(entry.key);
    // a guard that fails goes on denying: switching it off would let pass what it is there to stop
    const isGuard = registry.list(guard).some(({ key }) => key === entry.key);
    if (isOut && !isGuard && registry.has(entry.key)) {
      struck.add(entry.key);
      registry.remove(({ key }) => key === entry.key);
      options.notify({ text: switchedOff(nameOf(entry.plugin), titleOf(entry)), tone: 'error' });
    } else if (told) {
      options.notify({ text: failedText(nameOf(entry.plugin)), tone: 'error' });
    }
    changed();
  }

  function changed(): void {
    infos = [...slots.values()].map((slot) => ({
      manifest: slot.manifest,
      state: slot.state,
      contributions: registry.ofPlugin(slot.id).length,
      ...(deviceOff.has(slot.id) && { offOnDevice: true }),
      errors: log.of(slot.id),
    }));
    tellWorker();
    for (const listener of listeners) listener();
  }

  function tellWorker(): void {
    const intents =
      loading.size > 0 ? EVERY_INTENT : [...new Set(registry.list(guard).map(({ spec }) => spec.on))].sort();
    if (intents.join() === asked) return;
    asked = intents.join();
    options.port.setGuard(ask, intents);
  }

  const loaded = async (): Promise<void> => {
    while (loading.size > 0) await Promise.all(loading);
  };

  const ask: AskGuards = (intents) =>
    askGuards(
      {
        guards: () => registry.list(guard),
        loaded,
        look: (plugin) => ({ records: ctxOf(plugin).records }),
        textOf,
        nameOf,
        onFailure: (entry, error) => fail(entry, error, false),
      },
      intents,
    );

  function ctxOf(plugin: string): Ctx {
    const slot = slots.get(plugin);
    if (slot?.scope) return slot.scope.ctx;
    // whoever still holds a contribution of a disabled plugin gets a context that does nothing
    const manifest = slot?.manifest ?? { id: plugin, version: '–', api: 1, name: plugin };
    const scope = createScope({ ...options, manifest, onError: () => undefined, onLog: () => undefined });
    scope.end();
    return scope.ctx;
  }

  const stopData = options.workspaceData.onData(reconcile);
  const stopErrors = watchUncaught(options.errors ?? globalThis.window, (error) => {
    const plugin = attribution.pluginOf(error);
    if (!plugin || !slots.has(plugin)) return false;
    log.add(plugin, plugin, `uncaught: ${messageOf(error)}`);
    changed();
    return true;
  });
  reconcile();

  return {
    contributions: (point) => registry.list(point),
    list: () => infos,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ctx: ctxOf,
    async call(entry, run) {
      try {
        return await run();
      } catch (error) {
        // somebody cancelled, or the plugin was disabled under way: nothing went wrong
        if (!(error instanceof Error && error.name === 'AbortError')) fail(entry, error, true);
        return undefined;
      }
    },
    report: (entry, error) => fail(entry, error, true),
    setOffOnDevice(plugin, off) {
      deviceOff.set(plugin, off);
      reconcile();
    },
    fields: () =>
      registry.list(field).map(({ plugin, spec }, i) => ({
        ...spec,
        id: `${plugin}.${spec.id}`,
        group: 'more',
        order: FIRST_PLUGIN_ORDER + i,
      })),
    askGuards: ask,
    loaded,
    close() {
      for (const slot of slots.values()) if (slot.scope) stop(slot);
      changed();
      closed = true;
      stopData();
      stopErrors();
      listeners.clear();
    },
  };
}

/** Plugins' fields come after the workspace's own in forms. */
const FIRST_PLUGIN_ORDER = 10_000;

function titleOf(entry: Entry<unknown>): Text {
  const { title, id } = entry.spec as { readonly title?: Text; readonly id: string };
  return title ?? id;
}

function failedText(name: string): Text {
  return {
    vi: `Tiện ích "${name}" gặp lỗi. Chi tiết ở Cài đặt › Tiện ích.`,
    en: `The plugin "${name}" failed. Details are in Settings › Plugins.`,
  };
}

function switchedOff(name: string, title: Text): Text {
  const [vi, en] = typeof title === 'string' ? [title, title] : [title.vi, title.en];
  return {
    vi: `Đã tạm tắt "${vi}" của tiện ích "${name}" vì lỗi ${STRIKES} lần trong một phút.`,
    en: `"${en}" of the plugin "${name}" was switched off for now: it failed ${STRIKES} times within a minute.`,
  };
}

function localStorageOf(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined; // the browser refuses even to look (cookies blocked)
  }
}

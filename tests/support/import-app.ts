import { createCommands } from '#commands/run.ts';
import type { DataPort } from '#data-worker/port.ts';
import { createPluginHost } from '#plugin-host/host.ts';
import { pluginModules } from '#plugin-host/modules.ts';
import type { Notice, UiApp } from '#ui/app-context.ts';
import { locale } from '#ui/locale.svelte.ts';
import { createMemoryApp } from './memory-app.ts';
import { ADA, createMemoryContext, WORKSPACE, type MemoryContext } from './memory-context.ts';

/** An app whose plugins and commands are the real ones; only the records are kept in a Map. */
export interface ImportApp {
  readonly app: UiApp;
  readonly context: MemoryContext;
  readonly notices: readonly Notice[];
  /** Waits until the plugins are there. */
  loaded(): Promise<void>;
  close(): void;
}

export function createImportApp(plugins: Readonly<Record<string, boolean>> = {}): ImportApp {
  const data = { ...WORKSPACE, plugins };
  const context = createMemoryContext();
  context.workspace = data;
  const commands = createCommands(context);
  const memory = createMemoryApp(data);
  const notices: Notice[] = [];
  const port: DataPort = {
    ...without<DataPort, 'imports'>(memory.port, 'imports'),
    run: (name, input) => commands.run(name, input),
    imports: commands.imports,
  };
  const host = createPluginHost({
    port,
    workspaceData: memory.workspace,
    notify: (notice) => notices.push(notice),
    locale: () => locale.current,
    navigate: () => undefined,
    modules: pluginModules,
    storage: { getItem: () => null, setItem: () => undefined },
  });
  const me = { ...memory.me, id: ADA, name: 'Nguyễn Thị Ada' };
  return {
    app: {
      ...without<UiApp, 'port'>(memory, 'port'),
      me,
      port,
      plugins: host,
      notify: (notice) => notices.push(notice),
    },
    context,
    notices,
    loaded: () => host.loaded(),
    close: () => host.close(),
  };
}

/** A copy without some keys, which are not even read: the memory port's `imports` is a getter that throws. */
function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  const kept = (Object.keys(object) as (keyof T)[]).filter((key) => !keys.includes(key as K));
  return Object.fromEntries(kept.map((key) => [key, object[key]])) as Omit<T, K>;
}

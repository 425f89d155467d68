import type { Half, Plugin } from '#plugin-api';

/** A plugin's folder as the build found it. */
export interface PluginModule {
  /** Name of the folder; the plugin's id must be the same. */
  readonly folder: string;
  /** What `plugin.ts` exports; one of its values is the `Plugin`. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Loads `client.ts`, where there is one. */
  readonly client?: () => Promise<{ readonly default: Half }>;
}

/** All plugins of this build: dropping a folder into `plugins/` is enough, nothing in the app names one. */
export const pluginModules: readonly PluginModule[] = findModules(
  import.meta.glob<Record<string, unknown>>('/plugins/*/plugin.ts', { eager: true }),
  import.meta.glob<{ default: Half }>('/plugins/*/client.ts'),
);

/** Pairs manifests with client halves by folder: '/plugins/excel/plugin.ts' and '/plugins/excel/client.ts'. */
export function findModules(
  manifests: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  clients: Readonly<Record<string, () => Promise<{ default: Half }>>>,
): readonly PluginModule[] {
  return Object.entries(manifests)
    .map(([path, exports]) => {
      const folder = path.split('/').at(-2)!;
      const client = clients[path.replace(/plugin\.ts$/, 'client.ts')];
      return { folder, exports, ...(client && { client }) };
    })
    .sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** The plugin among the exports of a `plugin.ts`, whatever its name there. */
export function pluginOf(module: PluginModule): Plugin | undefined {
  return Object.values(module.exports).find(isPlugin);
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'manifest' in value && typeof value.manifest === 'object';
}

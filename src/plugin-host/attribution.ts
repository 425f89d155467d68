/**
 * Finds the plugin an error came from by the addresses in its stack. In development a plugin's files keep their path
 * (`/plugins/excel/client/read.ts`); in a build they are chunks with hashed names, which we learn from the source of
 * the plugin's `Lazy` functions (`() => import('./Bx3k.js')`). An error in a chunk that plugins share has no author.
 */
export interface Attribution {
  /** Learns the chunks behind the loaders found anywhere in `value` (a module, a half, a spec). */
  learn(plugin: string, value: unknown): void;
  /** The plugin's id, or undefined. */
  pluginOf(error: unknown): string | undefined;
}

export function createAttribution(): Attribution {
  const byChunk = new Map<string, string>();
  return {
    learn(plugin, value) {
      for (const chunk of chunksIn(value, 0)) byChunk.set(chunk, plugin);
    },
    pluginOf(error) {
      const stack = error instanceof Error ? (error.stack ?? '') : '';
      const path = /\/plugins\/([a-z][a-z0-9-]*)\//.exec(stack)?.[1];
      if (path) return path;
      for (const [name] of stack.matchAll(/[\w.-]+\.[cm]?js\b/g)) {
        const plugin = byChunk.get(name);
        if (plugin) return plugin;
      }
      return undefined;
    },
  };
}

function chunksIn(value: unknown, depth: number): string[] {
  if (typeof value === 'function') {
    const source = Function.prototype.toString.call(value);
    return [...source.matchAll(/import\(\s*\\?["'`]([^"'`\\]+)/g)].map(([, path]) => path!.split('/').at(-1)!);
  }
  // specs are two levels deep: a half, its contributions, their spec, its loaders
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  return Object.values(value).flatMap((part) => chunksIn(part, depth + 1));
}

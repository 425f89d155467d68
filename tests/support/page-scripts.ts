import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** The last build's scripts (Vite's manifest, SvelteKit's chunks) and what they weigh. */
const root = join(import.meta.dirname, '..', '..');
const generated = '.svelte-kit/generated/client-optimized';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

/** Bytes of a built script, gzip -9; `path` as the browser asks for it. */
export const gzippedBytes = (path: string): number =>
  gzipSync(readFileSync(join(root, 'build', path)), { level: 9 }).length;

/**
 * Paths of every script the browser must have before it can show a page: SvelteKit's start, the given route files
 * (`+layout.svelte` and `+page.svelte` from the outside in), and all they import statically.
 */
export function staticScripts(routeFiles: readonly string[]): readonly string[] {
  const text = readFileSync(join(root, '.svelte-kit/output/client/.vite/manifest.json'), 'utf8');
  const chunks = JSON.parse(text) as Readonly<Record<string, Chunk>>;
  const keys = Object.keys(chunks);
  const entries = [
    keys.find((key) => key.endsWith('runtime/client/entry.js')),
    `${generated}/app.js`,
    ...routeFiles.map((file) =>
      keys
        .filter((key) => key.startsWith(`${generated}/nodes/`))
        .find((key) => readFileSync(join(root, key), 'utf8').includes(`/src/routes/${file}"`)),
    ),
  ];
  const files = new Set<string>();
  const add = (key: string | undefined, from: string): void => {
    const chunk = key === undefined ? undefined : chunks[key];
    if (!chunk) throw new Error(`the build has no script for ${from}`);
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const imported of chunk.imports ?? []) add(imported, chunk.file);
  };
  entries.forEach((key, i) => add(key, routeFiles[i - 2] ?? 'the start'));
  return [...files];
}

import type { Manifest } from '#plugin-api';

/** Versions of the plugin API this host serves. */
export const API_VERSIONS: readonly number[] = [1];

/** What is wrong with a manifest, in words for its author; [] when it is good. */
export function manifestProblems(manifest: Manifest, folder: string): readonly string[] {
  const problems: string[] = [];
  if (!API_VERSIONS.includes(manifest.api))
    problems.push(`api ${String(manifest.api)} is not served; this host has ${API_VERSIONS.join(', ')}`);
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(manifest.id))
    problems.push(`id "${manifest.id}" is not of lower-case letters, digits and hyphens`);
  if (manifest.id !== folder) problems.push(`id "${manifest.id}" is not the name of its folder "${folder}"`);
  if (typeof manifest.version !== 'string' || !manifest.version) problems.push('version is missing');
  if (!manifest.name) problems.push('name is missing');
  if (manifest.requires?.includes(manifest.id)) problems.push('requires itself');
  return problems;
}

/**
 * Which of the wanted plugins can run: those whose `requires` are all wanted and can run themselves. Circles are fine
 * when all of them are wanted.
 */
export function satisfied(wanted: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const running = new Set(wanted.keys());
  let before = -1;
  while (before !== running.size) {
    before = running.size;
    for (const id of running) if (!wanted.get(id)!.every((other) => running.has(other))) running.delete(id);
  }
  return running;
}

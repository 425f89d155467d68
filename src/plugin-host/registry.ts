import type { Contribution, Point, PointId } from '#plugin-api';
import type { Entry } from '#ui/app-context.ts';

/** One registered contribution, with what its order is made of. */
export interface RegistryEntry extends Entry<unknown> {
  readonly point: PointId;
  readonly id: string;
  readonly order: number;
}

/**
 * Who contributes what, by point. The map and its lists are replaced and never mutated, so a reader may keep what it got.
 * Lists are in the order (order, plugin id, id), which is the same on every device.
 */
export interface Registry {
  list<Spec>(point: Point<Spec>): readonly Entry<Spec>[];
  ofPlugin(plugin: string): readonly RegistryEntry[];
  has(key: string): boolean;
  /** Keys must be new; see `readContributions`. */
  add(entries: readonly RegistryEntry[]): void;
  remove(matches: (entry: RegistryEntry) => boolean): void;
}

export function createRegistry(): Registry {
  let byPoint: ReadonlyMap<PointId, readonly RegistryEntry[]> = new Map();
  const all = () => [...byPoint.values()].flat();
  return {
    list: <Spec>(point: Point<Spec>) => (byPoint.get(point.id) ?? NONE) as readonly Entry<Spec>[],
    ofPlugin: (plugin) => all().filter((entry) => entry.plugin === plugin),
    has: (key) => all().some((entry) => entry.key === key),
    add(entries) {
      const next = new Map(byPoint);
      for (const entry of entries) next.set(entry.point, [...(next.get(entry.point) ?? []), entry].sort(inOrder));
      byPoint = next;
    },
    remove(matches) {
      const next = new Map<PointId, readonly RegistryEntry[]>();
      for (const [point, entries] of byPoint) {
        const rest = entries.filter((entry) => !matches(entry));
        if (rest.length === entries.length) next.set(point, entries);
        else if (rest.length > 0) next.set(point, rest);
      }
      byPoint = next;
    },
  };
}

const NONE: readonly RegistryEntry[] = Object.freeze([]);

/**
 * Turns a half's contributions into entries. A contribution without a usable id, or whose id is taken, is left out and
 * told to `onError`; the others stay.
 */
export function readContributions(
  plugin: string,
  contributions: readonly Contribution[],
  isTaken: (key: string) => boolean,
  onError: (where: string, message: string) => void,
): readonly RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  const seen = new Set<string>();
  for (const contribution of contributions as readonly (Partial<Contribution> | null | undefined)[]) {
    const spec = contribution?.spec as { readonly id?: unknown; readonly order?: unknown } | null | undefined;
    const point = contribution?.point;
    if (
      typeof point !== 'string' ||
      !/^[a-z][a-z0-9.-]*@\d+$/.test(point) ||
      typeof spec?.id !== 'string' ||
      !spec.id
    ) {
      onError(plugin, `not a contribution: ${describe(contribution)}`);
      continue;
    }
    const key = `${plugin}.${point}.${spec.id}`;
    if (seen.has(key) || isTaken(key)) {
      onError(key, `duplicate id: ${spec.id}`);
      continue;
    }
    seen.add(key);
    entries.push({ plugin, point, key, id: spec.id, order: typeof spec.order === 'number' ? spec.order : 0, spec });
  }
  return entries;
}

function inOrder(a: RegistryEntry, b: RegistryEntry): number {
  return a.order - b.order || byText(a.plugin, b.plugin) || byText(a.id, b.id);
}

// by code unit, not by locale: the order must be the same on every device
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function describe(value: unknown): string {
  try {
    return (JSON.stringify(value) ?? String(value)).slice(0, 200);
  } catch {
    return typeof value; // a cycle
  }
}

/** A seeded source of chance (mulberry32): the same seed gives the same run. */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
  /** An integer from 0 to n − 1. */
  below(n: number): number;
  pick<T>(items: readonly T[]): T;
  /** One of the keys, by weight. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K;
  bytes(length: number): Uint8Array;
  id(): string;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    pick: (items) => items[below(items.length)]!,
    weighted(weights) {
      const entries = Object.entries(weights) as [never, number][];
      let at = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [key, weight] of entries) if ((at -= weight) < 0) return key;
      return entries[0]![0];
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
    id: () => Array.from({ length: 4 }, () => below(0x1_0000_0000).toString(16).padStart(8, '0')).join('-'),
  };
}

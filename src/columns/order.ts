/**
 * All slots in use in the order of one key. Kept as one permutation that is made when first asked for; slots that changed
 * since are taken out and put in again by binary search, so an edit costs a copy of the array and not a sort.
 */
export interface OrderSource {
  size(): number;
  isUsed(slot: number): boolean;
  /** Of a slot: number or text, ascending; undefined sorts last in both directions. */
  key(slot: number): string | number | undefined;
  /** Where the key depends on a code alone: the code by slot and the key by code, for a sort of codes instead of slots. */
  coded?(): Coded | undefined;
  /** Between equal keys: newest first, then the greater id. Negative = `a` first. */
  readonly tie: (a: number, b: number) => number;
  /** All slots in use by `tie` alone. */
  byTie?(): Uint32Array;
}

/** Keys that depend on a code alone: the code by slot (below `count`), and the key of a code. */
export interface Coded {
  readonly codes: Uint32Array;
  readonly count: number;
  readonly key: (code: number) => string | number | undefined;
}

/** Part of the slots above which sorting all of them anew is cheaper. */
const STALE_PART = 1 / 16;

export class Order {
  private readonly source: OrderSource;
  private readonly desc: boolean;
  private slots: Uint32Array | undefined;
  private readonly stale = new Set<number>();

  constructor(source: OrderSource, desc: boolean) {
    this.source = source;
    this.desc = desc;
  }

  get isBuilt(): boolean {
    return this.slots !== undefined;
  }

  /** A slot came, went, or has another key. */
  touch(slot: number): void {
    if (!this.slots) return;
    this.stale.add(slot);
    if (this.stale.size > 64 && this.stale.size > this.slots.length * STALE_PART) this.forget();
  }

  forget(): void {
    this.slots = undefined;
    this.stale.clear();
  }

  /** The slots in order. Not to be changed, and to be used before the next change only. */
  get(): Uint32Array {
    if (!this.slots) this.slots = this.build();
    else if (this.stale.size > 0) this.slots = this.repair(this.slots);
    return this.slots;
  }

  private compareKeys(a: string | number | undefined, b: string | number | undefined): number {
    if (a === b) return 0;
    if (a === undefined) return 1;
    if (b === undefined) return -1;
    if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1; // a field whose type was changed: any fixed order
    return (a < b ? -1 : 1) * (this.desc ? -1 : 1);
  }

  private compare(a: number, b: number): number {
    return this.compareKeys(this.source.key(a), this.source.key(b)) || this.source.tie(a, b);
  }

  private build(): Uint32Array {
    this.stale.clear();
    const { source } = this;
    const base = source.byTie?.() ?? sorted(this.used(), source.tie);
    const coded = source.coded?.();
    if (coded) return this.sortByCode(base, coded);
    const keys = new Array<string | number | undefined>(source.size());
    for (const slot of base) keys[slot] = source.key(slot);
    const prefixes = prefixesOf(keys, base);
    const sign = this.desc ? -1 : 1;
    // the sort is stable, so equal keys stay in the order of `tie`
    return sorted(base, (a, b) => {
      const byPrefix = prefixes
        ? prefixes.first[a]! - prefixes.first[b]! || prefixes.second[a]! - prefixes.second[b]!
        : 0;
      return byPrefix === 0 ? this.compareKeys(keys[a], keys[b]) : byPrefix * sign;
    });
  }

  /** Sorts the codes by key, then lays the slots out by the rank of their code. */
  private sortByCode(base: Uint32Array, { codes, count, key }: Coded): Uint32Array {
    const keys = Array.from({ length: count }, (_, code) => key(code));
    const sorted = Array.from({ length: count }, (_, code) => code).sort((a, b) => this.compareKeys(keys[a], keys[b]));
    const rank = new Uint32Array(count);
    let ranks = 0;
    sorted.forEach((code, i) => {
      if (i > 0 && keys[sorted[i - 1]!] !== keys[code]) ranks++;
      rank[code] = ranks;
    });
    const ends = new Uint32Array(ranks + 2);
    for (const slot of base) ends[rank[codes[slot]!]! + 1]!++;
    for (let i = 1; i < ends.length; i++) ends[i]! += ends[i - 1]!;
    const slots = new Uint32Array(base.length);
    for (const slot of base) slots[ends[rank[codes[slot]!]!]!++] = slot;
    return slots;
  }

  private repair(slots: Uint32Array): Uint32Array {
    const { source, stale } = this;
    const moved = new Uint8Array(source.size());
    for (const slot of stale) moved[slot] = 1;
    let kept = 0;
    const rest = new Uint32Array(slots.length);
    for (const slot of slots) if (moved[slot] === 0) rest[kept++] = slot;
    const coming = [...stale].filter((slot) => source.isUsed(slot)).sort((a, b) => this.compare(a, b));
    stale.clear();

    const merged = new Uint32Array(kept + coming.length);
    let from = 0;
    let at = 0;
    for (const slot of coming) {
      let low = from;
      let high = kept;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.compare(rest[middle]!, slot) < 0) low = middle + 1;
        else high = middle;
      }
      merged.set(rest.subarray(from, low), at);
      at += low - from;
      merged[at++] = slot;
      from = low;
    }
    merged.set(rest.subarray(from, kept), at);
    return merged;
  }

  private used(): Uint32Array {
    const { source } = this;
    const slots = new Uint32Array(source.size());
    let count = 0;
    for (let slot = 0; slot < slots.length; slot++) if (source.isUsed(slot)) slots[count++] = slot;
    return slots.subarray(0, count);
  }
}

/** Sorts as an array: that sort is stable. Rows mostly stand as they came, oldest first: seen in one pass. */
function sorted(slots: Uint32Array, compare: (a: number, b: number) => number): Uint32Array {
  let at = 1;
  while (at < slots.length && compare(slots[at - 1]!, slots[at]!) > 0) at++;
  return at >= slots.length ? slots.slice().reverse() : Uint32Array.from(Array.from(slots).sort(compare));
}

/** Characters in one number: 6 × 8 bits are exact in a double. */
const PREFIX = 6;

/**
 * The first twelve characters of text keys as two numbers each, in the same order: comparing numbers settles most pairs,
 * and much faster. `undefined` where not all keys are texts.
 */
function prefixesOf(
  keys: readonly (string | number | undefined)[],
  slots: Uint32Array,
): { first: Float64Array; second: Float64Array } | undefined {
  const first = new Float64Array(keys.length);
  const second = new Float64Array(keys.length);
  for (const slot of slots) {
    const key = keys[slot];
    if (typeof key !== 'string') return undefined;
    let ended = false;
    for (let i = 0; i < 2 * PREFIX; i++) {
      const code = ended || i >= key.length ? 0 : key.charCodeAt(i);
      // characters that do not fit are all the greatest, and what follows them is left to the comparison of the texts
      if (code >= 0xff) ended = true;
      const part = i < PREFIX ? first : second;
      part[slot] = part[slot]! * 256 + Math.min(code, 0xff);
    }
  }
  return { first, second };
}

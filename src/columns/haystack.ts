/**
 * The searchable text of one column. The texts of 4,096 slots at a time stand in one string, which `indexOf` runs
 * through at memory speed; where a hit lies says whose it is. Segments are made when first searched (or ahead, by
 * `warm`); a slot that changed since is looked at by itself until enough of them have gathered to make its segment anew.
 */
export const SEGMENT_ROWS = 4096;
export const SEGMENT_BITS = 12;
/** Changed slots of a segment above which it is made anew. */
const STALE_MOST = 64;

/** So few rows of a segment are looked at one by one; a scan of all of it costs more. */
const FEW = 200;

/** Begins and ends every text, so that `\nan\n` finds a whole text and `\nan` a beginning. No text holds it. */
export const EDGE = '\n';

export interface HaystackSource {
  /** Slots in use or free below it. */
  size(): number;
  /** The searchable text of a slot, without EDGE. */
  text(slot: number): string;
  /** The same in ASCII from `at` on; returns the end, -1 where a character is none. */
  readonly bytes?: (slot: number, into: Uint8Array, at: number) => number;
  /** At least as many bytes as `bytes` will write. */
  readonly length?: (slot: number) => number;
}

interface Segment {
  text: string;
  /** Where the text of each slot begins (its EDGE); one more than slots. */
  readonly starts: Uint32Array;
  readonly stale: Set<number>;
}

const ascii = new TextDecoder();
let scratch = new Uint8Array(1 << 18);

export class Haystack {
  private readonly source: HaystackSource;
  private readonly segments: (Segment | undefined)[] = [];

  constructor(source: HaystackSource) {
    this.source = source;
  }

  /** A slot's text changed. */
  touch(slot: number): void {
    const at = slot >> SEGMENT_BITS;
    const segment = this.segments[at];
    if (!segment) return;
    // a slot beyond those the segment was made of is not in its text at all
    if (slot - at * SEGMENT_ROWS >= segment.starts.length - 1 || segment.stale.size >= STALE_MOST)
      this.segments[at] = undefined;
    else segment.stale.add(slot);
  }

  forget(): void {
    this.segments.length = 0;
  }

  /** Makes one missing segment; false when none is missing. */
  warm(): boolean {
    for (let at = 0; at * SEGMENT_ROWS < this.source.size(); at++) {
      if (this.segments[at]) continue;
      this.build(at);
      return true;
    }
    return false;
  }

  /**
   * Raises `marks[slot]` from `step - 1` to `step` for every slot whose text holds `needle`. Free slots may be raised
   * too; they hold no row.
   */
  scan(needle: string, marks: Uint8Array, step: number): void {
    const before = step - 1;
    for (let at = 0; at * SEGMENT_ROWS < this.source.size(); at++) {
      const base = at * SEGMENT_ROWS;
      // later words of a search concern what the earlier ones left: often few rows, often none of a segment
      const left = step === 1 ? undefined : candidates(marks, before, base);
      if (left?.length === 0) continue;
      const segment = this.segments[at] ?? this.build(at);
      if (left && left.length <= FEW) this.testSlots(segment, base, left, needle, marks, step);
      else scanSegment(segment, base, needle, marks, step);
      for (const slot of segment.stale)
        if (marks[slot] === before && (EDGE + this.source.text(slot) + EDGE).includes(needle)) marks[slot] = step;
    }
  }

  private testSlots(
    segment: Segment,
    base: number,
    slots: readonly number[],
    needle: string,
    marks: Uint8Array,
    step: number,
  ): void {
    const { text, starts, stale } = segment;
    for (const slot of slots) {
      const local = slot - base;
      if (!stale.has(slot) && text.slice(starts[local], starts[local + 1]! + 1).includes(needle)) marks[slot] = step;
    }
  }

  private build(at: number): Segment {
    const from = at * SEGMENT_ROWS;
    const to = Math.min(from + SEGMENT_ROWS, this.source.size());
    const starts = new Uint32Array(to - from + 1);
    const segment = {
      text: this.buildBytes(from, to, starts) ?? this.buildText(from, to, starts),
      starts,
      stale: new Set<number>(),
    };
    this.segments[at] = segment;
    return segment;
  }

  private buildBytes(from: number, to: number, starts: Uint32Array): string | undefined {
    const { bytes, length } = this.source;
    if (!bytes || !length) return undefined;
    let end = 0;
    for (let slot = from; slot < to; slot++) {
      const needed = end + length(slot) + 2;
      if (needed > scratch.length) {
        const larger = new Uint8Array(2 * needed);
        larger.set(scratch.subarray(0, end));
        scratch = larger;
      }
      starts[slot - from] = end;
      scratch[end] = 10;
      end = bytes(slot, scratch, end + 1);
      if (end < 0) return undefined;
    }
    starts[to - from] = end;
    scratch[end] = 10;
    return ascii.decode(scratch.subarray(0, end + 1));
  }

  private buildText(from: number, to: number, starts: Uint32Array): string {
    const texts: string[] = [];
    let end = 0;
    for (let slot = from; slot < to; slot++) {
      starts[slot - from] = end;
      const text = this.source.text(slot);
      texts.push(text);
      end += text.length + 1;
    }
    starts[to - from] = end;
    return EDGE + texts.join(EDGE) + EDGE;
  }
}

function scanSegment(
  { text, starts, stale }: Segment,
  base: number,
  needle: string,
  marks: Uint8Array,
  step: number,
): void {
  const before = step - 1;
  let local = 0;
  for (let hit = text.indexOf(needle); hit >= 0; hit = text.indexOf(needle, starts[local])) {
    while (starts[local + 1]! <= hit) local++;
    if (marks[base + local] === before && (stale.size === 0 || !stale.has(base + local))) marks[base + local] = step;
    local++;
  }
}

/** Slots of a segment that stand at `before`; stops one above FEW. */
function candidates(marks: Uint8Array, before: number, base: number): number[] {
  const part = marks.subarray(base, base + SEGMENT_ROWS);
  const slots: number[] = [];
  for (let local = part.indexOf(before); local >= 0 && slots.length <= FEW; local = part.indexOf(before, local + 1))
    slots.push(base + local);
  return slots;
}

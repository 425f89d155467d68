import { SEGMENT_ROWS } from './haystack.ts';

/**
 * The words of one text column, for searches by single words. Names of people are made of few different words, so a
 * search asks each different word once and then only looks up numbers: ten times as fast as scanning the texts. A word
 * without spaces is in a text exactly when it is in one of the text's words. Segments and changes as in `Haystack`.
 */
const SEGMENT_BITS = 12;
const STALE_MOST = 64;

export interface WordSource {
  size(): number;
  /** The text of a slot, its words parted by single spaces. */
  text(slot: number): string;
}

interface Segment {
  /** Codes of the words of all slots, one after the other. */
  readonly codes: Uint32Array;
  /** Where each slot's words begin; one more than slots. */
  readonly starts: Uint32Array;
  readonly stale: Set<number>;
}

export class WordIndex {
  private readonly source: WordSource;
  private readonly segments: (Segment | undefined)[] = [];
  private words: string[] = [];
  private codeOf = new Map<string, number>();

  constructor(source: WordSource) {
    this.source = source;
  }

  /** A slot's text changed. */
  touch(slot: number): void {
    const at = slot >> SEGMENT_BITS;
    const segment = this.segments[at];
    if (!segment) return;
    if (slot - at * SEGMENT_ROWS >= segment.starts.length - 1 || segment.stale.size >= STALE_MOST)
      this.segments[at] = undefined;
    else segment.stale.add(slot);
  }

  forget(): void {
    this.segments.length = 0;
    this.words = [];
    this.codeOf = new Map();
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

  /** Raises `marks[slot]` from `step - 1` to `step` for every slot one of whose words holds `part`. */
  scan(part: string, marks: Uint8Array, step: number): void {
    while (this.warm());
    const { words } = this;
    const holds = new Uint8Array(words.length);
    for (let code = 0; code < holds.length; code++) if (words[code]!.includes(part)) holds[code] = 1;
    this.segments.forEach((segment, at) => {
      if (!segment) return;
      raise(segment, at * SEGMENT_ROWS, holds, marks, step);
      for (const slot of segment.stale)
        if (marks[slot] === step - 1 && this.source.text(slot).includes(part)) marks[slot] = step;
    });
  }

  private build(at: number): void {
    const from = at * SEGMENT_ROWS;
    const to = Math.min(from + SEGMENT_ROWS, this.source.size());
    const starts = new Uint32Array(to - from + 1);
    const codes: number[] = [];
    for (let slot = from; slot < to; slot++) {
      starts[slot - from] = codes.length;
      const text = this.source.text(slot);
      if (text !== '') for (const word of text.split(' ')) codes.push(this.code(word));
    }
    starts[to - from] = codes.length;
    this.segments[at] = { codes: Uint32Array.from(codes), starts, stale: new Set() };
  }

  private code(word: string): number {
    let code = this.codeOf.get(word);
    if (code === undefined) {
      code = this.words.length;
      this.words.push(word);
      this.codeOf.set(word, code);
    }
    return code;
  }
}

function raise(
  { codes, starts, stale }: Segment,
  base: number,
  holds: Uint8Array,
  marks: Uint8Array,
  step: number,
): void {
  const before = step - 1;
  let from = 0;
  for (let local = 0; local + 1 < starts.length; local++) {
    const to = starts[local + 1]!;
    if (marks[base + local] === before) {
      for (let i = from; i < to; i++) {
        if (holds[codes[i]!] === 0) continue;
        if (stale.size === 0 || !stale.has(base + local)) marks[base + local] = step;
        break;
      }
    }
    from = to;
  }
}

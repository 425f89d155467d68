/**
 * The texts of one saved segment of a column, as they lie in its bytes. Nothing is decoded before the first of them is
 * asked for: a cold start shows ten rows of 100,000.
 */
export class SavedTexts {
  readonly #bytes: Uint8Array;
  /** UTF-16 length of each row's text; -1 = absent. Own copy: rows that get another cell are struck off here. */
  readonly #lengths: Int32Array;
  #text: string | undefined;
  #starts: Uint32Array | undefined;

  constructor(bytes: Uint8Array, lengths: Int32Array) {
    this.#bytes = bytes;
    this.#lengths = lengths.slice();
  }

  get(row: number): string | undefined {
    const length = this.#lengths[row];
    if (length === undefined || length < 0) return undefined;
    if (length === 0) return '';
    this.#text ??= decoder.decode(this.#bytes);
    const start = (this.#starts ??= startsOf(this.#lengths))[row]!;
    return this.#text.substring(start, start + length);
  }

  /** The row has no text here any more. */
  strike(row: number): void {
    if (row >= this.#lengths.length) return;
    this.#starts ??= startsOf(this.#lengths);
    this.#lengths[row] = -1;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function startsOf(lengths: Int32Array): Uint32Array {
  const starts = new Uint32Array(lengths.length);
  let at = 0;
  for (let row = 0; row < lengths.length; row++) {
    starts[row] = at;
    at += Math.max(0, lengths[row]!);
  }
  return starts;
}

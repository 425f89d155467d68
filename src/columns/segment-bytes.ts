/**
 * Bytes of a saved segment: `header-length(4, little endian) header(JSON, UTF-8)`, then sections that each begin at a
 * multiple of eight, so that numbers are read where they lie. The header names sections by `[offset, length]` in bytes,
 * counted from the end of the header (rounded up to eight).
 */
export type Section = readonly [offset: number, length: number];

export class SectionWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  add(part: Uint8Array | Int32Array | Uint32Array | Float64Array): Section {
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const section: Section = [this.#length, bytes.length];
    this.#parts.push(bytes);
    this.#length = eights(this.#length + bytes.length);
    return section;
  }

  /** The whole segment. */
  finish(header: unknown): Uint8Array {
    const head = new TextEncoder().encode(JSON.stringify(header));
    const first = eights(4 + head.length);
    const bytes = new Uint8Array(first + this.#length);
    new DataView(bytes.buffer).setUint32(0, head.length, true);
    bytes.set(head, 4);
    let at = first;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at = eights(at + part.length);
    }
    return bytes;
  }
}

/** Reads what `SectionWriter` wrote; views, not copies. Throws `RangeError` or `SyntaxError` on anything else. */
export class SectionReader {
  readonly header: unknown;
  readonly #bytes: Uint8Array;
  readonly #first: number;

  constructor(bytes: Uint8Array) {
    // numbers are read where they lie, which must be at a multiple of eight
    this.#bytes = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (4 + length > bytes.length) throw new RangeError('header beyond the end');
    this.header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length)));
    this.#first = eights(4 + length);
  }

  bytes(section: Section): Uint8Array {
    const [offset, length] = section;
    const from = this.#first + offset;
    if (!(offset >= 0 && length >= 0 && offset % 8 === 0 && from + length <= this.#bytes.length))
      throw new RangeError('section beyond the end');
    return this.#bytes.subarray(from, from + length);
  }

  int32(section: Section): Int32Array {
    const { buffer, byteOffset, length } = this.bytes(section);
    return new Int32Array(buffer, byteOffset, length / 4);
  }

  uint32(section: Section): Uint32Array {
    const { buffer, byteOffset, length } = this.bytes(section);
    return new Uint32Array(buffer, byteOffset, length / 4);
  }

  float64(section: Section): Float64Array {
    const { buffer, byteOffset, length } = this.bytes(section);
    return new Float64Array(buffer, byteOffset, length / 8);
  }
}

const eights = (length: number): number => (length + 7) & ~7;

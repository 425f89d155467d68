/** These bytes are not what they should be; the message is for logs. */
export class UnreadableBytes extends Error {
  override readonly name = 'UnreadableBytes';
}

/** Deeper JSON is refused (P3) and would overflow the stack of a recursive reader. */
const MAX_DEPTH = 32;
/** Texts of so many bytes are decoded here: calling the browser's decoder costs more than they do. */
const SHORT = 96;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const units = new Uint16Array(SHORT);
/** Texts read lately, by a hash of their units: keys and ids come again in every record. */
const seen: string[] = new Array<string>(2048).fill('');

/**
 * Reads lib0's encoding (lib0/decoding.js), strict where lib0 is not: no byte beyond the end, integers in their shortest
 * form and safe, valid UTF-8, JSON of at most 32 levels. Every method throws `UnreadableBytes`.
 */
export class ByteReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes were read. */
  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  atEnd(): boolean {
    return this.left === 0;
  }

  /** Fails unless at least this many bytes are left. */
  expect(count: number): void {
    if (count > this.left) throw new UnreadableBytes('short');
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new UnreadableBytes('short');
    return value;
  }

  varUint(): number {
    let byte = this.byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = this.byte();
      value += (byte & 127) * scale;
      scale *= 128;
      if (value > Number.MAX_SAFE_INTEGER) throw new UnreadableBytes('integer too large');
    } while (byte >= 128);
    if (byte === 0) throw new UnreadableBytes('padded integer');
    return value;
  }

  varInt(): number {
    let byte = this.byte();
    const sign = byte & 64 ? -1 : 1;
    let value = byte & 63;
    if (byte < 128) return sign * value;
    let scale = 64;
    do {
      byte = this.byte();
      value += (byte & 127) * scale;
      scale *= 128;
      if (value > Number.MAX_SAFE_INTEGER) throw new UnreadableBytes('integer too large');
    } while (byte >= 128);
    if (byte === 0) throw new UnreadableBytes('padded integer');
    return sign * value;
  }

  /** UTF-8 with its length before it; not one byte of it may be wrong. */
  varString(): string {
    const length = this.varUint();
    this.expect(length);
    const start = this.#at;
    this.#at += length;
    if (length <= SHORT) {
      const text = shortText(this.#bytes, start, this.#at);
      if (text !== undefined) return text;
    }
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#at));
    } catch {
      throw new UnreadableBytes('bad text');
    }
  }

  /** Bytes with their length before them: a view, not a copy. */
  varBytes(): Uint8Array {
    const length = this.varUint();
    this.expect(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** lib0's `any`: type byte from 127 downwards. */
  any(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new UnreadableBytes('too deep');
    const type = this.byte();
    switch (type) {
      case 127:
        return undefined;
      case 126:
        return null;
      case 125:
        return this.varInt();
      case 124:
        this.expect(4);
        this.#at += 4;
        return this.#view.getFloat32(this.#at - 4, false);
      case 123:
        this.expect(8);
        this.#at += 8;
        return this.#view.getFloat64(this.#at - 8, false);
      case 121:
        return false;
      case 120:
        return true;
      case 119:
        return this.varString();
      case 118: {
        const count = this.varUint();
        this.expect(count);
        const object: Record<string, unknown> = {};
        for (let i = 0; i < count; i++) {
          const key = this.varString();
          if (key === '__proto__') throw new UnreadableBytes('key __proto__');
          object[key] = this.any(depth + 1);
        }
        return object;
      }
      case 117: {
        const count = this.varUint();
        this.expect(count);
        const list: unknown[] = [];
        for (let i = 0; i < count; i++) list.push(this.any(depth + 1));
        return list;
      }
      default:
        throw new UnreadableBytes(`value ${type}`); // bigint and bytes are no JSON
    }
  }
}

/** UTF-8 of at most SHORT bytes as text; undefined where it is not certainly valid: the strict decoder then says. */
function shortText(bytes: Uint8Array, start: number, end: number): string | undefined {
  let count = 0;
  let at = start;
  let hash = 0;
  while (at < end) {
    const first = bytes[at++]!;
    hash = (Math.imul(hash, 31) + first) | 0;
    if (first < 0x80) {
      units[count++] = first;
      continue;
    }
    const second = bytes[at++]!;
    if (at > end || (second & 0xc0) !== 0x80) return undefined;
    if (first >= 0xc2 && first < 0xe0) {
      units[count++] = ((first & 0x1f) << 6) | (second & 0x3f);
      continue;
    }
    const third = bytes[at++]!;
    if (at > end || (first & 0xf0) !== 0xe0 || (third & 0xc0) !== 0x80) return undefined;
    const code = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) return undefined;
    units[count++] = code;
  }
  const place = (hash ^ (hash >>> 11)) & (seen.length - 1);
  const known = seen[place]!;
  if (known.length === count && isUnits(known)) return known;
  return (seen[place] = String.fromCharCode.apply(null, units.subarray(0, count) as unknown as number[]));
}

function isUnits(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== units[i]) return false;
  return true;
}

/**
 * Writes lib0's encoding (lib0/encoding.js), the format of Yjs updates and of our frames, into one growing buffer. Same
 * bytes as lib0 (property-tested); texts are encoded here, because a call into the browser's encoder costs more than the
 * short texts that records are made of.
 */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;
  /** A text since `reset` held half a surrogate pair: it will not be read back as it was. */
  replaced = false;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  /** Forgets what was written and keeps the buffer. */
  reset(): void {
    this.#at = 0;
    this.replaced = false;
  }

  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  varUint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 127) {
      this.#bytes[this.#at++] = 128 | (rest & 127);
      rest = Math.floor(rest / 128); // shifting would cut a number above 2³²
    }
    this.#bytes[this.#at++] = rest;
  }

  /** Bytes with their length before them. */
  varBytes(bytes: Uint8Array): void {
    this.varUint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Text as UTF-8 with its length in bytes before it; half a surrogate pair becomes U+FFFD. */
  varString(text: string): void {
    const { length } = text;
    this.#reserve(3 * length + 8);
    // the length takes as many bytes as the shortest possible text needs, mostly rightly; else the text is moved
    const head = varUintSize(length);
    const start = this.#at + head;
    let end = writeUtf8(text, this.#bytes, start);
    if (end < 0) {
      this.replaced = true;
      end = writeUtf8(text.toWellFormed(), this.#bytes, start);
    }
    const size = end - start;
    const needed = varUintSize(size);
    if (needed !== head) this.#bytes.copyWithin(start + needed - head, start, end);
    this.varUint(size);
    this.#at += size;
  }

  /** A JSON value, or undefined, as lib0's `any`. */
  any(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.byte(119);
        return this.varString(value);
      case 'number':
        return this.#number(value);
      case 'boolean':
        return this.byte(value ? 120 : 121);
      case 'object':
        if (value === null) return this.byte(126);
        if (Array.isArray(value)) {
          this.byte(117);
          this.varUint(value.length);
          for (const item of value) this.any(item);
          return;
        }
        return this.#object(value as Readonly<Record<string, unknown>>);
      default:
        return this.byte(127);
    }
  }

  #object(value: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(value);
    this.byte(118);
    this.varUint(keys.length);
    for (const key of keys) {
      this.varString(key);
      this.any(value[key]);
    }
  }

  #number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) <= 0x7fffffff) {
      this.byte(125);
      return this.#varInt(value);
    }
    this.#reserve(9);
    const isFloat32 = Math.fround(value) === value;
    this.#bytes[this.#at++] = isFloat32 ? 124 : 123;
    if (isFloat32) {
      this.#view.setFloat32(this.#at, value, false);
      this.#at += 4;
    } else {
      this.#view.setFloat64(this.#at, value, false);
      this.#at += 8;
    }
  }

  /** 31 bits and a sign: the first byte holds six bits, the sign and whether more follow. */
  #varInt(value: number): void {
    this.#reserve(6);
    const isNegative = value < 0 || Object.is(value, -0);
    let rest = Math.abs(value);
    this.#bytes[this.#at++] = (rest > 63 ? 128 : 0) | (isNegative ? 64 : 0) | (rest & 63);
    rest >>>= 6;
    while (rest > 0) {
      this.#bytes[this.#at++] = (rest > 127 ? 128 : 0) | (rest & 127);
      rest >>>= 7;
    }
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#at + count));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

function varUintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Returns the end, -1 at half a surrogate pair; the room must be there (three bytes a character). */
function writeUtf8(text: string, into: Uint8Array, start: number): number {
  const { length } = text;
  let at = start;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) {
      into[at++] = code;
      continue;
    }
    if (code < 0x800) {
      into[at++] = 0xc0 | (code >> 6);
      into[at++] = 0x80 | (code & 0x3f);
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = code < 0xdc00 ? text.charCodeAt(i + 1) : NaN;
      if (low >= 0xdc00 && low <= 0xdfff) {
        i++;
        const point = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        into[at++] = 0xf0 | (point >> 18);
        into[at++] = 0x80 | ((point >> 12) & 0x3f);
        into[at++] = 0x80 | ((point >> 6) & 0x3f);
        into[at++] = 0x80 | (point & 0x3f);
        continue;
      }
      return -1;
    }
    into[at++] = 0xe0 | (code >> 12);
    into[at++] = 0x80 | ((code >> 6) & 0x3f);
    into[at++] = 0x80 | (code & 0x3f);
  }
  return at;
}

/**
 * Reads the bytes of a Yjs V1 update without building a document (format: yjs src/utils/encoding.js).
 *
 * Guarantees: a result means that every byte was understood and used, that integers were written in their shortest
 * form, and that only what record documents consist of occurs: JSON entries (ContentAny), text (ContentString),
 * deleted content and GC. Everything else is an `UnreadableUpdate`, among it V2 updates, gaps (Skip), nested types,
 * formats, embeds and subdocuments. Bulk projection and the relay's checks (P3) rely on that; without it bytes could
 * say one thing to this reader and another to Yjs.
 */
export interface ReadStruct {
  readonly client: number;
  readonly clock: number;
  readonly length: number;
  /** Root type by name, or the item whose parent it shares (its left or right neighbour when it was made). */
  readonly parent: string | undefined;
  readonly origin: ReadId | undefined;
  readonly rightOrigin: ReadId | undefined;
  /** Where its bytes begin and end in the update. */
  readonly from: number;
  readonly to: number;
  readonly content:
    | { readonly kind: 'any'; readonly values: readonly unknown[] }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'gone' };
}
export interface ReadId {
  readonly client: number;
  readonly clock: number;
}
export interface ReadUpdate {
  readonly structs: readonly ReadStruct[];
  /** First clock after the last struct, by client. */
  readonly ends: ReadonlyMap<number, number>;
  /** First clock of the first struct, by client. */
  readonly starts: ReadonlyMap<number, number>;
  readonly deleted: DeletedRanges;
}

/** Deleted ranges by client: [clock, length, clock, length…] as they were written. */
export type DeletedRanges = ReadonlyMap<number, readonly number[]>;

/** These bytes are no update this reader takes; `reason` is for logs. */
export class UnreadableUpdate extends Error {
  override readonly name = 'UnreadableUpdate';
}

const REF = { gc: 0, deleted: 1, string: 4, any: 8 } as const;
const HAS_ORIGIN = 128;
const HAS_RIGHT_ORIGIN = 64;
const HAS_PARENT_SUB = 32;
/** Deeper JSON is refused (P3) and would overflow the stack of a recursive reader. */
const MAX_DEPTH = 32;

/** Reads one update. Throws `UnreadableUpdate`. */
export function readUpdate(bytes: Uint8Array): ReadUpdate {
  const input = new ByteReader(bytes);
  const structs: ReadStruct[] = [];
  const ends = new Map<number, number>();
  const starts = new Map<number, number>();
  const clients = input.varUint();
  for (let c = 0; c < clients; c++) {
    const count = input.varUint();
    const client = input.varUint();
    let clock = input.varUint();
    if (starts.has(client)) throw new UnreadableUpdate('client twice');
    if (count === 0) throw new UnreadableUpdate('client without structs');
    starts.set(client, clock);
    for (let s = 0; s < count; s++) {
      const from = input.at;
      const struct = readStruct(input, client, clock);
      if (struct.length === 0) throw new UnreadableUpdate('empty struct');
      structs.push({ ...struct, from, to: input.at });
      clock += struct.length;
    }
    ends.set(client, clock);
  }
  const deleted = new Map<number, number[]>();
  const deletingClients = input.varUint();
  for (let c = 0; c < deletingClients; c++) {
    const client = input.varUint();
    const count = input.varUint();
    const ranges: number[] = deleted.get(client) ?? [];
    for (let i = 0; i < count; i++) ranges.push(input.varUint(), input.varUint());
    deleted.set(client, ranges);
  }
  if (!input.atEnd()) throw new UnreadableUpdate('bytes after the end');
  return { structs, ends, starts, deleted };
}

/** Is this clock of this client deleted? */
export function isDeleted(deleted: DeletedRanges, client: number, clock: number): boolean {
  const ranges = deleted.get(client);
  if (!ranges) return false;
  for (let i = 0; i < ranges.length; i += 2) {
    if (clock >= ranges[i]! && clock < ranges[i]! + ranges[i + 1]!) return true;
  }
  return false;
}

function readStruct(input: ByteReader, client: number, clock: number): Omit<ReadStruct, 'from' | 'to'> {
  const info = input.byte();
  const ref = info & 31;
  if (ref === REF.gc) {
    if (info !== 0) throw new UnreadableUpdate('gc with flags');
    const length = input.varUint();
    return {
      client,
      clock,
      length,
      parent: undefined,
      origin: undefined,
      rightOrigin: undefined,
      content: { kind: 'gone' },
    };
  }
  const origin = info & HAS_ORIGIN ? { client: input.varUint(), clock: input.varUint() } : undefined;
  const rightOrigin = info & HAS_RIGHT_ORIGIN ? { client: input.varUint(), clock: input.varUint() } : undefined;
  let parent: string | undefined;
  if (!origin && !rightOrigin) {
    if (input.varUint() !== 1) throw new UnreadableUpdate('nested type');
    parent = input.varString();
  }
  if (info & HAS_PARENT_SUB) throw new UnreadableUpdate('map entry');
  const base = { client, clock, parent, origin, rightOrigin };
  switch (ref) {
    case REF.deleted:
      return { ...base, length: input.varUint(), content: { kind: 'gone' } };
    case REF.string: {
      const text = input.varString();
      return { ...base, length: text.length, content: { kind: 'string', text } };
    }
    case REF.any: {
      const length = input.varUint();
      input.expect(length);
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(input.any(0));
      return { ...base, length, content: { kind: 'any', values } };
    }
    default:
      throw new UnreadableUpdate(`content ${ref}`);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The part of lib0's decoding that updates use, strict about lengths and shortest integers. */
class ByteReader {
  #at = 0;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Fails unless at least this many bytes are left. */
  expect(count: number): void {
    if (count > this.#bytes.length - this.#at) throw new UnreadableUpdate('short');
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw new UnreadableUpdate('short');
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
      if (value > Number.MAX_SAFE_INTEGER) throw new UnreadableUpdate('integer too large');
    } while (byte >= 128);
    if (byte === 0) throw new UnreadableUpdate('padded integer');
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
      if (value > Number.MAX_SAFE_INTEGER) throw new UnreadableUpdate('integer too large');
    } while (byte >= 128);
    if (byte === 0) throw new UnreadableUpdate('padded integer');
    return sign * value;
  }

  varString(): string {
    const length = this.varUint();
    this.expect(length);
    const start = this.#at;
    this.#at += length;
    const bytes = this.#bytes;
    if (length < 24) {
      // short ASCII (field ids, numbers) is faster by hand than through TextDecoder
      let text = '';
      let i = start;
      for (; i < this.#at; i++) {
        const code = bytes[i]!;
        if (code > 127) break;
        text += String.fromCharCode(code);
      }
      if (i === this.#at) return text;
    }
    try {
      return utf8.decode(bytes.subarray(start, this.#at));
    } catch {
      throw new UnreadableUpdate('bad text');
    }
  }

  /** lib0's `any`: type byte from 127 downwards. */
  any(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new UnreadableUpdate('too deep');
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
          if (key === '__proto__') throw new UnreadableUpdate('key __proto__');
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
        throw new UnreadableUpdate(`value ${type}`); // bigint and bytes are no JSON
    }
  }
}

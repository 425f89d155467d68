import { ByteReader, UnreadableBytes } from '#core/kit/byte-reader.ts';

/**
 * Reads the bytes of a Yjs V1 update without building a document (format: yjs src/utils/encoding.js).
 *
 * Guarantees: a result means that every byte was understood and used, that integers were written in their shortest
 * form, and that only what record documents consist of occurs: JSON entries (ContentAny), text (ContentString),
 * deleted content and GC. Everything else is an `UnreadableBytes`, among it V2 updates, gaps (Skip), nested types,
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

const REF = { gc: 0, deleted: 1, string: 4, any: 8 } as const;
const HAS_ORIGIN = 128;
const HAS_RIGHT_ORIGIN = 64;
const HAS_PARENT_SUB = 32;

/** Reads one update. Throws `UnreadableBytes`. */
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
    if (starts.has(client)) throw new UnreadableBytes('client twice');
    if (count === 0) throw new UnreadableBytes('client without structs');
    starts.set(client, clock);
    for (let s = 0; s < count; s++) {
      const struct = readStruct(input, client, clock);
      if (struct.length === 0) throw new UnreadableBytes('empty struct');
      structs.push(struct);
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
  if (!input.atEnd()) throw new UnreadableBytes('bytes after the end');
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

function readStruct(input: ByteReader, client: number, clock: number): ReadStruct {
  const from = input.at;
  const info = input.byte();
  const ref = info & 31;
  let origin: ReadId | undefined;
  let rightOrigin: ReadId | undefined;
  let parent: string | undefined;
  if (ref === REF.gc) {
    if (info !== 0) throw new UnreadableBytes('gc with flags');
  } else {
    if (info & HAS_ORIGIN) origin = { client: input.varUint(), clock: input.varUint() };
    if (info & HAS_RIGHT_ORIGIN) rightOrigin = { client: input.varUint(), clock: input.varUint() };
    if (!origin && !rightOrigin) {
      if (input.varUint() !== 1) throw new UnreadableBytes('nested type');
      parent = input.varString();
    }
    if (info & HAS_PARENT_SUB) throw new UnreadableBytes('map entry');
  }
  let length: number;
  let content: ReadStruct['content'];
  switch (ref) {
    case REF.gc:
    case REF.deleted:
      length = input.varUint();
      content = { kind: 'gone' };
      break;
    case REF.string: {
      const text = input.varString();
      length = text.length;
      content = { kind: 'string', text };
      break;
    }
    case REF.any: {
      length = input.varUint();
      input.expect(length);
      const values: unknown[] = [];
      for (let i = 0; i < length; i++) values.push(input.any(0));
      content = { kind: 'any', values };
      break;
    }
    default:
      throw new UnreadableBytes(`content ${ref}`);
  }
  // one literal, not spread together: a first sync reads millions of them
  return { client, clock, length, parent, origin, rightOrigin, from, to: input.at, content };
}

/**
 * Record ids are TypeIDs (https://github.com/jetify-com/typeid, spec 0.3): `contact_01jd…`,
 * the type, an underscore and a UUIDv7 (RFC 9562) in 26 Crockford base-32 letters.
 * They sort by creation time as text, and the type of a record is in its id.
 */
export type RecordId = string;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID = /^([a-z](?:[a-z_]{0,61}[a-z])?)_([0-7][0-9abcdefghjkmnpqrstvwxyz]{25})$/;

/** A new id. `nowMs` (ms since 1970) becomes its creation time; `random` fills 10 bytes. */
export function newId(type: string, nowMs = Date.now(), random = randomBytes): RecordId {
  const bytes = new Uint8Array(16);
  bytes.set(random(10), 6);
  return `${type}_${encode(stamp(bytes, nowMs))}`;
}

/**
 * The id of a record that machines make (a call of an unknown number): the same `seed` and time give
 * the same id on every device, so that two devices make one record. `seed` is hashed with SHA-256.
 */
export async function deterministicId(type: string, seed: string, atMs: number): Promise<RecordId> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${type}\n${seed}`)));
  const bytes = new Uint8Array(16);
  bytes.set(hash.subarray(0, 10), 6);
  return `${type}_${encode(stamp(bytes, atMs))}`;
}

/** Is this a well-formed id (of this type, where one is given)? */
export const isId = (value: unknown, type?: string): value is RecordId => {
  const found = typeof value === 'string' && value.length <= 90 ? ID.exec(value) : null;
  return found !== null && (type === undefined || found[1] === type);
};

/** The type in an id: `contact_…` → `contact`. '' for what is no id. */
export const idType = (id: RecordId): string => id.slice(0, Math.max(0, id.lastIndexOf('_')));

/** Creation time in an id, in ms since 1970. NaN for what is no id. */
export function idTimeMs(id: RecordId): number {
  let time = 0;
  // 26 letters = 130 bits, the first two always 0: the 48 bits of time are letters 0–9 (50 bits, 2 of padding)
  const start = id.lastIndexOf('_') + 1;
  if (start === 0 || id.length - start !== 26) return NaN;
  for (let i = 0; i < 10; i++) {
    const digit = ALPHABET.indexOf(id[start + i]!);
    if (digit < 0) return NaN;
    time = time * 32 + digit;
  }
  return time;
}

function stamp(bytes: Uint8Array, nowMs: number): Uint8Array {
  let time = Math.floor(nowMs);
  for (let i = 5; i >= 0; i--) {
    bytes[i] = time % 256;
    time = Math.floor(time / 256);
  }
  bytes[6] = (bytes[6]! & 0x0f) | 0x70; // version 7
  bytes[8] = (bytes[8]! & 0x3f) | 0x80; // variant of RFC 9562
  return bytes;
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let bits = 2; // 130 letters' bits for 128: two leading zero bits
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}

const pool = new Uint8Array(4096);
let used = pool.length;

/** Random bytes from a pool: asking the system for ten at a time is most of an id's cost. */
function randomBytes(length: number): Uint8Array {
  if (used + length > pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += length;
  return pool.slice(used - length, used);
}

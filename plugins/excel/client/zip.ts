import { TransferError } from '#plugin-api';

/**
 * Reads a zip container (.xlsx, .xlsm, .ods) strictly: the directory must be whole, every part must unpack to exactly
 * the size and checksum the directory names. SheetJS checks neither and gives what it got as if it were all, so a
 * damaged file would be half imported without a word. It also holds the limits against zip bombs, before and while
 * unpacking.
 *
 *   directory  = entry* end
 *   end        = "PK\5\6" disk(2) disk(2) entries(2) entries(2) size(4) offset(4) comment-length(2) comment
 *   entry      = "PK\1\2" version(2) version(2) flags(2) method(2) time(4) crc(4) packed(4) unpacked(4)
 *                name-length(2) extra-length(2) comment-length(2) disk(2) attributes(6) offset(4) name extra comment
 *   local file = "PK\3\4" version(2) flags(2) method(2) time(4) crc(4) packed(4) unpacked(4)
 *                name-length(2) extra-length(2) name extra data
 */
export interface ZipEntry {
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
}

/** Most bytes a file may unpack to (1 GB), whatever of it is read. */
export const MAX_UNPACKED = 1 << 30;

/** The directory of a zip. Throws `broken` or `too-large`. */
export function readZipDirectory(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(bytes);
  if (end < 0) throw new TransferError('broken');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const entries = new Map<string, ZipEntry>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw new TransferError('broken');
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const extraLength = view.getUint16(at + 30, true);
    const extra = readZip64(view, at + 46 + nameLength, extraLength);
    // in this order a ZIP64 field holds those of the three that are 0xffffffff here
    const size = (offset: number) => {
      const value = view.getUint32(at + offset, true);
      return value === 0xffffffff ? (extra.shift() ?? value) : value;
    };
    const unpacked = size(24);
    const packed = size(20);
    const entry: ZipEntry = {
      name,
      method: view.getUint16(at + 10, true),
      encrypted: (view.getUint16(at + 8, true) & 0x2041) !== 0,
      crc: view.getUint32(at + 16, true),
      packed,
      unpacked,
      offset: size(42),
    };
    total += unpacked;
    if (total > MAX_UNPACKED) throw new TransferError('too-large');
    entries.set(normalise(name), entry);
    at += 46 + nameLength + extraLength + view.getUint16(at + 32, true);
  }
  return entries;
}

/** One part, unpacked and checked. Throws `broken`, or `encrypted` for a part with a password. */
export async function unzip(bytes: Uint8Array, entry: ZipEntry): Promise<Uint8Array> {
  const out = new Uint8Array(entry.unpacked);
  let length = 0;
  for await (const part of unzipInPieces(bytes, entry)) {
    out.set(part, length);
    length += part.length;
  }
  return out;
}

/**
 * The same in pieces, as they are unpacked: what was read is known to be good only when the last piece came without an
 * error.
 */
export async function* unzipInPieces(bytes: Uint8Array, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if (entry.encrypted) throw new TransferError('encrypted');
  const broken = () => new TransferError('broken', { part: entry.name });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset } = entry;
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw broken();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + entry.packed > bytes.length || (entry.method !== 0 && entry.method !== 8)) throw broken();
  const packed = bytes.subarray(start, start + entry.packed);
  let length = 0;
  let crc = 0;
  for await (const piece of entry.method === 0 ? [packed] : inflate(packed, broken)) {
    length += piece.length;
    // more than the directory says: not what was counted against the limit
    if (length > entry.unpacked) throw broken();
    crc = crc32(piece, crc);
    yield piece;
  }
  if (length !== entry.unpacked || crc !== entry.crc) throw broken();
}

/** Part names as keys: '/' between folders, lower case (names in a package compare without case). */
export const normalise = (name: string): string => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase();

function findEnd(bytes: Uint8Array): number {
  // the comment after it has at most 65,535 bytes
  for (let i = bytes.length - 22; i >= Math.max(0, bytes.length - 22 - 0xffff); i--) {
    if (bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 5 && bytes[i + 3] === 6) return i;
  }
  return -1;
}

/** The 8-byte values of the ZIP64 extra field (id 1), which some writers use for small files too. */
function readZip64(view: DataView, start: number, length: number): number[] {
  for (let at = start; at + 4 <= Math.min(start + length, view.byteLength);) {
    const size = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && at + 4 + size <= view.byteLength) {
      return Array.from({ length: size >> 3 }, (_, i) => Number(view.getBigUint64(at + 4 + i * 8, true)));
    }
    at += 4 + size;
  }
  return [];
}

async function* inflate(packed: Uint8Array, broken: () => Error): AsyncGenerator<Uint8Array> {
  const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
  const reader = stream.getReader();
  try {
    for (;;) {
      const part = await reader.read().catch(() => {
        throw broken();
      });
      if (part.done) return;
      yield part.value;
    }
  } finally {
    void reader.cancel().catch(() => undefined); // frees the stream; its failure is already told
  }
}

let table: Uint32Array | undefined;

/**
 * CRC-32 of ISO-HDLC (polynomial 0xEDB88320), as zip uses it; four bytes a step. `before` = that of the bytes before
 * these.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const t = (table ??= crcTable());
  const whole = bytes.length & ~3;
  let crc = ~before;
  let i = 0;
  for (; i < whole; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc = t[768 + (crc & 255)]! ^ t[512 + ((crc >>> 8) & 255)]! ^ t[256 + ((crc >>> 16) & 255)]! ^ t[crc >>> 24]!;
  }
  for (; i < bytes.length; i++) crc = t[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function crcTable(): Uint32Array {
  const t = new Uint32Array(1024);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    t[n] = c;
  }
  for (let n = 0; n < 256; n++)
    for (let k = 1; k < 4; k++) t[k * 256 + n] = t[t[(k - 1) * 256 + n]! & 255]! ^ (t[(k - 1) * 256 + n]! >>> 8);
  return t;
}

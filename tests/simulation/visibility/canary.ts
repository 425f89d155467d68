import { inflateRawSync } from 'node:zlib';
import type { RecordId } from '#core/kit/ids.ts';
import { decodeRelayMessage } from '#core/protocol/codec.ts';

/** A text that names the record it stands in: whoever holds these bytes holds something of the record. */
export const canary = (id: RecordId, what: string | number): string => `canary ${id} ${what}`;

const IDS = /(?:contact|company)_[0-7][0-9a-hjkmnp-tv-z]{25}/g;

/** The records that bytes or texts speak of, by id or by a canary. */
export const idsIn = (text: string): Set<RecordId> => new Set(text.match(IDS));

/** Bytes as text in which every ASCII text of theirs can be found. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** The same of what may be deflated, as packs and pages are: as it lies there and, where that can be, inflated. */
export function textsOf(bytes: Uint8Array): string {
  try {
    return `${textOf(bytes)}\n${textOf(inflateRawSync(bytes))}`;
  } catch {
    return textOf(bytes); // not deflated
  }
}

/** The text of a frame of /sync: its bytes, and the records of a page. */
export function textOfFrame(frame: Uint8Array): string {
  const decoded = decodeRelayMessage(frame);
  if (!decoded.ok || decoded.value.type !== 'page') return textOf(frame);
  return `${textOf(frame)}\n${textsOf(decoded.value.pack)}`;
}

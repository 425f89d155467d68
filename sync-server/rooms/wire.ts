import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/**
 * The stock y-websocket protocol, as far as a relay speaks it (y-protocols' PROTOCOL.md):
 *   message   := varUint(0) • sync | varUint(1) • varUint8Array(awareness) | varUint(3)
 *   sync      := varUint(0) • varUint8Array(state vector) | varUint(1 | 2) • varUint8Array(update)
 *   awareness := varUint(n) • n × ( varUint(client id) • varUint(clock) • varString(JSON) )
 * Anything else is refused; a reader here never throws.
 */
export type RoomMessage =
  | { readonly type: 'state-vector'; readonly vector: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly entries: readonly AwarenessEntry[] }
  | { readonly type: 'awareness-query' }
  | { readonly type: 'malformed' };

export interface AwarenessEntry {
  readonly clientId: number;
  readonly clock: number;
  /** JSON text as it came; 'null' = gone. */
  readonly json: string;
}

const SYNC = 0;
const AWARENESS = 1;
const AWARENESS_QUERY = 3;

/** Entries in one awareness message: more than people in one room; beyond it a reader would be kept busy. */
const MAX_ENTRIES = 5_000;

export function readRoomMessage(bytes: Uint8Array): RoomMessage {
  try {
    const input = decoding.createDecoder(bytes);
    switch (decoding.readVarUint(input)) {
      case SYNC: {
        const step = decoding.readVarUint(input);
        const content = decoding.readVarUint8Array(input);
        if (step > 2) return { type: 'malformed' };
        return step === 0 ? { type: 'state-vector', vector: content } : { type: 'update', update: content };
      }
      case AWARENESS:
        return { type: 'awareness', entries: readAwareness(decoding.readVarUint8Array(input)) };
      case AWARENESS_QUERY:
        return { type: 'awareness-query' };
      default:
        return { type: 'malformed' };
    }
  } catch {
    return { type: 'malformed' }; // lib0 throws on a short buffer, an overlong integer or bad UTF-8
  }
}

function readAwareness(bytes: Uint8Array): AwarenessEntry[] {
  const input = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(input);
  // an entry has 3 bytes at least
  if (count > Math.min(MAX_ENTRIES, bytes.length / 3)) throw new RangeError('count beyond the buffer');
  const entries: AwarenessEntry[] = [];
  for (let i = 0; i < count; i++) {
    entries.push({
      clientId: decoding.readVarUint(input),
      clock: decoding.readVarUint(input),
      json: decoding.readVarString(input),
    });
  }
  return entries;
}

/** `step` 0 = state vector, 1 = answer to one, 2 = update. */
export function writeSync(step: 0 | 1 | 2, content: Uint8Array): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, SYNC);
  encoding.writeVarUint(out, step);
  encoding.writeVarUint8Array(out, content);
  return encoding.toUint8Array(out);
}

export function writeAwareness(entries: readonly AwarenessEntry[]): Uint8Array {
  const list = encoding.createEncoder();
  encoding.writeVarUint(list, entries.length);
  for (const entry of entries) {
    encoding.writeVarUint(list, entry.clientId);
    encoding.writeVarUint(list, entry.clock);
    encoding.writeVarString(list, entry.json);
  }
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, AWARENESS);
  encoding.writeVarUint8Array(out, encoding.toUint8Array(list));
  return encoding.toUint8Array(out);
}

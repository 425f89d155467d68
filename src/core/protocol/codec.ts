import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { err, ok, type Result } from '../kit/result.ts';
import {
  LIMITS,
  REJECT_REASONS,
  type ChangeResult,
  type ClientMessage,
  type RelayMessage,
  type StoredRecord,
} from './messages.ts';

/**
 * The wire's bytes; grammar in PROTOCOL.md. Integers are lib0 varUints, text is length-prefixed UTF-8.
 * A reader never throws: what does not parse is `malformed`, a type it does not know is `unknown-type`.
 * Bytes after a message's last known part are ignored, so that later versions can add to it.
 */
export type DecodeError = { readonly type: 'malformed' } | { readonly type: 'unknown-type'; readonly code: number };

const CLIENT_CODES = { hello: 0, push: 1, got: 2 } as const;
const RELAY_CODES = { welcome: 0, page: 1, changes: 2, 'caught-up': 3, ack: 4 } as const;
const RESULT_CODES = { ok: 0, adjusted: 1, rejected: 2 } as const;

export function encodeClientMessage(message: ClientMessage): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, CLIENT_CODES[message.type]);
  switch (message.type) {
    case 'hello':
      encoding.writeVarUint(out, message.version);
      encoding.writeVarString(out, message.build);
      encoding.writeVarString(out, message.device);
      encoding.writeVarString(out, message.cursor.incarnation);
      encoding.writeVarUint(out, message.cursor.seq);
      break;
    case 'push':
      encoding.writeVarUint(out, message.n);
      encoding.writeVarUint(out, message.changes.length);
      for (const change of message.changes) {
        encoding.writeVarString(out, change.id);
        encoding.writeVarUint8Array(out, change.update);
      }
      break;
    case 'got':
      encoding.writeVarUint(out, message.seq);
      break;
  }
  return encoding.toUint8Array(out);
}

export function decodeClientMessage(bytes: Uint8Array): Result<ClientMessage, DecodeError> {
  return decode(bytes, (input, code) => {
    switch (code) {
      case CLIENT_CODES.hello:
        return {
          type: 'hello',
          version: readUint(input),
          build: decoding.readVarString(input),
          device: decoding.readVarString(input),
          cursor: { incarnation: decoding.readVarString(input), seq: readUint(input) },
        };
      case CLIENT_CODES.push:
        return {
          type: 'push',
          n: readUint(input),
          changes: readMany(
            input,
            () => ({ id: decoding.readVarString(input), update: decoding.readVarUint8Array(input) }),
            LIMITS.pushChanges,
          ),
        };
      case CLIENT_CODES.got:
        return { type: 'got', seq: readUint(input) };
      default:
        return undefined;
    }
  });
}

export function encodeRelayMessage(message: RelayMessage): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, RELAY_CODES[message.type]);
  switch (message.type) {
    case 'welcome':
      encoding.writeVarUint(out, message.version);
      encoding.writeVarString(out, message.workspace);
      encoding.writeVarString(out, message.user);
      encoding.writeVarUint(out, message.now);
      encoding.writeVarString(out, message.head.incarnation);
      encoding.writeVarUint(out, message.head.seq);
      encoding.writeVarUint(out, message.lastN);
      encoding.writeVarUint(out, message.coming);
      break;
    case 'page':
      encoding.writeVarUint(out, message.seq);
      encoding.writeVarUint(out, message.count);
      encoding.writeVarUint(out, message.deflated ? 1 : 0);
      encoding.writeVarUint8Array(out, message.pack);
      break;
    case 'changes':
      encoding.writeVarUint(out, message.records.length);
      for (const record of message.records) writeRecord(out, record);
      break;
    case 'caught-up':
      encoding.writeVarUint(out, message.seq);
      break;
    case 'ack':
      encoding.writeVarUint(out, message.n);
      encoding.writeVarUint(out, message.seq);
      encoding.writeVarUint(out, message.results.length);
      for (const result of message.results) writeResult(out, result);
      break;
  }
  return encoding.toUint8Array(out);
}

export function decodeRelayMessage(bytes: Uint8Array): Result<RelayMessage, DecodeError> {
  return decode(bytes, (input, code) => {
    switch (code) {
      case RELAY_CODES.welcome:
        return {
          type: 'welcome',
          version: readUint(input),
          workspace: decoding.readVarString(input),
          user: decoding.readVarString(input),
          now: readUint(input),
          head: { incarnation: decoding.readVarString(input), seq: readUint(input) },
          lastN: readUint(input),
          coming: readUint(input),
        };
      case RELAY_CODES.page:
        return {
          type: 'page',
          seq: readUint(input),
          count: readUint(input),
          deflated: readUint(input) === 1,
          pack: decoding.readVarUint8Array(input),
        };
      case RELAY_CODES.changes:
        return { type: 'changes', records: readMany(input, () => readRecord(input)) };
      case RELAY_CODES['caught-up']:
        return { type: 'caught-up', seq: readUint(input) };
      case RELAY_CODES.ack:
        return {
          type: 'ack',
          n: readUint(input),
          seq: readUint(input),
          results: readMany(input, () => readResult(input)),
        };
      default:
        return undefined;
    }
  });
}

/** A pack: records side by side, as pages carry them and as the replica stores them. */
export function encodePack(records: readonly StoredRecord[]): Uint8Array {
  const out = encoding.createEncoder();
  encoding.writeVarUint(out, records.length);
  for (const record of records) writeRecord(out, record);
  return encoding.toUint8Array(out);
}

/** Reads a pack; its states are views of `bytes`, not copies. */
export function decodePack(bytes: Uint8Array): Result<StoredRecord[], DecodeError> {
  try {
    const input = decoding.createDecoder(bytes);
    return ok(readMany(input, () => readRecord(input)));
  } catch {
    return err({ type: 'malformed' });
  }
}

function decode<M>(
  bytes: Uint8Array,
  read: (input: decoding.Decoder, code: number) => M | undefined,
): Result<M, DecodeError> {
  try {
    const input = decoding.createDecoder(bytes);
    const code = readUint(input);
    const message = read(input, code);
    return message === undefined ? err({ type: 'unknown-type', code }) : ok(message);
  } catch {
    return err({ type: 'malformed' }); // lib0 throws on a short buffer, an overlong integer or bad UTF-8
  }
}

/** lib0 reads an integer of many padding bytes as NaN, which would pass every comparison with a limit. */
function readUint(input: decoding.Decoder): number {
  const value = decoding.readVarUint(input);
  if (!Number.isSafeInteger(value)) throw new RangeError('integer out of range');
  return value;
}

function readMany<T>(input: decoding.Decoder, readOne: () => T, max = Infinity): T[] {
  const count = readUint(input);
  // each item takes at least a byte: a count beyond that is a lie, found before anything is allocated
  if (count > Math.min(max, input.arr.length - input.pos)) throw new RangeError('count beyond the buffer');
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(readOne());
  return items;
}

function writeRecord(out: encoding.Encoder, record: StoredRecord): void {
  encoding.writeVarString(out, record.id);
  encoding.writeVarUint(out, record.seq);
  encoding.writeVarUint8Array(out, record.state);
}

function readRecord(input: decoding.Decoder): StoredRecord {
  return { id: decoding.readVarString(input), seq: readUint(input), state: decoding.readVarUint8Array(input) };
}

function writeResult(out: encoding.Encoder, result: ChangeResult): void {
  encoding.writeVarUint(out, RESULT_CODES[result.kind]);
  if (result.kind === 'adjusted') encoding.writeVarUint8Array(out, result.state);
  if (result.kind === 'rejected') {
    encoding.writeVarUint(out, REJECT_REASONS.indexOf(result.reason));
    encoding.writeVarUint(out, result.state ? 1 : 0);
    if (result.state) encoding.writeVarUint8Array(out, result.state);
  }
}

function readResult(input: decoding.Decoder): ChangeResult {
  const code = readUint(input);
  if (code === RESULT_CODES.ok) return { kind: 'ok' };
  if (code === RESULT_CODES.adjusted) return { kind: 'adjusted', state: decoding.readVarUint8Array(input) };
  if (code !== RESULT_CODES.rejected) throw new RangeError('unknown result');
  const reason = REJECT_REASONS[readUint(input)] ?? 'malformed';
  return readUint(input) === 1
    ? { kind: 'rejected', reason, state: decoding.readVarUint8Array(input) }
    : { kind: 'rejected', reason };
}

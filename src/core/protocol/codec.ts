import { ByteReader } from '../kit/byte-reader.ts';
import { ByteWriter } from '../kit/byte-writer.ts';
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

const CLIENT_CODES = { hello: 0, push: 1, got: 2, want: 3 } as const;
const RELAY_CODES = { welcome: 0, page: 1, changes: 2, 'caught-up': 3, ack: 4, groups: 5, 'keep-only': 6 } as const;
const RESULT_CODES = { ok: 0, adjusted: 1, rejected: 2 } as const;

export function encodeClientMessage(message: ClientMessage): Uint8Array {
  const out = new ByteWriter();
  out.varUint(CLIENT_CODES[message.type]);
  switch (message.type) {
    case 'hello':
      out.varUint(message.version);
      out.varString(message.build);
      out.varString(message.device);
      out.varString(message.cursor.incarnation);
      out.varUint(message.cursor.seq);
      writeTexts(out, message.touched);
      writeTexts(out, message.complete);
      break;
    case 'push':
      out.varUint(message.n);
      out.varUint(message.changes.length);
      for (const change of message.changes) {
        out.varString(change.id);
        out.varBytes(change.update);
      }
      break;
    case 'got':
      out.varUint(message.seq);
      break;
    case 'want':
      writeTexts(out, message.ids);
      break;
  }
  return out.take();
}

export function decodeClientMessage(bytes: Uint8Array): Result<ClientMessage, DecodeError> {
  return decode(bytes, (input, code) => {
    switch (code) {
      case CLIENT_CODES.hello:
        return readHello(input);
      case CLIENT_CODES.push:
        return {
          type: 'push',
          n: input.varUint(),
          changes: readMany(input, () => ({ id: input.varString(), update: input.varBytes() }), LIMITS.pushChanges),
        };
      case CLIENT_CODES.got:
        return { type: 'got', seq: input.varUint() };
      case CLIENT_CODES.want:
        return { type: 'want', ids: readTexts(input, LIMITS.manifestRecords) };
      default:
        return undefined;
    }
  });
}

function readHello(input: ByteReader): ClientMessage {
  const version = input.varUint();
  const build = input.varString();
  const device = input.varString();
  const cursor = { incarnation: input.varString(), seq: input.varUint() };
  // version 1 ends here; it is told to upgrade
  const texts = () => (version < 2 ? [] : readTexts(input, LIMITS.groups));
  return { type: 'hello', version, build, device, cursor, touched: texts(), complete: texts() };
}

export function encodeRelayMessage(message: RelayMessage): Uint8Array {
  const out = new ByteWriter();
  out.varUint(RELAY_CODES[message.type]);
  switch (message.type) {
    case 'welcome':
      out.varUint(message.version);
      out.varString(message.workspace);
      out.varString(message.user);
      out.varUint(message.now);
      out.varString(message.head.incarnation);
      out.varUint(message.head.seq);
      out.varUint(message.lastN);
      out.varUint(message.coming);
      out.varUint(message.reset ? 1 : 0);
      break;
    case 'page':
      out.varUint(message.seq);
      out.varUint(message.count);
      out.varUint(message.deflated ? 1 : 0);
      out.varBytes(message.pack);
      break;
    case 'changes':
      out.varUint(message.records.length);
      for (const record of message.records) writeRecord(out, record);
      out.varUint(message.seq);
      writeTexts(out, message.drops);
      break;
    case 'groups':
      writeTexts(out, message.dropped);
      writeTexts(out, message.complete);
      break;
    case 'keep-only':
      out.varUint(message.records.length);
      for (const { id, digest } of message.records) {
        out.varString(id);
        out.varUint(digest);
      }
      break;
    case 'caught-up':
      out.varUint(message.seq);
      out.varUint(message.sums.length);
      for (const { key, count, sum } of message.sums) {
        out.varString(key);
        out.varUint(count);
        out.varUint(sum);
      }
      break;
    case 'ack':
      out.varUint(message.n);
      out.varUint(message.seq);
      out.varUint(message.results.length);
      for (const result of message.results) writeResult(out, result);
      break;
  }
  return out.take();
}

export function decodeRelayMessage(bytes: Uint8Array): Result<RelayMessage, DecodeError> {
  return decode(bytes, (input, code) => {
    switch (code) {
      case RELAY_CODES.welcome:
        return {
          type: 'welcome',
          version: input.varUint(),
          workspace: input.varString(),
          user: input.varString(),
          now: input.varUint(),
          head: { incarnation: input.varString(), seq: input.varUint() },
          lastN: input.varUint(),
          coming: input.varUint(),
          reset: input.varUint() === 1,
        };
      case RELAY_CODES.page:
        return {
          type: 'page',
          seq: input.varUint(),
          count: input.varUint(),
          deflated: input.varUint() === 1,
          pack: input.varBytes(),
        };
      case RELAY_CODES.changes:
        return {
          type: 'changes',
          records: readMany(input, () => readRecord(input)),
          seq: input.varUint(),
          drops: readTexts(input),
        };
      case RELAY_CODES.groups:
        return { type: 'groups', dropped: readTexts(input), complete: readTexts(input) };
      case RELAY_CODES['keep-only']:
        return {
          type: 'keep-only',
          records: readMany(input, () => ({ id: input.varString(), digest: input.varUint() })),
        };
      case RELAY_CODES['caught-up']:
        return {
          type: 'caught-up',
          seq: input.varUint(),
          sums: readMany(input, () => ({ key: input.varString(), count: input.varUint(), sum: input.varUint() })),
        };
      case RELAY_CODES.ack:
        return {
          type: 'ack',
          n: input.varUint(),
          seq: input.varUint(),
          results: readMany(input, () => readResult(input)),
        };
      default:
        return undefined;
    }
  });
}

/** A pack: records side by side, as pages carry them and as the replica stores them. */
export function encodePack(records: readonly StoredRecord[]): Uint8Array {
  const out = new ByteWriter();
  out.varUint(records.length);
  for (const record of records) writeRecord(out, record);
  return out.take();
}

/** Reads a pack; its states are views of `bytes`, not copies. */
export function decodePack(bytes: Uint8Array): Result<StoredRecord[], DecodeError> {
  try {
    const input = new ByteReader(bytes);
    return ok(readMany(input, () => readRecord(input)));
  } catch {
    return err({ type: 'malformed' });
  }
}

function decode<M>(
  bytes: Uint8Array,
  read: (input: ByteReader, code: number) => M | undefined,
): Result<M, DecodeError> {
  try {
    const input = new ByteReader(bytes);
    const code = input.varUint();
    const message = read(input, code);
    return message === undefined ? err({ type: 'unknown-type', code }) : ok(message);
  } catch {
    return err({ type: 'malformed' }); // too short, an overlong integer, bad UTF-8, a count beyond the bytes
  }
}

function readMany<T>(input: ByteReader, readOne: () => T, max = Infinity): T[] {
  const count = input.varUint();
  // each item takes at least a byte: a count beyond that is a lie, found before anything is allocated
  if (count > Math.min(max, input.left)) throw new RangeError('count beyond the buffer');
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(readOne());
  return items;
}

function writeTexts(out: ByteWriter, texts: readonly string[]): void {
  out.varUint(texts.length);
  for (const text of texts) out.varString(text);
}

const readTexts = (input: ByteReader, max?: number): string[] => readMany(input, () => input.varString(), max);

function writeRecord(out: ByteWriter, record: StoredRecord): void {
  out.varString(record.id);
  out.varUint(record.seq);
  out.varBytes(record.state);
}

function readRecord(input: ByteReader): StoredRecord {
  return { id: input.varString(), seq: input.varUint(), state: input.varBytes() };
}

function writeResult(out: ByteWriter, result: ChangeResult): void {
  out.varUint(RESULT_CODES[result.kind]);
  if (result.kind === 'adjusted') out.varBytes(result.state);
  if (result.kind === 'rejected') {
    out.varUint(REJECT_REASONS.indexOf(result.reason));
    out.varUint(result.state ? 1 : 0);
    if (result.state) out.varBytes(result.state);
  }
}

function readResult(input: ByteReader): ChangeResult {
  const code = input.varUint();
  if (code === RESULT_CODES.ok) return { kind: 'ok' };
  if (code === RESULT_CODES.adjusted) return { kind: 'adjusted', state: input.varBytes() };
  if (code !== RESULT_CODES.rejected) throw new RangeError('unknown result');
  const reason = REJECT_REASONS[input.varUint()] ?? 'malformed';
  return input.varUint() === 1 ? { kind: 'rejected', reason, state: input.varBytes() } : { kind: 'rejected', reason };
}

import { inflateRawSync } from 'node:zlib';
import { stateDigest } from '#core/protocol/digest.ts';
import { decodePack, decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import {
  PROTOCOL_VERSION,
  type Change,
  type ClientMessage,
  type Cursor,
  type RelayMessage,
  type StoredRecord,
} from '#core/protocol/messages.ts';
import type { Relay } from '../relay.ts';
import type { SocketSession } from '../socket-port.ts';
import { createFakeSocket, type FakeSocket } from './fake-socket.ts';

type Of<T extends RelayMessage['type']> = Extract<RelayMessage, { type: T }>;

/** A device that says exactly what a test tells it to, and keeps everything it hears. */
export interface TestDevice {
  readonly socket: FakeSocket;
  readonly heard: RelayMessage[];
  /** Confirms pages as they come; true unless a test says otherwise. */
  confirms: boolean;
  say(message: ClientMessage): void;
  hello(cursor?: Cursor, device?: string): void;
  push(n: number, ...changes: readonly Change[]): void;
  /** Resolves with the first message that matches, heard already or to come; rejects if the socket is closed first. */
  hears<T extends RelayMessage['type']>(type: T, matches?: (message: Of<T>) => boolean): Promise<Of<T>>;
  /** Resolves when the relay has closed the socket, with its reason. */
  closes(): Promise<string>;
  /** Every record that came in pages and changes, the latest state of each. */
  records(): Map<string, StoredRecord>;
}

const NOWHERE: Cursor = { incarnation: '', seq: 0 };

export function connectDevice(relay: Relay, who: SocketSession): TestDevice {
  const heard: RelayMessage[] = [];
  const stored = new Map<string, StoredRecord>();
  const waiting = new Set<() => void>();
  const socket = createFakeSocket((bytes) => {
    const message = decodeRelayMessage(bytes);
    if (!message.ok) throw new Error(`the relay sent ${message.error.type}`);
    heard.push(message.value);
    take(message.value);
    for (const check of [...waiting]) check();
  });
  const take = (message: RelayMessage) => {
    if (message.type === 'changes') for (const record of message.records) stored.set(record.id, record);
    if (message.type === 'keep-only') {
      const ids = message.records.filter(({ id, digest }) => digestOf(id) !== digest).map(({ id }) => id);
      if (device.confirms) setImmediate(() => device.say({ type: 'want', ids }));
    }
    if (message.type !== 'page') return;
    const pack = decodePack(message.deflated ? inflateRawSync(message.pack) : message.pack);
    if (!pack.ok || pack.value.length !== message.count) throw new Error('the page holds another pack');
    for (const record of pack.value) stored.set(record.id, record);
    if (device.confirms) setImmediate(() => device.say({ type: 'got', seq: message.seq }));
  };
  const digestOf = (id: string) => {
    const held = stored.get(id);
    return held && stateDigest(held.state);
  };
  const until = <T>(found: () => T | undefined, what: string) =>
    new Promise<T>((resolve, reject) => {
      const timer = setInterval(() => check(), 5); // a closing socket sends nothing that could wake us
      const check = () => {
        const value = found();
        if (value === undefined && !(socket.closed && what !== 'close')) return;
        waiting.delete(check);
        clearInterval(timer);
        if (value !== undefined) resolve(value);
        else reject(new Error(`closed (${socket.closed?.reason}) before ${what}`));
      };
      waiting.add(check);
      check();
    });

  const device: TestDevice = {
    socket,
    heard,
    confirms: true,
    say: (message) => socket.receive(encodeClientMessage(message)),
    hello: (cursor = NOWHERE, name = `device-of-${who.user}`) =>
      device.say({
        type: 'hello',
        version: PROTOCOL_VERSION,
        build: 'test',
        device: name,
        cursor,
        // who has a place in the log holds the one group of these tests up to it
        touched: cursor.seq > 0 ? ['contact::'] : [],
        complete: cursor.seq > 0 ? ['contact::'] : [],
      }),
    push: (n, ...changes) => device.say({ type: 'push', n, changes }),
    hears: <T extends RelayMessage['type']>(type: T, matches: (message: Of<T>) => boolean = () => true) =>
      until(() => heard.find((m): m is Of<T> => m.type === type && matches(m as Of<T>)), type),
    closes: () => until(() => socket.closed?.reason, 'close'),
    records: () => stored,
  };
  relay.connect(socket, who);
  return device;
}

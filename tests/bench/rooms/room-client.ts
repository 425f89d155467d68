import * as encoding from 'lib0/encoding';
import * as decoding from 'lib0/decoding';
import { readUpdate } from '#crdt/update-reader.ts';
import { openRaw, type RawSocket } from './raw-socket.ts';
import type { RoomAddress } from './servers.ts';

/** One client of a room, by bytes: the y-protocols' sync messages, with Hocuspocus' envelope where it has one. */
export interface RoomClient {
  /** The server answered the first question: the stored document came. */
  readonly synced: Promise<void>;
  send(update: Uint8Array): void;
  /** Called for every update that comes, with its clocks by Yjs client id: `[client, from, to]`. */
  onClocks: (clocks: readonly (readonly [number, number, number])[]) => void;
  readonly closed: Promise<void>;
  end(): void;
}

const AUTH = 2;
const EMPTY_VECTOR = Uint8Array.of(0);

export async function joinRoom(address: RoomAddress): Promise<RoomClient> {
  const socket: RawSocket = await openRaw(new URL(address.url), address.headers);
  const { document } = address;
  const message = (write: (out: encoding.Encoder) => void): Uint8Array => {
    const out = encoding.createEncoder();
    if (document !== undefined) encoding.writeVarString(out, document);
    write(out);
    return encoding.toUint8Array(out);
  };
  const sync = (step: number, content: Uint8Array) =>
    message((out) => {
      encoding.writeVarUint(out, 0);
      encoding.writeVarUint(out, step);
      encoding.writeVarUint8Array(out, content);
    });
  const synced = Promise.withResolvers<void>();
  const client: RoomClient = {
    synced: synced.promise,
    send: (update) => socket.send(sync(2, update)),
    onClocks: () => undefined,
    closed: socket.closed,
    end: () => socket.end(),
  };
  socket.onMessage = (bytes) => {
    const input = decoding.createDecoder(bytes);
    if (document !== undefined) decoding.readVarString(input);
    if (decoding.readVarUint(input) !== 0) return;
    const step = decoding.readVarUint(input);
    if (step === 0) return; // what it lacks: nothing that we have
    const { starts, ends } = readUpdate(decoding.readVarUint8Array(input));
    client.onClocks([...starts].map(([id, from]) => [id, from, ends.get(id)!] as const));
    if (step === 1) synced.resolve();
  };
  if (document !== undefined) {
    socket.send(
      message((out) => {
        encoding.writeVarUint(out, AUTH);
        encoding.writeVarUint(out, 0);
        encoding.writeVarString(out, 'bench');
        encoding.writeVarString(out, '');
      }),
    );
  }
  socket.send(sync(0, EMPTY_VECTOR));
  return client;
}

/** Typing at the end of a text, one letter an update, made without a document. */
export function typist(clientId: number) {
  let clock = 0;
  return {
    get clock() {
      return clock;
    },
    next(): Uint8Array {
      const out = encoding.createEncoder();
      encoding.writeVarUint(out, 1);
      encoding.writeVarUint(out, 1);
      encoding.writeVarUint(out, clientId);
      encoding.writeVarUint(out, clock);
      if (clock === 0) {
        encoding.writeUint8(out, 4);
        encoding.writeVarUint(out, 1);
        encoding.writeVarString(out, 'text:description');
      } else {
        encoding.writeUint8(out, 4 | 128);
        encoding.writeVarUint(out, clientId);
        encoding.writeVarUint(out, clock - 1);
      }
      encoding.writeVarString(out, 'x');
      encoding.writeVarUint(out, 0);
      clock++;
      return encoding.toUint8Array(out);
    },
  };
}

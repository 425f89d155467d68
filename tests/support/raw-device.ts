import { WebSocket } from 'ws';
import { newId } from '#core/kit/ids.ts';
import { decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { PROTOCOL_VERSION, type ClientMessage, type RelayMessage } from '#core/protocol/messages.ts';

/** A device without manners: what it sends is up to the test, byte by byte. */
export interface RawDevice {
  readonly socket: WebSocket;
  readonly device: string;
  send(message: ClientMessage | Uint8Array): void;
  hello(changes?: Partial<Extract<ClientMessage, { type: 'hello' }>>): void;
  /** The next message of this type, or one that came and was not asked for yet. */
  hears<T extends RelayMessage['type']>(type: T): Promise<Extract<RelayMessage, { type: T }>>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Resolves when it is open, or was closed at once. */
export async function rawDevice(url: string, cookie: string, device = newId('device')): Promise<RawDevice> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/sync`, { headers: { cookie, origin: url } });
  const heard: RelayMessage[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      ended = true;
      for (const wake of waiting) wake();
      resolve({ code, reason: reason.toString() });
    });
  });
  socket.on('error', () => undefined); // a close follows
  socket.on('message', (data: Buffer) => {
    const message = decodeRelayMessage(new Uint8Array(data));
    if (!message.ok) return;
    heard.push(message.value);
    for (const wake of waiting) wake();
  });
  await new Promise((resolve) => {
    socket.once('open', resolve);
    socket.once('close', resolve);
  });
  const raw: RawDevice = {
    socket,
    device,
    closed,
    send(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      socket.send(message instanceof Uint8Array ? message : encodeClientMessage(message));
    },
    hello(changes) {
      const cursor = { incarnation: '', seq: 0 };
      const build = 'raw';
      raw.send({
        type: 'hello',
        version: PROTOCOL_VERSION,
        build,
        device,
        cursor,
        touched: [],
        complete: [],
        ...changes,
      });
    },
    async hears(type) {
      for (;;) {
        const at = heard.findIndex((message) => message.type === type);
        if (at >= 0) return heard.splice(at, 1)[0] as never;
        if (ended) throw new Error(`closed before ${type}`);
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
  };
  return raw;
}

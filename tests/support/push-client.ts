import { newId } from '#core/kit/ids.ts';
import { decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { LIMITS, PROTOCOL_VERSION, type Change, type RelayMessage } from '#core/protocol/messages.ts';
import { WebSocket } from 'ws';

/** A device that only pushes, over the real socket: for seeding and for counting what was acknowledged. */
export interface PushClient {
  readonly welcome: Extract<RelayMessage, { type: 'welcome' }>;
  /** Resolves with the relay's answer, after COMMIT. Rejects when the socket closes first. */
  push(changes: readonly Change[]): Promise<Extract<RelayMessage, { type: 'ack' }>>;
  close(): void;
}

/** `cookie` is the session's, as the sign-in answered it. The first sync's pages are confirmed and thrown away. */
export async function connectPushClient(
  url: string,
  cookie: string,
  device = newId('device'),
  origin = url,
): Promise<PushClient> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/sync`, { headers: { cookie, origin } });
  socket.binaryType = 'nodebuffer';
  const waiting = new Map<
    number,
    { resolve: (ack: Extract<RelayMessage, { type: 'ack' }>) => void; reject: (e: Error) => void }
  >();
  const send = (message: Parameters<typeof encodeClientMessage>[0]) => socket.send(encodeClientMessage(message));
  let n = 0;

  const welcome = await new Promise<Extract<RelayMessage, { type: 'welcome' }>>((resolve, reject) => {
    socket.on('open', () =>
      send({
        type: 'hello',
        version: PROTOCOL_VERSION,
        build: 'push-client',
        device,
        cursor: { incarnation: '', seq: 0 },
        touched: [],
        complete: [],
      }),
    );
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      const gone = new Error(`closed ${code} ${reason.toString()}`);
      reject(gone);
      for (const { reject: fail } of waiting.values()) fail(gone);
      waiting.clear();
    });
    socket.on('message', (data: Buffer) => {
      const message = decodeRelayMessage(data);
      if (!message.ok) return reject(new Error(message.error.type));
      if (message.value.type === 'welcome') {
        n = message.value.lastN;
        resolve(message.value);
      } else if (message.value.type === 'page') send({ type: 'got', seq: message.value.seq });
      else if (message.value.type === 'ack') {
        waiting.get(message.value.n)?.resolve(message.value);
        waiting.delete(message.value.n);
      }
    });
  });

  return {
    welcome,
    push(changes) {
      const number = ++n;
      return new Promise((resolve, reject) => {
        waiting.set(number, { resolve, reject });
        send({ type: 'push', n: number, changes });
      });
    },
    close: () => socket.close(),
  };
}

/** Pushes many new records, a few pushes in flight; `onProgress` after each acknowledgement. */
export async function pushAll(
  client: PushClient,
  changes: Iterable<Change>,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const flying = new Set<Promise<void>>();
  let done = 0;
  let chunk: Change[] = [];
  const flush = async () => {
    if (chunk.length === 0) return;
    const sending = chunk;
    chunk = [];
    const flight: Promise<void> = client.push(sending).then((ack) => {
      const refused = ack.results.find((r) => r.kind === 'rejected');
      if (refused) throw new Error(`refused: ${refused.kind === 'rejected' ? refused.reason : ''}`);
      done += sending.length;
      onProgress(done);
    });
    const tracked = flight.finally(() => flying.delete(tracked));
    flying.add(tracked);
    if (flying.size >= LIMITS.changesInFlight / LIMITS.pushChanges) await Promise.race(flying);
  };
  for (const change of changes) {
    chunk.push(change);
    if (chunk.length === LIMITS.pushChanges) await flush();
  }
  await flush();
  await Promise.all(flying);
}

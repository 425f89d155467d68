import { newId } from '#core/kit/ids.ts';
import { decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { openRaw } from './raw-socket.ts';

/** A device that says hello, catches up and then only listens. Resolves when it is live. */
export async function createReplicaSocket(url: string, cookie: string): Promise<void> {
  const socket = await openRaw(new URL(`${url}/sync`), { cookie, origin: url });
  await new Promise<void>((resolve, reject) => {
    socket.onMessage = (bytes) => {
      const message = decodeRelayMessage(new Uint8Array(bytes));
      if (!message.ok) return reject(new Error(message.error.type));
      if (message.value.type === 'page') socket.send(encodeClientMessage({ type: 'got', seq: message.value.seq }));
      if (message.value.type === 'caught-up') resolve();
    };
    const cursor = { incarnation: '', seq: 0 };
    socket.send(
      encodeClientMessage({
        type: 'hello',
        version: PROTOCOL_VERSION,
        build: 'bench',
        device: newId('device'),
        cursor,
        touched: [],
        complete: [],
      }),
    );
  });
}

import { newId, type RecordId } from '#core/kit/ids.ts';
import { decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { unpack } from '#replica/documents.ts';
import { WebSocket } from 'ws';

/** Every record as a device gets it that was never there before. */
export async function pullAll(url: string, cookie: string): Promise<ReadonlyMap<RecordId, Uint8Array>> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/sync`, { headers: { cookie, origin: url } });
  socket.binaryType = 'nodebuffer';
  const send = (message: Parameters<typeof encodeClientMessage>[0]) => socket.send(encodeClientMessage(message));
  const states = new Map<RecordId, Uint8Array>();
  const pages: Promise<void>[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`closed ${code}`)));
      socket.on('open', () =>
        send({
          type: 'hello',
          version: PROTOCOL_VERSION,
          build: 'bench',
          device: newId('device'),
          cursor: { incarnation: '', seq: 0 },
          touched: [],
          complete: [],
        }),
      );
      socket.on('message', (data: Buffer) => {
        const message = decodeRelayMessage(new Uint8Array(data));
        if (!message.ok) return reject(new Error(message.error.type));
        const { value } = message;
        if (value.type === 'caught-up') return resolve();
        if (value.type !== 'page') return;
        const page = unpack({ bytes: value.pack, deflated: value.deflated }).then((records) => {
          for (const { id, state } of records) states.set(id, state);
        });
        page.catch(reject);
        pages.push(page);
        send({ type: 'got', seq: value.seq });
      });
    });
    await Promise.all(pages);
    return states;
  } finally {
    socket.terminate();
  }
}

import * as decoding from 'lib0/decoding';
import type { Awareness } from 'y-protocols/awareness';
import { encodeAwarenessUpdate } from 'y-protocols/awareness';
import * as encoding from 'lib0/encoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { RECORD_ROOM } from '#core/record/workspace-doc.ts';

const SYNC = 0;
const AWARENESS = 1;

export interface RecordLinkOptions {
  /** Origin of the relay, `ws:` or `wss:`. */
  readonly url: string;
  readonly id: string;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  /** Origin of what comes, in the document's updates. */
  readonly origin: unknown;
  /** For tests outside a browser. */
  readonly WebSocket?: typeof WebSocket | undefined;
}

/**
 * A record's room, only listened to: what this device writes goes through its outbox, where it is durable at once, and
 * reaches the room when the relay has committed it. What is sent here is this person's cursor, and nobody else's.
 */
export function openRecordLink(options: RecordLinkOptions): { close(): void } {
  const { url, id, doc, awareness, origin } = options;
  const link = new WebsocketProvider(`${url}/rooms`, RECORD_ROOM + id, doc, {
    connect: false,
    awareness,
    maxBackoffTime: 10_000,
    disableBc: true,
    ...(options.WebSocket ? { WebSocketPolyfill: options.WebSocket } : {}),
  });
  doc.off('update', link._updateHandler);
  link.messageHandlers[SYNC] = (_answer, input, _link, emitSynced) => {
    const step = decoding.readVarUint(input);
    const content = decoding.readVarUint8Array(input);
    if (step === 0) return; // what the relay lacks is in the outbox
    Y.applyUpdate(doc, content, origin);
    if (emitSynced && step === 1) link.synced = true;
  };
  awareness.off('update', link._awarenessUpdateHandler);
  const onOwn = (_changes: unknown, from: unknown) => {
    if (from !== 'local' || link.ws?.readyState !== 1) return;
    const out = encoding.createEncoder();
    encoding.writeVarUint(out, AWARENESS);
    encoding.writeVarUint8Array(out, encodeAwarenessUpdate(awareness, [awareness.clientID]));
    link.ws.send(encoding.toUint8Array(out));
  };
  awareness.on('update', onOwn);
  link.on('status', ({ status }) => {
    // others hold our last state as gone, under the same clock: only a later one brings us back to them
    if (status === 'connected') awareness.setLocalState(awareness.getLocalState());
  });
  link.connect();
  return {
    close() {
      awareness.off('update', onOwn);
      link.destroy();
    },
  };
}

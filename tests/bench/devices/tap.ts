import { decodeClientMessage, decodeRelayMessage } from '#core/protocol/codec.ts';
import type { Change } from '#core/protocol/messages.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { readUpdate } from '#crdt/update-reader.ts';
import type { OpenSocket } from '#replica/socket.ts';

/** What relays acknowledged, by record and Yjs client id: the clock up to which its structs are promised to be kept (L4). */
export interface Acknowledged {
  /** A push was acknowledged; its changes were taken as they are. */
  add(changes: readonly Change[]): void;
  /** Edits acknowledged so far. */
  readonly count: number;
  /** Structs of this state's record that were acknowledged and are not in it; 0 = all are there. */
  missing(id: RecordId, state: Uint8Array | undefined): number;
  readonly ids: Iterable<RecordId>;
}

export function createAcknowledged(): Acknowledged {
  const clocks = new Map<RecordId, Map<number, number>>();
  let count = 0;
  return {
    add(changes) {
      count += changes.length;
      for (const { id, update } of changes) {
        const known = clocks.get(id) ?? new Map<number, number>();
        clocks.set(id, known);
        for (const [client, end] of readUpdate(update).ends) known.set(client, Math.max(end, known.get(client) ?? 0));
      }
    },
    get count() {
      return count;
    },
    missing(id, state) {
      const ends = state ? readUpdate(state).ends : new Map<number, number>();
      let lost = 0;
      for (const [client, end] of clocks.get(id) ?? []) lost += Math.max(0, end - (ends.get(client) ?? 0));
      return lost;
    },
    get ids() {
      return clocks.keys();
    },
  };
}

/** Listens to a device's sockets: what it pushed and the relay said `ok` to is acknowledged; refusals are an error here. */
export function tapped(open: OpenSocket, acknowledged: Acknowledged, onRefused: (reason: string) => void): OpenSocket {
  return (events) => {
    const pushes = new Map<number, readonly Change[]>();
    const socket = open({
      ...events,
      onMessage(bytes) {
        const message = bytes && decodeRelayMessage(bytes);
        if (message?.ok && message.value.type === 'ack') {
          const changes = pushes.get(message.value.n) ?? [];
          pushes.delete(message.value.n);
          for (const result of message.value.results) if (result.kind === 'rejected') onRefused(result.reason);
          acknowledged.add(changes);
        }
        events.onMessage(bytes);
      },
    });
    return {
      send(bytes) {
        const message = decodeClientMessage(bytes);
        if (message.ok && message.value.type === 'push') pushes.set(message.value.n, message.value.changes);
        socket.send(bytes);
      },
      close: (code) => socket.close(code),
    };
  };
}

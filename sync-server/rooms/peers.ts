import type { Cluster } from '../relay/cluster.ts';
import type { AwarenessEntry } from './wire.ts';

/** The same room at other relays: what it hears of them and tells them. One that nobody shares has none. */
export interface RoomPeers {
  /** Entries of connections here: changed, or 'null' for gone. */
  announce(entries: readonly AwarenessEntry[]): void;
  /** Updates were appended to the store. */
  appended(): void;
  on(room: PeerEvents): () => void;
}

export interface PeerEvents {
  /** A connection at another relay. */
  readonly entry: (node: string, entry: AwarenessEntry) => void;
  /** Somebody joined elsewhere, or messages may have been lost: says who is here. */
  readonly ask: () => void;
  /** A relay is gone with all its connections. */
  readonly gone: (node: string) => void;
  /** The store may have updates of others. */
  readonly appended: () => void;
}

/** `room` is its name over all workspaces. */
export function roomPeers(cluster: Cluster, room: string): RoomPeers {
  return {
    announce(entries) {
      for (const { clientId, clock, json } of entries)
        cluster.publish({ kind: 'presence', room, clientId, clock, json });
    },
    appended: () => cluster.publish({ kind: 'room', room }),
    on(events) {
      let quiet = 0;
      const stops = [
        cluster.on((message, node) => {
          if (!('room' in message) || message.room !== room) return;
          if (message.kind === 'presence') events.entry(node, message);
          else if (message.kind === 'presence-ask') events.ask();
          else events.appended();
        }),
        cluster.onDoubt(() => {
          events.appended();
          if (++quiet % REANNOUNCE === 0) events.ask();
        }),
        cluster.onGone(events.gone),
      ];
      cluster.publish({ kind: 'presence-ask', room });
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Every so many doubts all entries are said again: clients take one for gone that was not renewed for 30 s. */
const REANNOUNCE = 5;

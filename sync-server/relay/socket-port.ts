import type { Person } from '#core/access/person.ts';

/**
 * The relay's view of one connection, small enough for a fake in tests and the simulation.
 * The web server's adapter maps a WebSocket to it; every message is one binary frame.
 */
export interface SocketPort {
  /** Queues one binary frame. Must not throw on a socket that is closing. */
  send(bytes: Uint8Array): void;
  /** Starts the closing handshake; `onClose` follows. */
  close(code: number, reason: string): void;
  /** Bytes queued and not yet handed to the network. */
  readonly bufferedAmount: number;
  /** Called once, before any message can arrive. A text frame is given as `undefined`. */
  onMessage(listener: (bytes: Uint8Array | undefined) => void): void;
  onClose(listener: () => void): void;
}

/** Who speaks on a socket; found by the web server from the session before the handshake ended. */
export interface SocketSession {
  readonly user: string;
  readonly workspace: string;
  /** Names the connection in the log; the id of the request that opened it. */
  readonly connection?: string;
  /** As they stand now: rights may change while the socket is open. */
  readonly person: () => Person;
}

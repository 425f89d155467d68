import type { WebSocket } from 'ws';

export interface Heartbeat {
  /** Watches a socket until it closes. */
  watch(socket: WebSocket): void;
  stop(): void;
}

/**
 * Pings every socket and ends those that did not answer the ping before: a laptop that was closed, a phone that left
 * the network. Without it a half-open socket stays present, and is sent to, for hours.
 */
export function createHeartbeat(everyMs = 30_000): Heartbeat {
  const alive = new Map<WebSocket, boolean>();
  const timer = setInterval(() => {
    for (const [socket, answered] of alive) {
      if (!answered) {
        socket.terminate();
        continue;
      }
      alive.set(socket, false);
      socket.ping();
    }
  }, everyMs);
  timer.unref();
  return {
    watch(socket) {
      alive.set(socket, true);
      socket.on('pong', () => alive.set(socket, true));
      socket.on('close', () => alive.delete(socket));
    },
    stop: () => clearInterval(timer),
  };
}

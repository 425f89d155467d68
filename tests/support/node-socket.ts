import { WebSocket } from 'ws';
import type { OpenSocket } from '#replica/socket.ts';

/** A device's network: while it is down nothing opens, and `cut` breaks what is open. */
export interface Network {
  up: boolean;
  cut(): void;
}

export interface NodeSockets {
  readonly network: Network;
  readonly open: OpenSocket;
}

/**
 * A device's sockets to the relay's `/sync`. `cookie` is asked for every connection: somebody may have signed in anew.
 * `send` sees every message on its way out, and what it gives goes instead: an older build speaks like that.
 */
export function nodeSockets(
  url: string,
  cookie: () => string,
  send: (message: Uint8Array) => Uint8Array = (message) => message,
): NodeSockets {
  const sockets = new Set<WebSocket>();
  const network: Network = {
    up: true,
    cut() {
      this.up = false;
      for (const socket of sockets) socket.terminate();
    },
  };
  const open: OpenSocket = (events) => {
    if (!network.up) {
      queueMicrotask(() => events.onClose(0, ''));
      return { send: () => undefined, close: () => undefined };
    }
    const headers = { cookie: cookie(), origin: url };
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/sync`, { headers });
    sockets.add(socket);
    socket.on('open', () => events.onOpen());
    socket.on('message', (data: Buffer, isBinary: boolean) =>
      events.onMessage(isBinary ? new Uint8Array(data) : undefined),
    );
    socket.on('error', () => undefined); // a close follows
    socket.on('close', (code, reason) => {
      sockets.delete(socket);
      events.onClose(code, reason.toString());
    });
    return {
      send: (bytes) => socket.readyState === WebSocket.OPEN && socket.send(send(bytes)),
      close: (code = 1000) => socket.close(code),
    };
  };
  return { network, open };
}

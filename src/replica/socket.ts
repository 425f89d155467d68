/** One WebSocket as the link sees it, small enough for a fake. */
export interface ReplicaSocket {
  send(bytes: Uint8Array): void;
  /** `code` 1000 unless told (`DEVICE_CLOSE`). */
  close(code?: number): void;
}

export interface SocketEvents {
  onOpen(): void;
  /** A binary frame; `undefined` for a text frame, which the relay never sends. */
  onMessage(bytes: Uint8Array | undefined): void;
  /** Once, also when the connection never came about. `code` 0 where none is known. */
  onClose(code: number, reason: string): void;
}

/** Starts a connection. Never throws: what cannot be opened is closed. */
export type OpenSocket = (events: SocketEvents) => ReplicaSocket;

/** Sockets of the browser, to this address. A captive portal's HTML is a failed handshake: just closed. */
export const openWebSocket =
  (url: string): OpenSocket =>
  (events) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => events.onOpen();
    socket.onmessage = ({ data }) => events.onMessage(data instanceof ArrayBuffer ? new Uint8Array(data) : undefined);
    socket.onclose = ({ code, reason }) => events.onClose(code, reason);
    return {
      send(bytes) {
        // closing: the frame would be lost anyway, what it says is still in the outbox
        if (socket.readyState === WebSocket.OPEN) socket.send(bytes as Uint8Array<ArrayBuffer>);
      },
      close: (code = 1000) => socket.close(code),
    };
  };

import type { SocketPort } from '../socket-port.ts';

/** A connection without a network: what the relay sends is handed over at once, what it is sent as well. */
export interface FakeSocket extends SocketPort {
  bufferedAmount: number;
  /** The device sends a frame; `undefined` stands for a text frame. */
  receive(bytes: Uint8Array | undefined): void;
  /** The connection breaks, or the device closes it. */
  drop(): void;
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
}

/** `onSend` gets every frame the relay sends. A closed socket swallows frames, as real ones do. */
export function createFakeSocket(onSend: (bytes: Uint8Array) => void): FakeSocket {
  let onMessage: (bytes: Uint8Array | undefined) => void = () => {};
  let onClose: () => void = () => {};
  let closed: FakeSocket['closed'];
  let dropped = false;
  return {
    bufferedAmount: 0,
    send(bytes) {
      if (!closed && !dropped) onSend(bytes);
    },
    close(code, reason) {
      closed ??= { code, reason };
      queueMicrotask(onClose);
    },
    onMessage: (listener) => (onMessage = listener),
    onClose: (listener) => (onClose = listener),
    receive(bytes) {
      if (!closed && !dropped) onMessage(bytes);
    },
    drop() {
      dropped = true;
      onClose();
    },
    get closed() {
      return closed;
    },
  };
}

import { CLOSE } from '#core/protocol/messages.ts';
import type { SocketPort } from '../relay/socket-port.ts';

/** Frames kept for a room that is being loaded. */
const MAX_HELD = 64;

/** A socket whose messages are kept, in order, until somebody is there to read them. */
export interface HeldSocket {
  readonly socket: SocketPort;
  /** It closed meanwhile. */
  readonly gone: boolean;
  /** Gives what was kept to the listener of `socket`; from then on messages reach it as they come. */
  release(): void;
}

export function holdMessages(socket: SocketPort, onClose: () => void): HeldSocket {
  const early: (Uint8Array | undefined)[] = [];
  let deliver: ((bytes: Uint8Array | undefined) => void) | undefined;
  let released = false;
  let left: (() => void) | undefined;
  let gone = false;
  socket.onMessage((bytes) => {
    if (released) deliver?.(bytes);
    else if (early.push(bytes) > MAX_HELD) socket.close(CLOSE.tooMany.code, CLOSE.tooMany.reason);
  });
  socket.onClose(() => {
    gone = true;
    left?.();
    onClose();
  });
  return {
    socket: {
      send: (bytes) => socket.send(bytes),
      close: (code, reason) => socket.close(code, reason),
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      onMessage: (listener) => (deliver = listener),
      onClose: (listener) => (left = listener),
    },
    get gone() {
      return gone;
    },
    release() {
      released = true;
      for (const bytes of early) deliver?.(bytes);
      early.length = 0;
    },
  };
}

import type { OpenSocket, SocketEvents } from '#replica/socket.ts';
import type { SocketPort } from '../../sync-server/relay/socket-port.ts';

/** Frames under way between one replica's socket and the relay's; each direction is in order, like TCP. */
export interface Wire {
  readonly owner: number;
  readonly toRelay: Uint8Array[];
  readonly toReplica: Uint8Array[];
  /** The handshake is still under way. */
  opening: boolean;
  /** Nothing is delivered any more; the replica's side has not noticed. */
  dead: boolean;
  closeToTell: { readonly code: number; readonly reason: string } | undefined;
}

/** A network one can look into and break. Nothing moves by itself: `deliver` moves one frame. */
export interface Network {
  /** Sockets for replica `owner`. */
  socketsOf(owner: number): OpenSocket;
  /** Wires on which something can be delivered. */
  ready(): Wire[];
  wires(): readonly Wire[];
  /** Moves one frame (or the handshake, or the end) in a direction; `toRelay` is asked where both have something. */
  deliver(wire: Wire, preferRelay: boolean): void;
  /** Both sides are told that the connection ended; frames under way are lost. */
  cut(wire: Wire): void;
  /** What the replica sent arrives, what the relay answers is lost, then the connection ends: lost acknowledgements. */
  loseAnswers(wire: Wire): void;
  /** Half open: the relay's side ends, the replica's hears nothing ever again. */
  freeze(wire: Wire): void;
  /** The process of a replica is gone: its sockets end without a word of it. */
  dropOwner(owner: number): void;
  /** Frames moved or queued so far; unchanged = nothing happened. */
  readonly activity: number;
}

interface Ends {
  events: SocketEvents | undefined;
  onMessage: ((bytes: Uint8Array | undefined) => void) | undefined;
  onClose: (() => void) | undefined;
}

/** `accept` hands a socket to the relay; undefined while the relay is down. `onHangUp` hears how a replica ended one. */
export function createNetwork(
  accept: () => ((socket: SocketPort, owner: number) => void) | undefined,
  onHangUp: (owner: number, code: number | undefined) => void = () => undefined,
): Network {
  const wires = new Map<Wire, Ends>();
  let activity = 0;

  const endRelaySide = (wire: Wire) => {
    const ends = wires.get(wire);
    const onClose = ends?.onClose;
    if (ends) ends.onClose = ends.onMessage = undefined;
    wire.toRelay.length = 0;
    onClose?.();
  };
  const tellReplica = (wire: Wire, code: number, reason: string) => {
    wire.closeToTell ??= { code, reason };
    activity++;
  };

  function openRelaySide(wire: Wire): void {
    const connect = accept();
    wire.opening = false;
    if (!connect) return tellReplica(wire, 1006, '');
    const ends = wires.get(wire)!;
    connect(
      {
        bufferedAmount: 0,
        send(bytes) {
          if (wire.dead || wire.closeToTell) return;
          wire.toReplica.push(bytes.slice());
          activity++;
        },
        close(code, reason) {
          tellReplica(wire, code, reason);
          endRelaySide(wire);
        },
        onMessage: (listener) => (ends.onMessage = listener),
        onClose: (listener) => (ends.onClose = listener),
      },
      wire.owner,
    );
    ends.events?.onOpen();
  }

  function forget(wire: Wire): void {
    wire.dead = true;
    endRelaySide(wire);
    wires.delete(wire);
  }

  return {
    get activity() {
      return activity;
    },
    socketsOf: (owner) => (events) => {
      const wire: Wire = { owner, toRelay: [], toReplica: [], opening: true, dead: false, closeToTell: undefined };
      wires.set(wire, { events, onMessage: undefined, onClose: undefined });
      activity++;
      return {
        send(bytes) {
          if (wire.dead || wire.closeToTell || !wires.has(wire)) return;
          wire.toRelay.push(bytes.slice());
          activity++;
        },
        close(code) {
          onHangUp(owner, code);
          forget(wire);
        },
      };
    },
    wires: () => [...wires.keys()],
    ready: () =>
      [...wires.keys()].filter(
        (w) => !w.dead && (w.opening || w.toRelay.length > 0 || w.toReplica.length > 0 || w.closeToTell),
      ),
    deliver(wire, preferRelay) {
      const ends = wires.get(wire);
      if (!ends || wire.dead) return;
      activity++;
      if (wire.opening) return openRelaySide(wire);
      if (wire.toRelay.length > 0 && (preferRelay || wire.toReplica.length === 0)) {
        return ends.onMessage?.(wire.toRelay.shift());
      }
      const frame = wire.toReplica.shift();
      if (frame) return ends.events?.onMessage(frame);
      if (wire.closeToTell) {
        const { code, reason } = wire.closeToTell;
        forget(wire);
        ends.events?.onClose(code, reason);
      }
    },
    cut(wire) {
      wire.toReplica.length = 0;
      endRelaySide(wire);
      tellReplica(wire, 1006, '');
    },
    loseAnswers(wire) {
      const ends = wires.get(wire);
      const frames = wire.toRelay.splice(0);
      wire.toReplica.length = 0;
      tellReplica(wire, 1006, ''); // from here on `send` of the relay's side goes nowhere
      for (const frame of frames) ends?.onMessage?.(frame);
    },
    freeze(wire) {
      wire.dead = true;
      wire.toReplica.length = 0;
      endRelaySide(wire);
      activity++;
    },
    dropOwner(owner) {
      for (const [wire, ends] of wires) {
        if (wire.owner !== owner) continue;
        ends.events = undefined;
        forget(wire);
      }
    },
  };
}

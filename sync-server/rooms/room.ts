import { setImmediate as turnEnd } from 'node:timers/promises';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import { CLOSE, LIMITS, type CloseReason } from '#core/protocol/messages.ts';
import type { SocketPort } from '../relay/socket-port.ts';
import type { Allowance } from './allowance.ts';
import type { RoomPeers } from './peers.ts';
import { createPresence } from './presence.ts';
import type { RoomContent, RoomUser, SentUpdate } from './room-content.ts';
import { ROOM_BYTES } from './room-doc.ts';
import type { EntriesFor, FilterViewing } from './viewing.ts';
import { readRoomMessage, writeAwareness, writeSync, type AwarenessEntry } from './wire.ts';

/**
 * One room: a document and who is present, spoken to with the stock y-websocket protocol (sync.md §4). It promises: an
 * update is stored before anybody sees it, its sender included (the echo is his acknowledgement, L4); nothing is said
 * about the document before it is loaded (y-websocket#81); an update that breaks a rule closes its sender's socket with
 * a 44xx code and changes nothing. What one turn of the event loop brings is stored together and sent as one message.
 */
export interface Room {
  join(socket: SocketPort, who: RoomUser): void;
  /** Sends away who may not be here any more. */
  recheck(): Promise<void>;
  readonly connections: number;
  /** Finishes what is under way and lets go. Sockets are closed with `retry`. */
  close(): Promise<void>;
}

export interface RoomOptions {
  /** For the log. */
  readonly name: string;
  readonly content: RoomContent;
  /** The same room at other relays. */
  readonly peers?: RoomPeers | undefined;
  /** What of who is present each may be told; everything where there is none. */
  readonly filter?: FilterViewing | undefined;
  readonly allowanceOf: (user: string) => Allowance;
  readonly now: () => number;
  readonly log: Logger;
}

interface Connection extends RoomUser {
  readonly socket: SocketPort;
  /** Updates waiting for their turn. */
  waitingBytes: number;
  waitingCount: number;
  open: boolean;
  /** The presence frame it was sent last. */
  lastPresence: Uint8Array | undefined;
}

/** Updates of one socket that may wait: far more than a person types, little memory. */
const MAX_WAITING = { bytes: 2 * ROOM_BYTES, count: 10_000 };
/** Updates stored at once; the rest wait for the next transaction. */
const MAX_BATCH = 2_000;

export function createRoom({ name, content, peers, filter, allowanceOf, now, log }: RoomOptions): Room {
  const connections = new Set<Connection>();
  const presence = createPresence<Connection>({
    now,
    send: (entries) => tell(entries),
    announce: peers && ((entries) => peers.announce(entries)),
  });
  const stopPeers = peers?.on({
    entry: (node, entry) => presence.receiveForeign(node, entry),
    ask: () => peers.announce(presence.own()),
    gone: (node) => presence.forget(node),
    appended: () => content.catchUp?.(),
  });
  /** Presence leaves in order, also where what each may be told has to be looked up. */
  let telling: Promise<void> | undefined;
  let waiting: (SentUpdate & { readonly from: Connection })[] = [];
  let working: Promise<void> | undefined;
  let closed = false;

  const onUpdate = (update: Uint8Array) => sendAll(writeSync(2, update));
  content.doc.on('update', onUpdate);
  content.onRights = () => void recheck();

  /** Tells those who are here, or one of them. */
  function tell(entries: readonly AwarenessEntry[], to?: Connection): void {
    const filtered = filter?.(entries) ?? (() => entries);
    const sendTo = (entriesFor: EntriesFor) => {
      const frames = new Map<readonly AwarenessEntry[], Uint8Array>();
      for (const connection of to ? [to] : [...connections]) {
        const mine = entriesFor(connection.user.id);
        let frame = frames.get(mine);
        if (!frame) frames.set(mine, (frame = writeAwareness(mine)));
        connection.lastPresence = frame;
        send(connection, frame);
      }
    };
    if (!telling && typeof filtered === 'function') return sendTo(filtered);
    const turn = (telling ?? Promise.resolve())
      .then(async () => sendTo(await filtered))
      .catch((error: unknown) => log.error({ room: name, err: error }, 'presence failed'))
      .finally(() => {
        if (telling === turn) telling = undefined;
      });
    telling = turn;
  }

  const about = ({ connection, user }: RoomUser) => ({ room: name, connection, user: user.id });

  function sendAll(bytes: Uint8Array): void {
    for (const connection of connections) send(connection, bytes);
  }

  function send(connection: Connection, bytes: Uint8Array): void {
    if (!connection.open) return;
    connection.socket.send(bytes);
    if (connection.socket.bufferedAmount > LIMITS.socketBufferBytes + ROOM_BYTES) expel(connection, CLOSE.retry);
  }

  function expel(connection: Connection, { code, reason }: CloseReason): void {
    if (!connection.open) return;
    leave(connection);
    connection.socket.close(code, reason);
  }

  function leave(connection: Connection): void {
    if (!connection.open) return;
    connection.open = false;
    connections.delete(connection);
    presence.leave(connection);
  }

  /** What waits, batch after batch. While one is stored the next one gathers. */
  async function work(): Promise<void> {
    await turnEnd();
    while (waiting.length > 0) {
      const some = waiting.splice(0, MAX_BATCH);
      for (const { from, update } of some) {
        from.waitingBytes -= update.byteLength;
        from.waitingCount--;
      }
      // of one that was expelled nothing counts any more
      const batch = some.filter(({ from }) => from.open);
      const answers = await content.submit(batch);
      for (const [i, reason] of answers.entries()) {
        const { from } = batch[i]!;
        if (!reason || !from.open) continue;
        log.warn({ ...about(from), reason: reason.reason }, 'room update refused');
        expel(from, reason);
      }
    }
    working = undefined;
  }

  function enqueue(connection: Connection, update: Uint8Array): CloseReason | undefined {
    connection.waitingBytes += update.byteLength;
    connection.waitingCount++;
    if (connection.waitingBytes > MAX_WAITING.bytes || connection.waitingCount > MAX_WAITING.count)
      return CLOSE.tooMany;
    waiting.push({ from: connection, who: connection, update });
    working ??= work().catch((error: unknown) => {
      log.error({ room: name, err: error }, 'room failed');
      working = undefined;
      waiting = [];
      for (const one of connections) expel(one, CLOSE.retry);
    });
    return undefined;
  }

  function receive(connection: Connection, bytes: Uint8Array | undefined): CloseReason | undefined {
    if (bytes === undefined) return CLOSE.malformed;
    const allowance = allowanceOf(connection.user.id);
    const message = readRoomMessage(bytes);
    const { type } = message;
    if ((type === 'state-vector' || type === 'update') && !allowance.bytes.take(bytes.byteLength)) return CLOSE.tooMany;
    switch (message.type) {
      case 'state-vector':
        if (!allowance.questions.take()) return CLOSE.tooMany;
        try {
          send(connection, writeSync(1, Y.encodeStateAsUpdate(content.doc, message.vector)));
        } catch {
          return CLOSE.malformed; // Yjs throws on a vector it cannot read
        }
        return undefined;
      case 'update':
        return enqueue(connection, message.update);
      case 'awareness':
        return presence.receive(connection, message.entries);
      case 'awareness-query':
        if (!allowance.questions.take()) return CLOSE.tooMany;
        tell(presence.entries(), connection);
        return undefined;
      case 'malformed':
        return CLOSE.malformed;
    }
  }

  async function recheck(): Promise<void> {
    for (const connection of [...connections]) {
      if (!(await content.mayOpen(connection))) expel(connection, CLOSE.forbidden);
    }
  }

  return {
    join(socket, who) {
      if (closed) return socket.close(CLOSE.retry.code, CLOSE.retry.reason);
      const connection: Connection = {
        ...who,
        socket,
        waitingBytes: 0,
        waitingCount: 0,
        open: true,
        lastPresence: undefined,
      };
      connections.add(connection);
      socket.onMessage((bytes) => {
        if (!connection.open) return;
        // a stock client sends back what it received: N answers to every change, known by their bytes
        if (bytes && connection.lastPresence && Buffer.compare(bytes, connection.lastPresence) === 0) return;
        const refused = receive(connection, bytes);
        if (refused) {
          log.warn({ ...about(who), reason: refused.reason }, 'room frame refused');
          expel(connection, refused);
        }
      });
      socket.onClose(() => leave(connection));
      // what the client has and we lack: its changes made offline
      send(connection, writeSync(0, Y.encodeStateVector(content.doc)));
      const present = presence.entries();
      if (present.length > 0) tell(present, connection);
    },
    recheck,
    get connections() {
      return connections.size;
    },
    async close() {
      closed = true;
      for (const connection of [...connections]) expel(connection, CLOSE.retry);
      await working;
      stopPeers?.();
      presence.stop();
      content.doc.off('update', onUpdate);
      await content.close();
    },
  };
}

import type { Logger } from 'pino';
import * as Y from 'yjs';
import { CLOSE, LIMITS, type CloseReason } from '#core/protocol/messages.ts';
import type { SocketPort } from '../relay/socket-port.ts';
import type { StorePort } from '../store/port.ts';
import { createPresence } from './presence.ts';
import { createRoomDoc, ROOM_BYTES } from './room-doc.ts';
import { readRoomMessage, writeAwareness, writeSync, type RoomMessage } from './wire.ts';

/**
 * One room: a Yjs document and who is present, spoken to with the stock y-websocket protocol (sync.md §4). It promises:
 * an update is stored before anybody sees it, its sender included (the echo is his acknowledgement, L4); nothing is said
 * about the document before it is loaded (y-websocket#81); an update that breaks a rule closes its sender's socket with
 * a 44xx code and changes nothing. Updates of a room are judged one at a time, in the order in which they came.
 */
export interface Room {
  join(socket: SocketPort, who: RoomUser): void;
  /** A change of the relay's own; settles once it is stored, with false where it could not be. */
  write(change: (doc: Y.Doc) => void): Promise<boolean>;
  readonly connections: number;
  /** Finishes what is under way and lets go. Sockets are closed with `retry`. */
  close(): Promise<void>;
}

export interface RoomUser {
  readonly user: { readonly id: string; readonly name: string };
  /** Asked at every update: rights may change while a socket is open. */
  readonly mayWrite: () => boolean;
}

export interface RoomOptions {
  /** Name in the store; unique over all workspaces. */
  readonly name: string;
  readonly store: Pick<StorePort, 'appendRoom' | 'loadRoom' | 'compactRoom'>;
  readonly guarded: (doc: Y.Doc) => string;
  readonly now: () => number;
  readonly log: Logger;
}

interface Connection extends RoomUser {
  readonly socket: SocketPort;
  /** Updates waiting for their turn, in bytes. */
  waitingBytes: number;
  open: boolean;
}

/** Updates after which a room's log is folded into one. */
const COMPACT_AFTER = 200;

/** Opens a room; undefined where its document cannot be read. */
export async function openRoom({ name, store, guarded, now, log }: RoomOptions): Promise<Room | undefined> {
  const loaded = await store.loadRoom(name);
  if (!loaded.ok) {
    log.error({ room: name, error: loaded.error }, 'room cannot be loaded');
    return undefined;
  }
  const content = createRoomDoc(name, loaded.value.updates, guarded);
  const connections = new Set<Connection>();
  const sendAll = (bytes: Uint8Array) => connections.forEach((connection) => send(connection, bytes));
  const presence = createPresence<Connection>({ now, send: (entries) => sendAll(writeAwareness(entries)) });
  const turns = createTurns(log);
  let closed = false;
  let stored = loaded.value.updates.length;
  if (stored > COMPACT_AFTER) turns.run(compact);

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

  async function storeEffect(effect: Uint8Array): Promise<boolean> {
    const done = await store.appendRoom(name, effect);
    if (!done.ok) {
      content.drop();
      log.error({ room: name, error: done.error }, 'room update not stored');
      return false;
    }
    content.take(effect);
    sendAll(writeSync(2, effect));
    if (++stored > COMPACT_AFTER) turns.run(compact);
    return true;
  }

  async function judge(connection: Connection, update: Uint8Array): Promise<void> {
    connection.waitingBytes -= update.byteLength;
    if (!connection.open) return; // sent before it was expelled: nothing after a broken rule counts
    const verdict = content.judge(update, { mayWrite: connection.mayWrite() });
    if (verdict.type === 'known') return;
    if (verdict.type === 'refuse') {
      log.warn({ room: name, user: connection.user.id, reason: verdict.close.reason }, 'room update refused');
      expel(connection, verdict.close);
    } else if (!(await storeEffect(verdict.effect))) {
      expel(connection, CLOSE.retry);
    }
  }

  /** In a turn of its own: the document then says exactly what is stored. */
  async function compact(): Promise<void> {
    if (stored <= COMPACT_AFTER) return;
    const all = await store.loadRoom(name);
    if (!all.ok) return; // tried again after the next update
    const done = await store.compactRoom(name, all.value.upTo, Y.encodeStateAsUpdate(content.doc));
    if (done.ok) stored = 1;
  }

  function receive(connection: Connection, message: RoomMessage): CloseReason | undefined {
    switch (message.type) {
      case 'state-vector':
        try {
          send(connection, writeSync(1, Y.encodeStateAsUpdate(content.doc, message.vector)));
        } catch {
          return CLOSE.malformed; // Yjs throws on a vector it cannot read
        }
        return undefined;
      case 'update':
        connection.waitingBytes += message.update.byteLength;
        if (connection.waitingBytes > 2 * ROOM_BYTES) return CLOSE.tooMany;
        turns.run(() => judge(connection, message.update));
        return undefined;
      case 'awareness':
        return presence.receive(connection, message.entries);
      case 'awareness-query':
        send(connection, writeAwareness(presence.entries()));
        return undefined;
      case 'malformed':
        return CLOSE.malformed;
    }
  }

  return {
    join(socket, who) {
      if (closed) return socket.close(CLOSE.retry.code, CLOSE.retry.reason);
      const connection: Connection = { ...who, socket, waitingBytes: 0, open: true };
      connections.add(connection);
      socket.onMessage((bytes) => {
        if (!connection.open) return;
        const refused = bytes === undefined ? CLOSE.malformed : receive(connection, readRoomMessage(bytes));
        if (refused) {
          log.warn({ room: name, user: who.user.id, reason: refused.reason }, 'room frame refused');
          expel(connection, refused);
        }
      });
      socket.onClose(() => leave(connection));
      // what the client has and we lack: its changes made offline
      send(connection, writeSync(0, Y.encodeStateVector(content.doc)));
      const present = presence.entries();
      if (present.length > 0) send(connection, writeAwareness(present));
    },
    write: (change) =>
      turns.add(async () => {
        const effect = content.write(change);
        return effect === undefined || (await storeEffect(effect));
      }),
    get connections() {
      return connections.size;
    },
    async close() {
      closed = true;
      for (const connection of connections) expel(connection, CLOSE.retry);
      await turns.add(async () => undefined);
      presence.stop();
      content.destroy();
    },
  };
}

/** Runs jobs one after the other. A job that throws is a bug: it is logged and the next one runs. */
function createTurns(log: Logger) {
  let last: Promise<unknown> = Promise.resolve();
  const add = <T>(job: () => Promise<T>): Promise<T> => {
    const mine = last.then(job);
    last = mine.catch((error: unknown) => log.error({ err: error }, 'room job failed'));
    return mine;
  };
  return {
    add,
    /** For jobs nobody waits for. */
    run(job: () => Promise<void>): void {
      add(job).catch(() => undefined); // logged above
    },
  };
}

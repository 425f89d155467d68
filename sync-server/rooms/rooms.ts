import type { Logger } from 'pino';
import { CLOSE } from '#core/protocol/messages.ts';
import { WORKSPACE_ROOM } from '#core/record/workspace-doc.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { SocketPort } from '../relay/socket-port.ts';
import type { StorePort } from '../store/port.ts';
import { openRoom, type Room, type RoomUser } from './room.ts';
import { projectAccounts, relayOwned } from './workspace-content.ts';

/** The open rooms. A room stays in memory for a while after the last one left: a reload finds it warm. */
export interface Rooms {
  /** Is this a room's name? */
  has(name: string): boolean;
  join(workspaceId: string, socket: SocketPort, who: RoomUser): Promise<void>;
  /** The workspace was set up, or accounts were added or changed. */
  projectMembers(workspaceId: string): Promise<void>;
  close(): Promise<void>;
}

export interface RoomsOptions {
  readonly store: Pick<StorePort, 'appendRoom' | 'loadRoom' | 'compactRoom'>;
  readonly accounts: Pick<Accounts, 'members' | 'workspace'>;
  readonly now: () => number;
  readonly log: Logger;
}

const IDLE_MS = 60_000;

export function createRooms({ store, accounts, now, log }: RoomsOptions): Rooms {
  const open = new Map<string, Promise<Room | undefined>>();
  const idle = new Map<string, ReturnType<typeof setTimeout>>();
  let closed = false;

  function room(workspaceId: string): Promise<Room | undefined> {
    const found = open.get(workspaceId);
    if (found) return found;
    const opening = load(workspaceId);
    open.set(workspaceId, opening);
    void opening.then((opened) => {
      if (!opened) open.delete(workspaceId); // the next one who comes tries again
    });
    return opening;
  }

  async function load(workspaceId: string): Promise<Room | undefined> {
    const opened = await openRoom({ name: `${workspaceId}/${WORKSPACE_ROOM}`, store, guarded: relayOwned, now, log });
    // accounts may have changed while nobody was here, or the relay died between account and projection
    if (opened) await project(workspaceId, opened);
    return opened;
  }

  function project(workspaceId: string, into: Room): Promise<boolean> {
    return into.write((doc) => projectAccounts(doc, accounts.workspace()?.name ?? '', accounts.members(workspaceId)));
  }

  function whenIdle(workspaceId: string): void {
    clearTimeout(idle.get(workspaceId));
    const timer = setTimeout(() => void closeIfIdle(workspaceId), IDLE_MS);
    timer.unref();
    idle.set(workspaceId, timer);
  }

  async function closeIfIdle(workspaceId: string): Promise<void> {
    const found = await open.get(workspaceId);
    if (!found || found.connections > 0) return;
    idle.delete(workspaceId);
    open.delete(workspaceId);
    await found.close();
  }

  return {
    has: (name) => name === WORKSPACE_ROOM,

    async join(workspaceId, socket, who) {
      // what arrives while the room loads is kept in order and given to it afterwards
      const early: (Uint8Array | undefined)[] = [];
      let deliver: ((bytes: Uint8Array | undefined) => void) | undefined;
      let gone = false;
      let left: (() => void) | undefined;
      socket.onMessage((bytes) => {
        if (deliver) deliver(bytes);
        else if (early.push(bytes) > 64) socket.close(CLOSE.tooMany.code, CLOSE.tooMany.reason);
      });
      socket.onClose(() => {
        gone = true;
        left?.();
        whenIdle(workspaceId);
      });
      const joined = closed ? undefined : await room(workspaceId);
      if (gone) return;
      if (!joined) return socket.close(CLOSE.retry.code, CLOSE.retry.reason);
      joined.join(
        {
          send: (bytes) => socket.send(bytes),
          close: (code, reason) => socket.close(code, reason),
          get bufferedAmount() {
            return socket.bufferedAmount;
          },
          onMessage: (listener) => (deliver = listener),
          onClose: (listener) => (left = listener),
        },
        who,
      );
      for (const bytes of early) deliver?.(bytes);
    },

    async projectMembers(workspaceId) {
      const found = await room(workspaceId);
      if (found) await project(workspaceId, found);
      whenIdle(workspaceId);
    },

    async close() {
      closed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...open.values()].map(async (opening) => (await opening)?.close()));
      open.clear();
    },
  };
}

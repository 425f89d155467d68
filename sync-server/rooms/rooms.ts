import type { Logger } from 'pino';
import { isId } from '#core/kit/ids.ts';
import { CLOSE } from '#core/protocol/messages.ts';
import { RECORD_ROOM, WORKSPACE_ROOM } from '#core/record/workspace-doc.ts';
import type { Accounts } from '../auth/accounts.ts';
import type { Cluster } from '../relay/cluster.ts';
import type { Hub } from '../relay/hub.ts';
import type { People } from '../people/people.ts';
import type { SocketPort } from '../relay/socket-port.ts';
import type { StorePort } from '../store/port.ts';
import { createAllowances } from './allowance.ts';
import { holdMessages } from './hold-messages.ts';
import { openRecordContent } from './record-content.ts';
import type { RecordRights } from './record-rights.ts';
import { roomPeers } from './peers.ts';
import { createRoom, type Room } from './room.ts';
import type { RoomUser } from './room-content.ts';
import { openStoredContent, type StoredContent } from './stored-content.ts';
import { createViewingFilter } from './viewing.ts';
import { projectPeople, relayOwned } from './workspace-content.ts';

/** The open rooms. A room stays in memory for a while after the last one left: a reload finds it warm. */
export interface Rooms {
  /** Is this a room's name? */
  has(name: string): boolean;
  join(workspaceId: string, name: string, socket: SocketPort, who: RoomUser): Promise<void>;
  /** The workspace was set up, or accounts were added or changed. */
  projectMembers(workspaceId: string): Promise<void>;
  /** Rights changed: who may not be in a room any more is sent away. */
  recheck(workspaceId: string): Promise<void>;
  close(): Promise<void>;
}

export interface RoomsOptions {
  readonly store: Pick<StorePort, 'appendRoom' | 'loadRoom' | 'compactRoom' | 'commit' | 'record'>;
  readonly hub: (workspaceId: string) => Pick<Hub, 'publish' | 'watch'>;
  readonly accounts: Pick<Accounts, 'members' | 'workspace'>;
  readonly rights: RecordRights;
  readonly people: () => People | undefined;
  /** The other relays on the same database, where there may be any. */
  readonly cluster?: Cluster | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

interface OpenRoom extends Room {
  /** Writes the accounts into the workspace's document; other rooms have none. */
  readonly project?: () => Promise<boolean>;
}

const IDLE_MS = 60_000;

export function createRooms({ store, hub, accounts, people, rights, cluster, now, log }: RoomsOptions): Rooms {
  const open = new Map<string, Promise<OpenRoom | undefined>>();
  const idle = new Map<string, ReturnType<typeof setTimeout>>();
  const allowanceOf = createAllowances(now);
  let closed = false;

  const keyOf = (workspaceId: string, name: string) => `${workspaceId}/${name}`;

  function room(workspaceId: string, name: string): Promise<OpenRoom | undefined> {
    const key = keyOf(workspaceId, name);
    const found = open.get(key);
    if (found) return found;
    const opening = name === WORKSPACE_ROOM ? openWorkspace(workspaceId) : openRecord(workspaceId, name);
    open.set(key, opening);
    void opening.then(
      (opened) => opened ?? open.delete(key), // the next one who comes tries again
      () => open.delete(key),
    );
    return opening;
  }

  async function openWorkspace(workspaceId: string): Promise<OpenRoom | undefined> {
    const name = keyOf(workspaceId, WORKSPACE_ROOM);
    const peers = cluster && roomPeers(cluster, name);
    const onAppend = peers && (() => peers.appended());
    const content = await openStoredContent({ name, store, guarded: relayOwned, onAppend, log });
    if (!content) return undefined;
    const project = () => projectInto(workspaceId, content);
    // accounts may have changed while nobody was here, or the relay died between account and projection
    await project();
    return Object.assign(
      createRoom({ name, content, peers, allowanceOf, filter: createViewingFilter(workspaceId, rights), now, log }),
      {
        project,
      },
    );
  }

  async function projectInto(workspaceId: string, content: StoredContent): Promise<boolean> {
    const [workspace, members] = await Promise.all([accounts.workspace(), accounts.members(workspaceId)]);
    return content.write((doc) => {
      const { roles, departments } = people()?.state() ?? { roles: [], departments: [] };
      projectPeople(doc, { workspaceName: workspace?.name ?? '', members, departments, roles });
    });
  }

  async function openRecord(workspaceId: string, name: string): Promise<OpenRoom | undefined> {
    const id = name.slice(RECORD_ROOM.length);
    const options = { workspace: workspaceId, id, store, hub: hub(workspaceId), rights, now, log };
    const content = await openRecordContent(options);
    const peers = cluster && roomPeers(cluster, keyOf(workspaceId, name));
    return content && createRoom({ name, content, peers, allowanceOf, now, log });
  }

  function whenIdle(workspaceId: string, name: string): void {
    const key = keyOf(workspaceId, name);
    clearTimeout(idle.get(key));
    const timer = setTimeout(() => void closeIfIdle(key), IDLE_MS);
    timer.unref();
    idle.set(key, timer);
  }

  async function closeIfIdle(key: string): Promise<void> {
    idle.delete(key);
    const found = await open.get(key);
    if (!found || found.connections > 0) return;
    open.delete(key);
    await found.close();
  }

  return {
    has: (name) => name === WORKSPACE_ROOM || (name.startsWith(RECORD_ROOM) && isId(name.slice(RECORD_ROOM.length))),

    async join(workspaceId, name, socket, who) {
      const held = holdMessages(socket, () => whenIdle(workspaceId, name));
      // the same answer for a record that is not there and one that is not his: its existence is not told either
      if (
        name !== WORKSPACE_ROOM &&
        !(await rights.mayOpen(workspaceId, who.user.id, name.slice(RECORD_ROOM.length)))
      ) {
        return socket.close(CLOSE.forbidden.code, CLOSE.forbidden.reason);
      }
      const joined = closed ? undefined : await room(workspaceId, name);
      if (held.gone) return;
      if (!joined) return socket.close(CLOSE.retry.code, CLOSE.retry.reason);
      joined.join(held.socket, who);
      held.release();
    },

    async projectMembers(workspaceId) {
      const found = await room(workspaceId, WORKSPACE_ROOM);
      await found?.project?.();
      whenIdle(workspaceId, WORKSPACE_ROOM);
    },

    async recheck(workspaceId) {
      const found = [...open].filter(([key]) => key.startsWith(keyOf(workspaceId, RECORD_ROOM)));
      await Promise.all(found.map(async ([, opening]) => (await opening)?.recheck()));
    },

    async close() {
      closed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...open.values()].map(async (opening) => (await opening)?.close()));
      open.clear();
    },
  };
}

import { createColumns, type Columns } from '#columns/columns.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { err, ok } from '#core/kit/result.ts';
import { offlineDays } from '#core/record/offline-days.ts';
import { databaseName } from '#replica/database.ts';
import { createLink, type Link } from '#replica/link.ts';
import { openReplica, type Replica } from '#replica/replica.ts';
import type { Schedule } from '#replica/snapshot.ts';
import type { OpenSocket } from '#replica/socket.ts';
import type { StorageTrouble } from '#replica/trouble.ts';
import { createLiveWorkspace, type LiveWorkspace, type OpenWorkspace } from './live-workspace.ts';
import type { WorkerConfig } from './messages.ts';
import { createOfflineLock } from './offline-lock.ts';
import { NO_COUNTS, type DataPort, type DataStatus, type Trouble } from './port.ts';
import { createReadModel } from './read-model.ts';
import { startUpkeep } from './upkeep.ts';

/** What the worker takes from the world it runs in. */
export interface Surroundings {
  readonly idb: { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange } | undefined;
  readonly open: OpenSocket;
  readonly openWorkspace: OpenWorkspace;
  readonly schedule: Schedule;
  readonly now: () => number;
  readonly random: () => number;
  readonly onError: (error: unknown) => void;
}

/** The worker's one replica with its read model and its link, for all tabs. */
export interface DataCore {
  readonly config: WorkerConfig;
  readonly columns: Columns;
  readonly workspace: LiveWorkspace;
  /** The open replica, or what keeps it from opening ('storage-blocked' also while it is still opening). */
  replica(): Replica | Trouble;
  /** Resolves when opening succeeded or failed. */
  opened(): Promise<void>;
  status(): DataStatus;
  /** Called after anything a status shows changed. */
  onStatus(listener: () => void): () => void;
  /** May the copy be read and written? Not while it is locked (sync.md §5), nor before that is known. */
  isOpen(): boolean;
  /** Called when `isOpen` changed. */
  onLock(listener: () => void): () => void;
  /** Called with records that may show something else now. */
  onRecords(listener: (ids: ReadonlySet<RecordId>) => void): () => void;
  reconnect(): void;
  flush(): Promise<void>;
  wipe(force: boolean): ReturnType<DataPort['wipe']>;
  close(): Promise<void>;
}

type Storage =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open'; readonly replica: Replica; readonly link: Link; readonly stopUpkeep: () => void }
  | { readonly kind: 'failed'; readonly trouble: StorageTrouble }
  /** `told`: the relay wanted it. */
  | { readonly kind: 'wiped'; readonly told: boolean };

export function createDataCore(config: WorkerConfig, world: Surroundings): DataCore {
  const columns = createColumns();
  const workspace = createLiveWorkspace(world.openWorkspace);
  let storage: Storage = { kind: 'opening' };
  /** A write or read that failed since the database was opened; gone with the next write that works. */
  let trouble: StorageTrouble | undefined;
  const currentTrouble = () => trouble;
  const statusListeners = new Set<() => void>();
  const recordListeners = new Set<(ids: ReadonlySet<RecordId>) => void>();
  const lockListeners = new Set<() => void>();
  const tellStatus = () => statusListeners.forEach((tell) => tell());
  const lock = createOfflineLock({
    days: () => (workspace.data().members.length > 0 ? offlineDays(workspace.data().settings) : undefined),
    defaultDays: offlineDays({}),
    schedule: world.schedule,
    onChange() {
      lockListeners.forEach((tell) => tell());
      tellStatus();
    },
    onError: world.onError,
  });
  workspace.onData(() => {
    columns.setWorkspace(workspace.data(), config.user);
    lock.look();
  });
  workspace.onRoomEnd(tellStatus);

  async function open(): Promise<void> {
    storage = { kind: 'opening' };
    trouble = undefined;
    lock.starting();
    columns.loading();
    tellStatus();
    // both are asked for before they are there
    const made: { replica?: Replica; link?: Link } = {};
    const readModel = createReadModel({
      columns,
      schedule: world.schedule,
      pending: (id) => made.replica?.pending.has(id) ?? false,
      onChange: (ids) => {
        const changed = new Set(ids);
        recordListeners.forEach((tell) => tell(changed));
      },
    });
    const result = await openReplica({
      name: databaseName(config.workspace, config.user),
      idb: world.idb,
      projection: readModel,
      snapshot: readModel,
      randomId: () => crypto.randomUUID(),
      randomClientId: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
      now: world.now,
      schedule: world.schedule,
      onTrouble(next) {
        // without a database there is nothing to sync into; another session that took it over does that
        if (isLost(next)) made.link?.stop();
        if (next?.type === trouble?.type) return;
        trouble = next;
        tellStatus();
      },
      onChange() {
        made.link?.push();
        lock.look();
        tellStatus();
      },
      onAway: (away) => lock.opened(away),
    });
    if (!result.ok) {
      lock.none();
      columns.clear();
      columns.loaded();
      storage = { kind: 'failed', trouble: result.error };
      return tellStatus();
    }
    const replica = (made.replica = result.value);
    if (currentTrouble()?.type !== 'quota-exceeded') trouble = undefined; // it waited for another tab, and that is over
    columns.setPending(replica.pending.ids());
    const link = (made.link = createLink({
      relay: replica.relay,
      open: world.open,
      build: config.build,
      schedule: world.schedule,
      now: world.now,
      random: world.random,
      onStatus: tellStatus,
      onWipe: () => void wipe(true, true).catch(world.onError),
      onError: world.onError,
    }));
    const stopUpkeep = startUpkeep(replica, columns, world.schedule, world.onError);
    storage = { kind: 'open', replica, link, stopUpkeep };
    link.start();
    tellStatus();
  }

  let opening = open();
  opening.catch(world.onError);
  const reopen = () => {
    opening = open();
    opening.catch(world.onError);
  };

  const shownTrouble = (relayFull: boolean | undefined): Trouble | undefined => {
    if (storage.kind === 'failed') return storage.trouble;
    if (storage.kind === 'wiped') return { type: 'storage-deleted' };
    return trouble ?? (relayFull ? { type: 'relay-full' } : undefined);
  };

  async function wipe(force: boolean, told: boolean): ReturnType<DataPort['wipe']> {
    await opening;
    if (storage.kind === 'open') {
      const { replica, link, stopUpkeep } = storage;
      if (!force && replica.pending.count > 0) return err({ type: 'unsent', count: replica.pending.count });
      stopUpkeep();
      link.stop();
      storage = { kind: 'wiped', told };
      await replica.erase();
      columns.clear();
      lock.none();
    }
    await workspace.close({ erase: true });
    tellStatus();
    return ok(undefined);
  }

  return {
    config,
    columns,
    workspace,
    replica() {
      if (storage.kind === 'open') return storage.replica;
      return shownTrouble(false) ?? { type: 'storage-blocked' };
    },
    opened: () => opening,
    status() {
      const open = storage.kind === 'open' ? storage : undefined;
      const link = open?.link.status();
      const shown = shownTrouble(link?.relayFull);
      const roomEnd = workspace.roomEnd();
      const days = lock.exceeded();
      return {
        phase: link?.phase ?? (storage.kind === 'opening' ? 'starting' : 'offline'),
        unsent: open?.replica.pending.count ?? 0,
        syncedAt: open?.replica.syncedAt() ?? 0,
        ...(link?.progress ? { progress: link.progress } : {}),
        counts: days === undefined ? columns.counts() : NO_COUNTS,
        ...(days === undefined ? {} : { locked: { days } }),
        ...(shown ? { trouble: shown } : {}),
        ...(roomEnd ? { roomEnd } : {}),
        ...(storage.kind === 'wiped' && storage.told ? { wiped: true } : {}),
        refused: (days === undefined && open?.replica.refused()) || [],
      };
    },
    onStatus: (listener) => subscribe(statusListeners, listener),
    isOpen: () => lock.isOpen(),
    onLock: (listener) => subscribe(lockListeners, listener),
    onRecords: (listener) => subscribe(recordListeners, listener),
    reconnect() {
      workspace.reconnect();
      if (storage.kind === 'opening') return;
      if (storage.kind === 'open' && !isLost(trouble)) return storage.link.reconnect();
      if (storage.kind === 'open') storage.stopUpkeep();
      columns.clear();
      reopen();
    },
    async flush() {
      if (storage.kind === 'open') await storage.replica.flush();
    },
    wipe: (force) => wipe(force, false),
    async close() {
      await opening;
      lock.stop();
      if (storage.kind === 'open') {
        storage.stopUpkeep();
        storage.link.stop();
        await storage.replica.close();
      }
      await workspace.close({ erase: false });
      columns.close();
    },
  };
}

/** The database is somebody else's or nobody's: this connection to it will not work again. */
const isLost = (trouble: StorageTrouble | undefined): boolean =>
  trouble?.type === 'storage-blocked' || trouble?.type === 'storage-deleted';

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

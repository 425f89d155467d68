import { err, ok, type Result } from '#core/kit/result.ts';
import { ReplicaDatabase, type MetaRow, type OutboxRow, type RecordRow, type ReplicaState } from './database.ts';
import { storageTrouble, Superseded, type StorageTrouble } from './trouble.ts';

/**
 * The database and its write transactions. Guarantees: what `write` resolved with `ok` is on the disk, whole; what it
 * resolved with an error changed nothing, neither on the disk nor in `state()`. Two sessions of one device (an old and
 * a new build) never both write: each transaction first looks whether this session is still the owner.
 */
export interface Journal {
  readonly db: ReplicaDatabase;
  /** What the last committed transaction said. */
  readonly state: () => ReplicaState;
  /**
   * One transaction over all tables. `work` gets the revision for whatever documents it writes, may await nothing but
   * the database, and returns what of the state changes.
   */
  write(work: (rev: number) => Promise<Partial<ReplicaState>>): Promise<Result<ReplicaState, StorageTrouble>>;
  /**
   * The same for an edit, which somebody waits for: rows that are known beforehand, past Dexie, whose transactions take
   * a third longer than the database's own (ADR 0012).
   */
  put(
    rows: { readonly outbox: readonly OutboxRow[]; readonly records: readonly Omit<RecordRow, 'rev'>[] },
    known: Partial<ReplicaState>,
  ): Promise<Result<ReplicaState, StorageTrouble>>;
  /** One transaction over what says nothing new of records, and so has no revision: the snapshot, the time away. */
  writeAside(work: () => Promise<void>): Promise<Result<void, StorageTrouble>>;
  /** Runs a read and names its failure. */
  read<T>(work: () => Promise<T>): Promise<Result<T, StorageTrouble>>;
  close(): void;
  /** Erases the database. */
  erase(): Promise<void>;
}

export interface JournalOptions {
  readonly name: string;
  readonly idb: { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange } | undefined;
  /** Random text for a new device's id and for this session. */
  readonly randomId: () => string;
  /** The database was taken away, blocked or has worked again (`undefined`). */
  readonly onTrouble: (trouble: StorageTrouble | undefined) => void;
}

export async function openJournal(options: JournalOptions): Promise<Result<Journal, StorageTrouble>> {
  const { idb, onTrouble } = options;
  if (!idb?.indexedDB) return err({ type: 'storage-missing' });
  const db = new ReplicaDatabase(options.name, idb);
  const owner = options.randomId();
  let gone: StorageTrouble | undefined;
  const lose = (trouble: StorageTrouble) => {
    if (gone) return;
    gone = trouble;
    onTrouble(gone);
  };
  // an open that waits for another tab's old version; it goes on by itself when that tab closes
  db.on('blocked', () => onTrouble({ type: 'storage-blocked' }));
  db.on('versionchange', (event) => {
    // null = the database is being deleted; otherwise a newer build wants to upgrade: both need us to let go
    lose(event.newVersion === null ? { type: 'storage-deleted' } : { type: 'storage-blocked' });
    db.close({ disableAutoOpen: true });
  });
  let isOpen = false;
  // the browser took it away; Dexie says the same of an open that failed
  db.on('close', () => isOpen && lose({ type: 'storage-deleted' }));

  const named = async <T>(work: () => PromiseLike<T>): Promise<Result<T, StorageTrouble>> => {
    if (gone) return err(gone);
    try {
      return ok(await work());
    } catch (error) {
      const trouble = gone ?? storageTrouble(error);
      if (!trouble) throw error;
      if (error instanceof Superseded) lose(trouble);
      onTrouble(trouble);
      return err(trouble);
    }
  };

  /** Whose name is stored: the one before as long as there was no room to write even this session's. */
  let storedOwner = owner;
  const started = await named(async () => {
    await db.open();
    try {
      return await db.transaction('rw', db.meta, async () => {
        const found = await db.meta.get('replica');
        const before = found?.key === 'replica' ? found.value : newState(options.randomId());
        const value = { ...before, owner };
        await db.meta.put({ key: 'replica', value });
        return value;
      });
    } catch (error) {
      const stored = storageTrouble(error)?.type === 'quota-exceeded' ? await db.meta.get('replica') : undefined;
      if (stored?.key !== 'replica') throw error;
      storedOwner = stored.value.owner;
      onTrouble({ type: 'quota-exceeded' });
      return { ...stored.value, owner };
    }
  });
  if (!started.ok) {
    db.close({ disableAutoOpen: true });
    // Dexie calls a database closed that never opened
    return started.error.type === 'storage-deleted' && !gone ? err({ type: 'storage-missing' }) : started;
  }
  isOpen = true;
  let current: ReplicaState = started.value;
  const assertOwner = async (): Promise<ReplicaState> => {
    const found = await db.meta.get('replica');
    if (found?.key !== 'replica' || found.value.owner !== storedOwner) throw new Superseded();
    return found.value;
  };

  const wrote = (result: Result<ReplicaState, StorageTrouble>) => {
    if (result.ok) {
      current = result.value;
      storedOwner = owner;
      onTrouble(undefined);
    }
    return result;
  };

  return ok({
    db,
    state: () => current,
    async write(work) {
      const written = await named(() =>
        db.transaction('rw', [db.packs, db.records, db.outbox, db.refused, db.meta], async () => {
          const rev = current.rev + 1;
          // asked beside the work, not before it: another owner aborts the transaction all the same
          const [before, changed] = await Promise.all([assertOwner(), work(rev)]);
          if (before.rev !== current.rev) throw new Superseded();
          const value = { ...current, ...changed, rev };
          await db.meta.put({ key: 'replica', value });
          return value;
        }),
      );
      return wrote(written);
    },
    async put({ outbox, records }, known) {
      const rev = current.rev + 1;
      const value = { ...current, ...known, rev };
      const work = (change: IDBTransaction, fail: (error: Error) => void) => {
        const [rows, pushes, meta] = [db.records, db.outbox, db.meta].map(({ name }) => change.objectStore(name));
        const asked = meta!.get('replica') as IDBRequest<MetaRow | undefined>;
        asked.onsuccess = () => {
          const found = asked.result;
          const isOurs =
            found?.key === 'replica' && found.value.owner === storedOwner && found.value.rev === current.rev;
          if (!isOurs) fail(new Superseded());
        };
        for (const row of outbox) pushes!.add(row);
        for (const row of records) rows!.put({ ...row, rev });
        meta!.put({ key: 'replica', value } satisfies MetaRow);
      };
      return wrote(await named(() => transact(db, [db.records, db.outbox, db.meta], work).then(() => value)));
    },
    writeAside: (work) =>
      named(() =>
        db.transaction('rw', [db.snapshot, db.meta], async () => {
          await assertOwner();
          await work();
        }),
      ),
    read: named,
    close() {
      gone ??= { type: 'storage-blocked' };
      db.close({ disableAutoOpen: true });
    },
    async erase() {
      gone = { type: 'storage-deleted' };
      await db.delete({ disableAutoOpen: true });
    },
  });
}

/** One transaction of IndexedDB itself; resolves when it is on the disk, rejects when it changed nothing. */
function transact(
  db: ReplicaDatabase,
  tables: readonly { readonly name: string }[],
  work: (change: IDBTransaction, fail: (error: Error) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const names = tables.map(({ name }) => name);
    const change = db.backendDB().transaction(names, 'readwrite', { durability: 'strict' });
    const fail = (error: Error) => {
      reject(error);
      change.abort();
    };
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error ?? new DOMException('aborted', 'AbortError'));
    try {
      work(change, fail);
    } catch (error) {
      fail(error as Error);
    }
  });
}

const newState = (device: string): ReplicaState => ({
  device,
  cursor: { incarnation: '', seq: 0 },
  lastN: 0,
  rev: 0,
  hlc: 0,
  syncedAt: 0,
  touched: [],
  complete: [],
  owner: '',
});

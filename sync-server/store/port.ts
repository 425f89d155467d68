import type { Result } from '#core/kit/result.ts';
import type { HistoryEntry } from '#core/history/history.ts';
import type { Person } from '#core/access/person.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { RecordType } from '#core/record/row.ts';
import type { Change, ChangeResult, Cursor, GroupSum, ManifestEntry, StoredRecord } from '#core/protocol/messages.ts';

/**
 * What the relay keeps, and on which rules (sync.md L1–L5, P1–P3). Two implementations stand behind it: SQLite, and
 * PostgreSQL by `DATABASE_URL`, which several relays may share; `tests/contract/store.ts` holds both to the same rules.
 *
 * Durable before anything else: a write's promise settles with `ok` only after COMMIT reached the disk. What settles
 * with an error had no effect, except `store-gone`, where the effect is unknown and the device asks again (P2).
 */
export interface StorePort {
  /** Random id of this database, made when it was created; half of every cursor (L5). */
  readonly incarnation: string;

  /** Where the workspace's log stands; `seq` 0 for a workspace nobody wrote to. */
  head(workspace: string): Stored<Cursor>;
  /** The greatest push of this device that is committed (P2); 0 for a new device. */
  lastN(workspace: string, user: string, device: string): Stored<number>;
  /** Records whose last entry lies after `afterSeq`: what a pull from there will bring. */
  countAfter(workspace: string, afterSeq: number, reader: Reader): Stored<number>;
  /** One page of the records the reader may see in order of `seq`, read in one snapshot together with the head (V6). */
  pull(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Stored<Page>;
  /** The same records as a part of a manifest (V5): `limits.bytes` counts their states, which are read and not sent. */
  manifest(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Stored<ManifestPart>;
  /** The partitions there are, as far as the person may see them. */
  groups(workspace: string, person: Person): Stored<Groups>;
  /** One record as it stands; undefined where the workspace has none of this id. */
  record(workspace: string, id: string): Stored<RecordMeta | undefined>;
  /** Entries of the log in order of `seq`, for audits. */
  log(workspace: string, afterSeq: number, limit: number): Stored<readonly LogEntry[]>;
  /** What was changed in one record before the entry `before`, newest first; also of a record that is not there any more. */
  history(workspace: string, id: string, before: number, limit: number): Stored<readonly HistoryEntry[]>;
  /**
   * Entries after `afterSeq` in order of `seq`, none left out, with the state of those that are still their record's
   * newest: what a relay fans out that another one committed (L2). Limits as for `pull`.
   */
  entries(workspace: string, afterSeq: number, limits: PageLimits): Stored<readonly CommittedEntry[]>;
  workspaceMeta(workspace: string): Stored<WorkspaceMeta>;
  /** Every workspace that anybody wrote to. */
  workspaces(): Stored<readonly string[]>;

  /**
   * Appends pushes, in this order, in one transaction (which may hold other callers' pushes too). Each push has an
   * outcome of its own; only a failure of the storage fails them all, and then nothing of them is committed. Commits
   * of one workspace settle in order of `seq`: the fan-out relies on it.
   */
  commit(workspace: string, pushes: readonly Push[]): Stored<readonly PushOutcome[]>;

  /**
   * Appends one update to a room's document; answers its number. Room names are global: callers put the workspace's id
   * into them.
   */
  appendRoom(room: string, update: Uint8Array): Stored<number>;
  /**
   * A room's updates after number `after` (absent: all) in order; `upTo` names the last one, for `compactRoom` and for
   * reading on. No update ever appears below an `upTo` that was answered.
   */
  loadRoom(room: string, after?: number): Stored<RoomUpdates>;
  /** Replaces a room's updates up to and including `upTo` by one that says the same; later ones stay. */
  compactRoom(room: string, upTo: number, state: Uint8Array): Stored<void>;

  /**
   * L7: takes a record out of the log, the records and the history, for good. What is left is a tombstone, by which the
   * id is refused from now on, and a last entry of the log: who did it and when. Raises the horizon to that entry.
   * Undefined where there is no such record.
   */
  erase(workspace: string, id: string, user: string, at: number): Stored<Erasure | undefined>;

  /**
   * L6: forgets entries that were made before `before` (ms since 1970) and are not the newest of their record, among the
   * next `limit` entries. One such call at a time in a workspace: a second one, of another relay too, does nothing.
   */
  compactLog(workspace: string, before: number, limit: number): Stored<Compaction>;

  /**
   * P6: appends the next consequences of changes that had more of them than fit a push's own transaction. Which are
   * left is in the database, so that any relay goes on with them, also after a crash.
   */
  settle(workspace: string): Stored<Settled>;

  /** How many records of a type, neither deleted nor discarded, the person may see. */
  countVisible(workspace: string, person: Person, type: RecordType): Stored<number>;

  /** Everything about the people of a workspace, in no order; what it means is `people/people.ts`'s to say. */
  people(workspace: string): Stored<readonly PeopleRow[]>;
  /** Puts rows, or removes those without a body; all or none. */
  putPeople(workspace: string, rows: readonly PeopleRow[]): Stored<void>;

  /** How the last write fared; for `/api/health`. */
  health(): StoreHealth;
  /** Lets running writes finish, then lets go of the database. Calls after it settle with `store-gone`. */
  close(): Promise<void>;
}

/** Never rejects: a failure of the storage is a value, so that no caller forgets it. */
export type Stored<T> = Promise<Result<T, StoreError>>;

export type StoreError =
  /** No room on the disk (or beyond the quota): nothing was written, reading still works. */
  | { readonly type: 'storage-full' }
  /** The disk or the database failed in another way; `message` is for the log. */
  | { readonly type: 'storage-failed'; readonly message: string }
  /** The store was closed or its thread died; whether a pending write took effect is unknown. */
  | { readonly type: 'store-gone'; readonly message: string };

export interface StoreHealth {
  readonly storage: 'ok' | 'full' | 'failing' | 'gone';
}

/** One push of one device. `at` is the relay's time in ms since 1970; author and time are never read from content. */
export interface Push {
  /** With whose rights it is judged (P4). */
  readonly person: Person;
  readonly user: string;
  readonly device: string;
  /**
   * Absent for what was typed in a room: no number is checked or raised, for a room has no outbox. Its updates may come
   * again; they are Yjs updates, so that this changes nothing.
   */
  readonly n: number | undefined;
  readonly changes: readonly Change[];
  readonly at: number;
}

/** Who wrote an entry, as the relay knows it (L1). */
export type Author = Pick<Push, 'user' | 'device' | 'at'>;

export type PushOutcome =
  /** `seq` is that of its last entry (the head's where every change was rejected). */
  | {
      readonly kind: 'committed';
      readonly seq: number;
      readonly results: readonly ChangeResult[];
      /** The entries that were appended, in order of `seq`, each with the record's merged state. */
      readonly records: readonly MovedRecord[];
      /** P6: what the relay appended itself because of them, after them; `seq` does not count these. */
      readonly consequences: readonly MovedRecord[];
      /** More consequences are to come, in transactions of their own (`settle`). */
      readonly unsettled: boolean;
    }
  /** This `n` was committed before: the same results again, no effect (P2). */
  | { readonly kind: 'repeated'; readonly seq: number; readonly results: readonly ChangeResult[] }
  /** `n` is not the next one: nothing was done. */
  | { readonly kind: 'out-of-order'; readonly lastN: number };

/** A record after an entry of the log, and where it stood before and stands now. */
export interface MovedRecord extends StoredRecord {
  // an empty state: a later entry holds the record, this one only says that it moved
  readonly from: PartitionKey | null;
  readonly to: PartitionKey;
}

/** Who reads, and what the device holds already. */
export interface Reader {
  readonly person: Person;
  /** Only records of these partitions, of those the person may see: a snapshot of partitions that are new to a device. */
  readonly only?: readonly PartitionKey[] | undefined;
  /** Only these records, of those. */
  readonly ids?: readonly RecordId[] | undefined;
  /**
   * Names a pull: all its pages are of one read snapshot, that of the first (V6). It is let go after the last page, and
   * after a minute, or for somebody else's when many are open; then the next page begins another one.
   */
  readonly snapshot?: string | undefined;
  /** No further than this `seq`. */
  readonly upTo?: number | undefined;
  /** Partitions the device may hold something of: what left one after this `seq`, for one not seen, is in `drops`. */
  readonly left?: readonly { readonly keys: readonly PartitionKey[]; readonly after: number }[] | undefined;
}

/** What a device may hold of a workspace (V3), read in one snapshot. */
export interface Groups {
  readonly head: Cursor;
  /** Entries up to here may be missing in the log (L6). */
  readonly horizon: number;
  /** Partitions the person may see, with what their records add up to. */
  readonly visible: readonly GroupSum[];
}

export interface PageLimits {
  readonly records: number;
  /** Bytes of the pack; a page holds one record at least, however large. */
  readonly bytes: number;
}

/** A stretch of records in order of `seq`, as one read snapshot has it. */
export interface Stretch {
  /** Everything the reader may see up to here was read; at least that of the last record in it. */
  readonly seq: number;
  /** The head in the same snapshot: a page with `seq >= head` was the last one. */
  readonly head: number;
  /** The horizon in the same snapshot: up to it, records that left a partition may be missing in `drops` (L6). */
  readonly horizon: number;
  /** More records followed in this snapshot. */
  readonly more: boolean;
}

export interface ManifestPart extends Stretch {
  readonly entries: readonly ManifestEntry[];
}

export interface Page extends Stretch {
  readonly count: number;
  /** The records as a pack (PROTOCOL.md), not deflated. */
  readonly pack: Uint8Array;
  /** Partitions of its records in this snapshot: who gets the page may hold something of them from then on (V2). */
  readonly groups: readonly PartitionKey[];
  /** Records that left a touched partition for one the reader does not see. */
  readonly drops: readonly RecordId[];
}

/** A record with what the relay itself knows of it. Times are ms since 1970. */
export interface RecordMeta extends StoredRecord {
  readonly partition: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedBy: string;
  readonly updatedAt: number;
}

/** L1. `from` and `to` are the partition before and after; `null` = not there. */
export interface LogEntry {
  readonly seq: number;
  readonly recordId: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly update: Uint8Array;
  readonly user: string;
  readonly device: string;
  readonly at: number;
}

/** An entry as it is fanned out. */
export interface CommittedEntry {
  readonly seq: number;
  readonly recordId: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The record's merged state; absent where a later entry holds it, whose partition may be another one. */
  readonly state: Uint8Array | undefined;
}

export interface WorkspaceMeta {
  readonly head: Cursor;
  readonly records: number;
  /** Devices that ever pushed. */
  readonly devices: number;
}

export interface PeopleRow {
  readonly kind: 'role' | 'department' | 'member';
  readonly id: string;
  /** JSON; null removes the row. */
  readonly body: string | null;
}

/** A record that was erased: the entry that says so, and where it stood. */
export interface Erasure {
  readonly seq: number;
  readonly from: PartitionKey;
}

/** P6: what one step of consequences appended, in order of `seq`. */
export interface Settled {
  readonly records: readonly MovedRecord[];
  /** Others are to come. */
  readonly more: boolean;
}

/** What one step of compaction did. */
export interface Compaction {
  /** Entries that were forgotten. */
  readonly removed: number;
  /** Older entries may follow. */
  readonly more: boolean;
}

export interface RoomUpdates {
  readonly updates: readonly Uint8Array[];
  readonly upTo: number;
}

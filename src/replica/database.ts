import { Dexie, type EntityTable } from 'dexie';
import type { RecordId } from '#core/kit/ids.ts';
import type { Changes } from '#core/record/row.ts';
import type { Cursor, RejectReason } from '#core/protocol/messages.ts';

/**
 * The device's tables. A record's document lies in its own row of `records`; where it has none, in the pack with the
 * greatest id that holds it. Every write of a document carries a greater `rev` than all before it, so that a read model
 * of rev R is brought up to date by what has a greater one.
 */
export class ReplicaDatabase extends Dexie {
  declare readonly packs: EntityTable<PackRow, 'id'>;
  declare readonly records: EntityTable<RecordRow, 'id'>;
  declare readonly outbox: EntityTable<OutboxRow, 'n'>;
  declare readonly refused: EntityTable<RefusedRow, 'key'>;
  declare readonly meta: EntityTable<MetaRow, 'key'>;
  declare readonly snapshot: EntityTable<SnapshotRow, 'segment'>;

  constructor(name: string, idb: { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange }) {
    // strict: a transaction is complete when it is on the disk, not when the system has promised to write it
    super(name, { ...idb, chromeTransactionDurability: 'strict', cache: 'disabled' });
    // nothing here asks live queries: what watches every write for them costs each write time, and tells other tabs
    this.unuse({ stack: 'dbcore', name: 'Cache' });
    this.unuse({ stack: 'dbcore', name: 'Observability' });
    this.version(1).stores({
      packs: '++id, rev',
      records: 'id, rev, gone',
      outbox: 'n',
      refused: '++key',
      meta: 'key',
      snapshot: 'segment',
    });
  }
}

/** Records side by side as the wire carries them (codec.ts `encodePack`). */
export interface PackRow {
  id: number;
  rev: number;
  count: number;
  /** `bytes` are deflated (RFC 1951). */
  deflated: boolean;
  bytes: Uint8Array;
}

export interface RecordRow {
  id: RecordId;
  rev: number;
  /** Of the relay's log, as it last came from there; 0 while it did not. */
  seq: number;
  state?: Uint8Array;
  /** Instead of a state: the record is gone from this device, also from its pack. */
  gone?: 1;
}

export interface OutboxChange {
  readonly id: RecordId;
  readonly update: Uint8Array;
  /** What was typed, for the pending marks, the export of unsent work and for replaying it onto the relay's state. */
  readonly values?: Changes;
  readonly create?: boolean;
  /** How often these values were refused for the way they were written, and said again. */
  readonly replays?: number;
  /** What it says is said again by a later change, because it builds on a refused one; its own answer is of no account. */
  readonly superseded?: boolean;
  /** Acknowledged once, by a relay that has lost it since (L5). */
  readonly again?: boolean;
}

/** One push (P2). Its updates never changes once it has a number: the relay may have it already. */
export interface OutboxRow {
  /** Gapless from 1 per device. */
  n: number;
  /** ms since 1970. */
  at: number;
  changes: readonly OutboxChange[];
  /** The push is this pack's records instead. */
  packId?: number;
  /** Those of the pack that are superseded, as `OutboxChange.superseded`. */
  superseded?: readonly RecordId[];
  /** Record changes in it. */
  count: number;
}

/** What somebody typed and the relay did not take (P5): shown and kept, never dropped in silence. */
export interface RefusedRow {
  key: number;
  id: RecordId;
  reason: RejectReason;
  /** ms since 1970: when it was typed, and when the relay's answer came (absent in what an earlier build wrote). */
  at: number;
  refusedAt?: number;
  changes: Changes;
}

export interface SnapshotRow {
  segment: number;
  bytes: Uint8Array;
}

/** What a replica knows about itself; one row, written in the transaction of what it speaks about. */
export interface ReplicaState {
  readonly device: string;
  readonly cursor: Cursor;
  /** The furthest place an acknowledgement named; absent before the first. */
  readonly acked?: Cursor;
  /** Greatest push number given out. */
  readonly lastN: number;
  readonly rev: number;
  readonly hlc: number;
  /** ms since 1970 when the relay last said "caught up"; 0 = never. */
  readonly syncedAt: number;
  /** Groups the device may hold something of, and those it holds whole up to its cursor (V2); absent in what an earlier build wrote. */
  readonly touched?: readonly string[];
  readonly complete?: readonly string[];
  /** The session that may write; another one that finds its own name gone stops. */
  readonly owner: string;
}

/** What the snapshot is good for. */
export interface SnapshotState {
  readonly rev: number;
  readonly format: string;
  readonly segments: number;
}

/** What the lists shown last said at a revision; of no account at any other. */
export interface AnswersState {
  readonly rev: number;
  readonly format: string;
  readonly kept: string;
}

/** How long the device has been without a sync (`away.ts`). */
export interface AwayState {
  /** ms that went by since `syncedAt`, up to `at`. */
  readonly ms: number;
  /** ms since 1970 by this device's clock: when it was looked at. */
  readonly at: number;
  /** `ReplicaState.syncedAt` at that time. */
  readonly syncedAt: number;
  /** After so many days the copy is locked, by the workspace's setting as this device knew it. */
  readonly days?: number;
}

export type MetaRow =
  | { key: 'replica'; value: ReplicaState }
  | { key: 'snapshot'; value: SnapshotState }
  | { key: 'answers'; value: AnswersState }
  | { key: 'away'; value: AwayState };

/** One database per workspace and user: two accounts in one browser never see each other's records. */
export const databaseName = (workspace: string, user: string): string => `lienhe-${workspace}-${user}`;

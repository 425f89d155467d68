import type { RecordId } from '../kit/ids.ts';

/** Version of the replica protocol; both sides say theirs, the relay refuses what it cannot serve. */
export const PROTOCOL_VERSION = 3;

/** A place in a workspace's log (L5): `seq` counts only within one `incarnation` of the relay's database. */
export interface Cursor {
  readonly incarnation: string;
  readonly seq: number;
}

/** One record's change as it leaves a device: a Yjs V1 update of the record's document. */
export interface Change {
  readonly id: RecordId;
  readonly update: Uint8Array;
}

/** What the records of a group add up to (V7); a group is a partition, by its key (`core/access/checksum.ts`). */
export interface GroupSum {
  readonly key: string;
  readonly count: number;
  readonly sum: number;
}

/** A record of the relay's manifest (V5): that it is there, and what its state is (`digest.ts`). */
export interface ManifestEntry {
  readonly id: RecordId;
  readonly digest: number;
}

/** A record as the relay holds it: merged V1 state after the log entry `seq`. */
export interface StoredRecord {
  readonly id: RecordId;
  readonly seq: number;
  readonly state: Uint8Array;
}

/** Replica → relay. */
export type ClientMessage =
  | {
      readonly type: 'hello';
      readonly version: number;
      readonly build: string;
      readonly device: string;
      readonly cursor: Cursor;
      /** Groups the device may hold something of, and those it holds whole up to its cursor (V2). */
      readonly touched: readonly string[];
      readonly complete: readonly string[];
    }
  /** `n` counts the pushes of this device, gapless from 1; committed exactly once (P2), all items in one transaction. */
  | { readonly type: 'push'; readonly n: number; readonly changes: readonly Change[] }
  /** The page that ended at `seq` is durable on the device; the relay keeps at most `PAGES_IN_FLIGHT` unconfirmed. */
  | { readonly type: 'got'; readonly seq: number }
  /** Answers the oldest `keep-only` that is not answered yet: what of it the device lacks or holds otherwise (V5). */
  | { readonly type: 'want'; readonly ids: readonly RecordId[] };

/** What became of one change of a push (P5). */
export type ChangeResult =
  | { readonly kind: 'ok' }
  /** Taken, but the relay corrected it (a clock ahead was clamped): its state replaces ours. */
  | { readonly kind: 'adjusted'; readonly state: Uint8Array }
  /** Not taken. `state` is the relay's record, absent where it has none. */
  | { readonly kind: 'rejected'; readonly reason: RejectReason; readonly state?: Uint8Array };

export const REJECT_REASONS = [
  'malformed',
  'too-large',
  'gap',
  'bad-id',
  'forbidden',
  'foreign-client-id',
  'bad-content',
  'erased',
] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Relay → replica. */
export type RelayMessage =
  | {
      readonly type: 'welcome';
      readonly version: number;
      readonly workspace: string;
      readonly user: string;
      /** The relay's clock, ms since 1970. */
      readonly now: number;
      /** Where the log stands; its incarnation decides whether the client's cursor means anything. */
      readonly head: Cursor;
      /** The greatest push of this device that is committed: the client's outbox up to it is done (P2). */
      readonly lastN: number;
      /** How many records the coming pages hold, for the progress shown at a first sync. */
      readonly coming: number;
      /** The device's cursor means nothing here (V5): no group of its counts as complete, all are compared. */
      readonly reset: boolean;
    }
  /** Records in order of `seq`; `pack` is a pack (pack.ts), deflated (RFC 1951) when `deflated`. */
  | {
      readonly type: 'page';
      readonly seq: number;
      readonly count: number;
      readonly deflated: boolean;
      readonly pack: Uint8Array;
    }
  /** Live: what was committed since, in order of `seq`, each with the record's whole merged state. */
  | {
      readonly type: 'changes';
      readonly records: readonly StoredRecord[];
      /** Everything up to here was sent; not less than the last record's. */
      readonly seq: number;
      /** Records that went where this person does not see them: nothing of them may stay on the device. */
      readonly drops: readonly RecordId[];
    }
  /** `dropped`: groups of which nothing may stay (V4). `complete`: groups that were sent whole up to the cursor. */
  | { readonly type: 'groups'; readonly dropped: readonly string[]; readonly complete: readonly string[] }
  /**
   * A part of the manifest of groups the device touched and has not whole (V5), to be answered with `want`. What the
   * device holds of these groups and finds in no part goes.
   */
  | { readonly type: 'keep-only'; readonly records: readonly ManifestEntry[] }
  /** Everything up to `seq` was sent; from here on `changes` follow. */
  | { readonly type: 'caught-up'; readonly seq: number; readonly sums: readonly GroupSum[] }
  /** The push `n` is COMMITTED (L4); `results` match its changes one to one; `seq` is that of its last entry. */
  | { readonly type: 'ack'; readonly n: number; readonly seq: number; readonly results: readonly ChangeResult[] };

/** Why a socket was closed: WebSocket close code and reason text. 4400–4499 are final for this attempt. */
export const CLOSE = {
  malformed: { code: 4400, reason: 'malformed' },
  signedOut: { code: 4401, reason: 'signed-out' },
  forbidden: { code: 4403, reason: 'forbidden' },
  helloMissing: { code: 4408, reason: 'hello-missing' },
  /** The session ended, and the device must not keep its copy: it erases it (sync.md §5). */
  wipe: { code: 4410, reason: 'wipe' },
  tooLarge: { code: 4413, reason: 'too-large' },
  upgradeRequired: { code: 4426, reason: 'upgrade-required' },
  tooMany: { code: 4429, reason: 'too-many' },
  unknownType: { code: 4440, reason: 'unknown-type' },
  /** Behind or broken on the relay's side: connect again. */
  retry: { code: 4500, reason: 'retry' },
  /** The relay cannot store: nothing was acknowledged, the outbox stays. Connect again, and say so. */
  relayFull: { code: 4507, reason: 'relay-full' },
  goingAway: { code: 1001, reason: 'going-away' },
} as const;
export type CloseReason = (typeof CLOSE)[keyof typeof CLOSE];

/** WebSocket close codes a device uses itself, where it ends a connection for a reason the relay counts. */
export const DEVICE_CLOSE = {
  /** Its records do not add up to what the relay says (V7): it connects anew to get the group again. */
  differs: 4001,
} as const;

/** Sizes and counts both sides keep to. Bytes are bytes on the wire. */
export const LIMITS = {
  /** One socket frame. */
  frameBytes: 4 * 1024 * 1024,
  /** One update of one record (P3). */
  updateBytes: 256 * 1024,
  /** Records in one push. */
  pushChanges: 512,
  /** Bytes of updates in one push; an import's chunk is cut to it. */
  pushBytes: 2 * 1024 * 1024,
  /** What a client has unacknowledged, all three (P8): four pushes of the largest size, or many of single edits. */
  pushesInFlight: 64,
  changesInFlight: 4 * 512,
  pushBytesInFlight: 4 * 2 * 1024 * 1024,
  /** Records in one page or pack. */
  pageRecords: 512,
  pagesInFlight: 8,
  /** Records in one part of a manifest, and parts a device has not answered. */
  manifestRecords: 1024,
  manifestsInFlight: 4,
  /** A socket with more than this unsent is behind and is closed with `retry` (P8). */
  socketBufferBytes: 1024 * 1024,
  /** Groups a device may name; far more than a workspace has. */
  groups: 20_000,
  /** Client ids in one update (P3). */
  clientIds: 8,
  /** Structs in one update: an edit has a few, and merging takes Yjs time per struct. */
  structs: 2048,
  /** Nesting of JSON values in a register (P3). */
  depth: 32,
  /** Characters of one text value. */
  textLength: 20_000,
} as const;

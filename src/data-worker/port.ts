import type { MatchKind } from '#core/contact/duplicates.ts';
import type { Filter } from '#core/filter/filter.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { PackedRows } from '#core/kit/packed-rows.ts';
import type { Failure, Result } from '#core/kit/result.ts';
import { RECORD_TYPES, type RecordType, type Row } from '#core/record/row.ts';
import type { FieldDef } from '#core/record/field.ts';
import type {
  Presence,
  RoomEnd,
  WorkspaceChange,
  WorkspaceData,
  WorkspaceWriteError,
} from '#core/record/workspace-data.ts';

/**
 * All that a tab may ask of the data worker (architecture.md §6). Everything that crosses is plain data. A worker that
 * dies rejects every pending call with `WorkerGone`, the tab connects again and its live queries go on.
 */
export interface DataPort {
  /** A live list: `onResult` is called at once and whenever what it shows changed. */
  query(query: ListQuery, onResult: (result: ListResult) => void): Subscription<ListQuery>;
  /** A live record; `undefined` when there is none (deleted for good, not visible, a wrong id). */
  open(id: RecordId, onRecord: (record: LiveRecord | undefined) => void): Subscription<RecordId>;
  /** Live state of sync and storage. */
  status(onStatus: (status: DataStatus) => void): Subscription<void>;
  /** Runs a command. Failures are values: what happened, by `type`; nothing is half written. */
  run<C extends keyof Commands>(
    command: C,
    input: Commands[C]['input'],
    watch?: RunWatch,
  ): Promise<Result<Commands[C]['output'], CommandError>>;
  /** Ids of all that a list's question finds, in its order: to choose more than a page shows. */
  idsOf(query: Pick<ListQuery, 'sources' | 'search' | 'filter' | 'sort'>): Promise<readonly RecordId[]>;
  /** An import of many rows: see `ImportPort`. */
  readonly imports: ImportPort;
  /** Live: what the workspace document says, the plugins' fields included. The first subscription opens it. */
  workspace(onData: (data: WorkspaceData) => void): Subscription<void>;
  /** Live: which colleagues are there. */
  presence(onPresence: (present: readonly Presence[]) => void): Subscription<void>;
  /** Writes the workspace document. */
  writeWorkspace(change: WorkspaceChange): Promise<Result<void, WorkspaceWriteError>>;
  /** How many records hold a value of a field, and what another type would make of those (B9, B10). */
  fieldUse(question: FieldQuestion): Promise<FieldUse>;
  /** Living contacts that look like this one, at most 5, the surest first (D15). */
  duplicatesOf(question: DuplicateQuestion): Promise<readonly Duplicate[]>;
  /** Live: contacts that may be one person, the first `limit` groups, and the merges that can be undone. */
  duplicates(limit: number, onQueue: (queue: DuplicateQueue) => void): Subscription<number>;
  /** The fields of the enabled plugins, ids `<plugin>.<id>`: they come back with `workspace`. */
  setPluginFields(fields: readonly FieldDef[]): void;
  /** The record this tab shows, for its colleagues. */
  setViewing(id: RecordId | undefined): void;
  /** Who answers the worker's questions to guards: asked before a command commits. Absent or late = deny where one is registered. */
  setGuard(ask: AskGuards, intents: readonly GuardIntent['on'][]): void;
  /** Tries to connect now instead of waiting for the back-off, to the relay and to the workspace's room. */
  reconnect(): void;
  /** A record's document as this device holds it, a Yjs V1 state; for typing in it together with others. */
  document(id: RecordId): Promise<Uint8Array | undefined>;
  /** Erases this device's copy (sign-out, wipe). Refused with `unsent` while there are unsent changes unless `force`. */
  wipe(force: boolean): Promise<Result<void, { readonly type: 'unsent'; readonly count: number }>>;
  /** Unsent changes as plain data, to save as a file before signing out. */
  unsent(): Promise<
    readonly {
      readonly id: RecordId;
      readonly name: string;
      readonly at: number;
      readonly changes: Record<string, Json>;
    }[]
  >;
  /** Takes a refused change out of the tray. False where it could not be stored. */
  dismissRefused(key: number): Promise<boolean>;
  close(): void;
}

/** For commands over more than 512 records, which are written in packs. */
export interface RunWatch {
  /** After every pack. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** No further pack is begun; the command gives what was written so far, with its undo. */
  readonly signal?: AbortSignal;
}

/** What is being typed, or a contact that is there. */
export type DuplicateQuestion = { readonly values: FormValues } | { readonly id: RecordId };

export interface Duplicate {
  readonly row: ListRow;
  /** What it shares: `phone` first. */
  readonly by: readonly MatchKind[];
}

export interface DuplicateQueue {
  /** Groups there are. */
  readonly total: number;
  /** Those with the youngest contact first. */
  readonly groups: readonly DuplicateGroup[];
  /** The latest first, at most 50. */
  readonly merges: readonly DuplicateMerge[];
}

export interface DuplicateGroup {
  /** The oldest first, at most 20. */
  readonly rows: readonly ListRow[];
  /** Contacts in the group. */
  readonly size: number;
  /** What two or more of them share. */
  readonly reasons: readonly { readonly kind: MatchKind; readonly value: string }[];
}

export interface DuplicateMerge {
  readonly kept: ListRow;
  /** The contact that was merged away. */
  readonly from: RecordId;
  /** Absent where this device does not hold it: then it cannot be undone here. */
  readonly gone?: ListRow;
  /** ms since 1970. */
  readonly at: number;
  readonly by: string;
}

export interface FieldQuestion {
  readonly entity: RecordType;
  readonly field: string;
  /** The type it would have, and the choices. */
  readonly as?: Pick<FieldDef, 'type' | 'choices'>;
}

/** Of live records this person may see. */
export interface FieldUse {
  readonly holding: number;
  /** Of those, which the other type cannot read; they stay as they are and are shown so. */
  readonly failing: number;
  /** A few examples, each value once, as texts: what it is now, and what it would be. */
  readonly converted: readonly { readonly from: string; readonly to: string }[];
  /** A few of those that fail. */
  readonly failed: readonly string[];
}

export interface Subscription<Q> {
  /** Asks something else over the same subscription; the old answer stays until the new one is there. */
  update(query: Q): void;
  stop(): void;
}

/** Records by type; 'internal' = members of the workspace, read-only rows with `values.name, email, phones, title, departmentId, role` (A2). */
export type ListSource = RecordType | 'internal';

export interface ListQuery {
  /** Sources in the order in which their rows come; more than one = one list in groups (A2, A23). */
  readonly sources: readonly ListSource[];
  /** Words over name, phone, email, owner, company; accents optional (đ = d), exact accents rank first (B12, A22). */
  readonly search?: string;
  readonly filter?: Filter;
  /** Default: createdAt, newest first (D2). `field` is a field id, 'createdAt' or 'updatedAt'. */
  readonly sort?: { readonly field: string; readonly desc: boolean };
  /** 'live' (default) = not deleted; 'bin' = recycle bin, latest deletion first. */
  readonly where?: 'live' | 'bin';
  readonly offset: number;
  readonly limit: number;
  /** A field of one choice: how many of the first source's matches hold each is counted (B11). */
  readonly countBy?: string;
}

export interface ListResult {
  readonly query: ListQuery;
  readonly rows: readonly ListRow[];
  readonly total: number;
  /** Matches per source, in the order asked. */
  readonly groups: readonly { readonly source: ListSource; readonly total: number }[];
  /** With `countBy`: by choice, '' = none. */
  readonly counts?: Readonly<Record<string, number>>;
}

export interface ListRow extends Row {
  readonly source: ListSource;
  /** ms since 1970, from the id. */
  readonly createdAt: number;
  /** Has changes the relay has not confirmed. */
  readonly pending?: boolean;
  /** Name of the company in `values.companyId`, where there is one. */
  readonly companyName?: string;
  /** `values.companyId` names a company that is not on this device: not visible, or not here yet. */
  readonly companyUnknown?: true;
  /** Of a contact: it is the representative of its company (E7). */
  readonly isRepresentative?: true;
  /** Of a company: its contacts that this device holds, without those in the recycle bin. */
  readonly contactCount?: number;
  /** Of a company: the representative, while it is one of these contacts. */
  readonly representative?: { readonly id: RecordId; readonly name: string };
}

export interface LiveRecord extends ListRow {
  /** Fields with an unconfirmed change (“Chờ đồng bộ”). */
  readonly pendingFields: readonly string[];
  readonly conflictValues: readonly Conflict[];
}

/** Two people wrote the same register without knowing of each other: the later one shows, the other can be taken. */
export interface Conflict {
  readonly key: string;
  readonly field: string;
  readonly winner: { readonly value: Json; readonly at: number };
  readonly losers: readonly { readonly value: Json; readonly at: number }[];
}

export type SyncPhase =
  | 'starting'
  | 'offline'
  | 'connecting'
  | 'first-sync'
  | 'catching-up'
  | 'live'
  /** The session ended or was revoked: local work goes on, sync waits for a sign-in. */
  | 'signed-out'
  /** This build is too old for the relay. */
  | 'upgrade-required';

export interface DataStatus {
  readonly phase: SyncPhase;
  /** Record changes the relay has not confirmed. */
  readonly unsent: number;
  /** ms since 1970; 0 = never. */
  readonly syncedAt: number;
  /** During the first sync: records stored and records to come. */
  readonly progress?: { readonly done: number; readonly total: number };
  /** Live records on the device, by type; `bin` = all in the recycle bin. */
  readonly counts: RecordCounts;
  /** What keeps the device from storing or sending. */
  readonly trouble?: Trouble;
  /** Set while the workspace's room is closed for good. */
  readonly roomEnd?: RoomEnd;
  /**
   * The device has not synced for more than so many days: nothing of the copy is shown or changed until the next sync,
   * nothing of it is lost (sync.md §5). Lists and records are empty, counts 0.
   */
  readonly locked?: { readonly days: number };
  /** The relay had this device's copy erased: signed out from elsewhere, or deactivated (sync.md §5). */
  readonly wiped?: true;
  /** The tray (P5): what somebody typed and the relay refused, in the last 30 days, the newest first. */
  readonly refused: readonly RefusedChange[];
}

export type RecordCounts = Readonly<Record<RecordType | 'bin' | 'sample', number>>;

export const NO_COUNTS = {
  ...(Object.fromEntries(RECORD_TYPES.map((type) => [type, 0])) as Record<RecordType, number>),
  bin: 0,
  sample: 0,
} satisfies RecordCounts;

export interface RefusedChange {
  readonly key: number;
  readonly id: RecordId;
  /** A `RejectReason`. */
  readonly reason: string;
  /** ms since 1970: when it was typed. */
  readonly at: number;
  /** When the relay's answer came. */
  readonly refusedAt?: number;
  /** Keys as a document holds them. */
  readonly changes: Readonly<Record<string, Json>>;
}

export type Trouble =
  | { readonly type: 'quota-exceeded' }
  | { readonly type: 'storage-blocked' }
  | { readonly type: 'storage-missing' }
  | { readonly type: 'storage-deleted' }
  | { readonly type: 'relay-full' }
  | { readonly type: 'worker-gone' };

export type CommandError =
  | {
      readonly type: 'invalid';
      readonly fields: readonly { readonly field: string; readonly error: Failure & Record<string, unknown> }[];
    }
  | { readonly type: 'denied'; readonly reason: string; readonly plugin?: string }
  | { readonly type: 'not-found' }
  | { readonly type: 'forbidden' }
  | { readonly type: 'cancelled' }
  | { readonly type: 'storage'; readonly trouble: Trouble };

/** What a command that wrote gives back; `undo` is what `undo` takes (kept for the session). */
export interface Done {
  readonly ids: readonly RecordId[];
  readonly undo: string;
}

/** Field id → value as the form holds it (checked and normalised by the command). */
export type FormValues = Readonly<Record<string, Json>>;

/** Every write there is. Names are noun.verb; one file each in `src/commands/`. */
export interface Commands {
  'contact.create': { input: { readonly values: FormValues }; output: Done };
  /** Only the given fields; collections are given whole (items keep their ids). `name: null` is refused as required. */
  'contact.edit': { input: { readonly id: RecordId; readonly values: FormValues }; output: Done };
  /** The same values in many contacts, one batch with one undo; those in the recycle bin stay. Needs `bulk`. */
  'contact.edit-many': { input: { readonly ids: readonly RecordId[]; readonly values: FormValues }; output: Done };
  /** To the recycle bin, one or many (B36). */
  'contact.delete': { input: { readonly ids: readonly RecordId[] }; output: Done };
  'contact.restore': { input: { readonly ids: readonly RecordId[] }; output: Done };
  /**
   * Gives contacts to somebody, one or many thousand, as one batch with one undo. Absent = stays; null = nobody's. Those
   * of a filter must not be in the recycle bin. More than one needs the `bulk` right.
   */
  'contact.assign': {
    input: {
      readonly to: { readonly ids: readonly RecordId[] } | { readonly filter: Filter };
      readonly ownerId?: string | null;
      readonly departmentId?: string | null;
    };
    output: Done;
  };
  /** Adds what was typed to a contact that is there: fills empty fields, adds numbers and addresses (D15). */
  'contact.supplement': { input: { readonly id: RecordId; readonly values: FormValues }; output: Done };
  /** These, at most 20, are not the same person, whatever they share. */
  'contact.distinct': { input: { readonly ids: readonly RecordId[] }; output: Done };
  /** Makes one of two: the older stays and gets what it lacks, and of the younger the values of the fields in `take`. */
  'contact.merge': {
    input: { readonly ids: readonly [RecordId, RecordId]; readonly take: readonly string[] };
    output: Done;
  };
  /** Undoes a merge of any time and any device; what was edited since stays. */
  'contact.unmerge': { input: { readonly id: RecordId; readonly from: RecordId }; output: Done };
  /** Writes the chosen value again, which settles the conflict. */
  'record.settle': { input: { readonly id: RecordId; readonly key: string; readonly value: Json }; output: Done };
  /**
   * Keeps what was typed into a long text: `typed` are the updates of a copy of the record's document (`document`) made
   * under a client id of its own, `received` what came into that copy from the record's room since the last call,
   * `text` what it says now. No undo: the editor has its own.
   */
  'record.type': {
    input: {
      readonly id: RecordId;
      readonly field: string;
      readonly received: readonly Uint8Array[];
      readonly typed: readonly Uint8Array[];
      readonly text: string;
    };
    output: Record<never, never>;
  };
  /**
   * Writes refused values again, as a new edit; a creation that was refused makes the record anew. `not-found` where it is
   * not on this device any more.
   */
  'record.retry': {
    input: { readonly id: RecordId; readonly changes: Readonly<Record<string, Json>> };
    output: Done;
  };
  /** Owner and department are the creator's unless given (`null` = nobody's). */
  'company.create': { input: { readonly values: FormValues }; output: Done };
  /** As `contact.edit`. */
  'company.edit': { input: { readonly id: RecordId; readonly values: FormValues }; output: Done };
  /** Contacts belong to the company from now on (E5); unlinked ones to none, and none is deleted (E6). */
  'company.link': { input: { readonly id: RecordId; readonly contactIds: readonly RecordId[] }; output: Done };
  'company.unlink': { input: { readonly id: RecordId; readonly contactIds: readonly RecordId[] }; output: Done };
  /** Its representative, one of its contacts, in place of the one before (E7); null = nobody. */
  'company.represent': { input: { readonly id: RecordId; readonly contactId: RecordId | null }; output: Done };
  /** Its contacts stay and belong to no company (D30); undo brings the links back. */
  'company.delete': { input: { readonly id: RecordId }; output: Done };
  'company.restore': { input: { readonly id: RecordId }; output: Done };
  'lead.create': { input: { readonly values: FormValues }; output: Done };
  /** As `contact.edit`; `invalid` with `lead-converted` for one that was converted (C26). */
  'lead.edit': { input: { readonly id: RecordId; readonly values: FormValues }; output: Done };
  /** As `contact.edit-many`; converted ones stay too. */
  'lead.edit-many': { input: { readonly ids: readonly RecordId[]; readonly values: FormValues }; output: Done };
  'lead.delete': { input: { readonly ids: readonly RecordId[] }; output: Done };
  'lead.restore': { input: { readonly ids: readonly RecordId[] }; output: Done };
  /**
   * The lead becomes a new contact with these values, or the contact `contact.id`, which gets of them what it lacks (as
   * `contact.supplement`); with `company` also a new company, unless that contact has one. One operation, one undo.
   * Needs `edit` of leads, and `create` (or `edit`) of contacts and companies as far as those are written.
   */
  'lead.convert': {
    input: {
      readonly id: RecordId;
      readonly contact: { readonly id?: RecordId | undefined; readonly values: FormValues };
      readonly company?: { readonly values: FormValues } | undefined;
    };
    output: Done & { readonly contactId: RecordId };
  };
  /** Makes `count` marked sample contacts; `sample.remove` discards all of them. */
  'sample.create': { input: { readonly count: number }; output: Done };
  'sample.remove': { input: Record<never, never>; output: { readonly count: number } };
  /** Discards everything an import made, on any device. */
  'import.undo': { input: { readonly batch: string }; output: { readonly count: number } };
  /** Undoes a command of this session. */
  undo: { input: { readonly token: string }; output: Done };
}

/** Asked in the tab, where plugins live, before a command of the worker commits. */
export type GuardIntent =
  | { readonly on: 'record.save'; readonly type: string; readonly id?: RecordId; readonly patch: Record<string, Json> }
  | { readonly on: 'record.remove'; readonly type: string; readonly ids: readonly RecordId[] };
export type GuardAnswer =
  { readonly allow: true } | { readonly allow: false; readonly reason: string; readonly plugin: string };
/** One answer for each intent, in order. */
export type AskGuards = (intents: readonly GuardIntent[]) => Promise<readonly GuardAnswer[]>;

/** One import at a time per tab: open → feed… → check (as often as the mapping changes) → write → (undo). */
export interface ImportPort {
  open(): Promise<string>;
  /** Rows as the file holds them, in order; cells are strings, numbers, booleans, Dates or null. At most 2,000 a call. */
  feed(job: string, rows: readonly (readonly unknown[])[] | PackedRows): Promise<void>;
  check(job: string, plan: ImportPlan): Promise<ImportCheck>;
  /** Writes the rows that passed the last check; `onProgress` at most 10 times a second. */
  write(
    job: string,
    onProgress: (progress: { readonly done: number; readonly total: number }) => void,
  ): Promise<ImportResult>;
  /** Stops after the chunk in work; `write` then resolves with `cancelled: true` and the true counts. */
  cancel(job: string): void;
  /** Rows that were not imported, with reasons, for the failed-rows file. */
  failed(
    job: string,
  ): Promise<
    readonly { readonly line: number; readonly cells: readonly unknown[]; readonly reasons: readonly ImportProblem[] }[]
  >;
  /** Forgets the rows. */
  close(job: string): void;
}

export interface ImportPlan {
  readonly type: 'contact';
  /** Column index → field id; columns not named are ignored. Two columns may feed `phones` or `emails`. */
  readonly columns: Readonly<Record<number, string>>;
  /** Values for fields no column gives (owner, department, source). */
  readonly defaults: FormValues;
  /** Line number of the first fed row in the file, from 1. */
  readonly firstLine: number;
}

export interface ImportProblem {
  /** Column index; absent for a problem of the whole row. */
  readonly column?: number;
  readonly field?: string;
  readonly error: Failure & Record<string, unknown>;
}

export interface ImportCheck {
  readonly total: number;
  readonly ready: number;
  readonly empty: number;
  readonly failing: number;
  /** Phones that were rewritten, by what happened: old 11-digit prefixes, lost leading zero… */
  readonly notes: { readonly migratedPhones: number; readonly repairedPhones: number };
  /** The first 200 problems, in file order. */
  readonly problems: readonly {
    readonly line: number;
    readonly cells: readonly unknown[];
    readonly reasons: readonly ImportProblem[];
  }[];
}

export interface ImportResult {
  readonly batch: string;
  readonly created: number;
  readonly failed: number;
  readonly empty: number;
  readonly companiesCreated: number;
  readonly cancelled: boolean;
  /** Why it stopped early, if it did (storage full); what was written before stays and is counted. */
  readonly trouble?: Trouble;
}

/** Rejection of calls that were under way when the worker went away. */
export class WorkerGone extends Error {
  override readonly name = 'WorkerGone';
}

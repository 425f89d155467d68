import type { Result } from '#core/kit/result.ts';
import type { Person } from '#core/access/person.ts';
import type { RecordType } from '#core/record/row.ts';
import type { HistoryEntry } from '#core/history/history.ts';
import type { Cursor } from '#core/protocol/messages.ts';
import type {
  CommittedEntry,
  Compaction,
  Erasure,
  Groups,
  LogEntry,
  ManifestPart,
  Page,
  PageLimits,
  PeopleRow,
  Push,
  PushOutcome,
  Reader,
  RecordMeta,
  RoomUpdates,
  Settled,
  StoreError,
  WorkspaceMeta,
} from './port.ts';

/** One write that waits for the next transaction. */
export type Write =
  | { readonly kind: 'commit'; readonly workspace: string; readonly pushes: readonly Push[] }
  | { readonly kind: 'append-room'; readonly room: string; readonly update: Uint8Array }
  | { readonly kind: 'compact-room'; readonly room: string; readonly upTo: number; readonly state: Uint8Array }
  | {
      readonly kind: 'erase';
      readonly workspace: string;
      readonly id: string;
      readonly user: string;
      readonly at: number;
    }
  | { readonly kind: 'settle'; readonly workspace: string }
  | { readonly kind: 'compact-log'; readonly workspace: string; readonly before: number; readonly limit: number }
  | { readonly kind: 'put-people'; readonly workspace: string; readonly rows: readonly PeopleRow[] };
/** What a write came to: outcomes of the pushes, one to one; the number of a room's update; nothing for most others. */
export type Effect = readonly PushOutcome[] | Compaction | Settled | Erasure | number | undefined;
export type Written = Result<Effect, StoreError>;

/** SQLite answers at once, PostgreSQL later. Both throw; `toError` of the engine says what a throw means. */
export type Answer<T> = T | Promise<T>;

/** A database as the store's thread drives it: the port's questions, and whole groups of writes. */
export interface StoreEngine {
  readonly incarnation: string;
  head(workspace: string): Answer<Cursor>;
  lastN(workspace: string, user: string, device: string): Answer<number>;
  countAfter(workspace: string, afterSeq: number, reader: Reader): Answer<number>;
  pull(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Answer<Page>;
  manifest(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Answer<ManifestPart>;
  groups(workspace: string, person: Person): Answer<Groups>;
  record(workspace: string, id: string): Answer<RecordMeta | undefined>;
  log(workspace: string, afterSeq: number, limit: number): Answer<readonly LogEntry[]>;
  history(workspace: string, id: string, before: number, limit: number): Answer<readonly HistoryEntry[]>;
  entries(workspace: string, afterSeq: number, limits: PageLimits): Answer<readonly CommittedEntry[]>;
  workspaceMeta(workspace: string): Answer<WorkspaceMeta>;
  workspaces(): Answer<readonly string[]>;
  countVisible(workspace: string, person: Person, type: RecordType): Answer<number>;
  people(workspace: string): Answer<readonly PeopleRow[]>;
  loadRoom(room: string, after: number): Answer<RoomUpdates>;
  /** Performs a group in one transaction; never throws. `took` is told how long a write of it needed, in ms. */
  write(group: readonly Write[], took?: (index: number, ms: number) => void): Answer<readonly Written[]>;
  toError(error: unknown): StoreError;
  close(): Answer<void>;
}

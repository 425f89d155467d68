import type { Filter } from '#core/filter/filter.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Directory } from '#core/record/field.ts';
import type { RecordType, Row } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { ListQuery, ListResult, ListRow, Subscription } from '#data-worker/port.ts';

/**
 * The read model (architecture.md §2): every row of the workspace in memory, column by column, in the data worker.
 * It answers every list, search, filter, sort and count. It is a cache of what `fold` says of the documents: it may be
 * thrown away and rebuilt at any time, and whoever changes a document must `apply` its new row.
 */
export interface Columns {
  /** Names behind ids, as lists show them; always the present ones, so it may be kept. */
  readonly directory: Directory;

  /** Takes rows in, new or changed; each replaces what was known of its id. Rows of a type no list knows are ignored. */
  apply(rows: readonly Row[]): void;
  /** Forgets rows for good (purged, no longer visible). Deleting to the bin is an `apply` with `deletedAt`. */
  remove(ids: readonly RecordId[]): void;
  /** Forgets every row (wipe); the workspace's data stay. */
  clear(): void;
  /** The row of an id, deleted and discarded ones included. */
  get(id: RecordId): Row | undefined;
  /** The same as lists show it. */
  listRow(id: RecordId): ListRow | undefined;
  has(id: RecordId): boolean;
  /** Ids of a type, deleted ones included. */
  ids(type: RecordType): RecordId[];
  /** Ids of all rows of a type that match, deleted and discarded ones included, oldest first. */
  find(type: RecordType, filter: Filter): RecordId[];
  /** The oldest live company of that name, compared without accents and case. */
  companyByName(name: string): RecordId | undefined;

  list(query: ListQuery): ListResult;
  counts(): ColumnCounts;
  /** A live list: `onResult` is called before this returns, and later whenever what it shows changed. */
  watch(query: ListQuery, onResult: (result: ListResult) => void): Subscription<ListQuery>;
  /** During bulk loads live lists are evaluated at most every 200 ms instead of every 16 ms. */
  bulk(on: boolean): void;

  /** Members (active ones are the internal rows), departments and fields; `me` is what `@me` in filters stands for. */
  setWorkspace(data: Pick<WorkspaceData, 'members' | 'departments' | 'fields'>, me: string): void;
  /** Exactly these rows have changes the relay has not confirmed. Ids without a row are remembered until it comes. */
  setPending(ids: Iterable<RecordId>): void;
  /** Adds or takes off the mark of some. */
  markPending(ids: Iterable<RecordId>, pending: boolean): void;

  /** Pack in which the replica finds the record; -1 = a row of its own, also for ids without a row. */
  packOf(id: RecordId): number;
  setPack(ids: readonly RecordId[], pack: number): void;

  /** Prepares the usual orders and searches ahead of the first question; one small step a call, false when all is done. */
  warm(): boolean;

  /** Segments (up to 4,096 rows each) whose saved form is out of date; internal rows have none. */
  dirtySegments(): number[];
  /** A segment's saved form, and the mark that it is saved. An empty segment gives `undefined`: delete what is stored. */
  dumpSegment(segment: number): Uint8Array | undefined;
  /**
   * Takes in what `dumpSegment` gave, under the same number, into columns that hold nothing of it yet.
   * Returns false, and changes nothing, for bytes of another version or broken ones: rebuild from the documents.
   */
  loadSegment(segment: number, bytes: Uint8Array): boolean;

  /** Stops live lists. */
  close(): void;
}

export interface ColumnCounts {
  /** Live rows. */
  readonly contact: number;
  readonly company: number;
  /** Contacts and companies in the recycle bin. */
  readonly bin: number;
  /** Live rows whose `batch` starts with 'sample'. */
  readonly sample: number;
}

export interface ColumnsOptions {
  /** Runs `task` once after `delayMs`; returns what calls it off. Default: setTimeout. */
  readonly schedule?: (task: () => void, delayMs: number) => () => void;
  /** ms, of a clock that does not jump. Default: performance.now. */
  readonly now?: () => number;
}

export { createColumns } from './create-columns.ts';

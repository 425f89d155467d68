import type { RecordId } from '#core/kit/ids.ts';
import type { Row } from '#core/record/row.ts';

/** One record as the read model takes it. */
export interface Projected {
  readonly row: Row;
  /** The pack that holds its document; absent when it has a row of its own. */
  readonly pack?: number;
}

/** The read model as the replica sees it; `src/columns` stands behind it. All calls are synchronous and in memory. */
export interface ProjectionPort {
  /** Adds or replaces rows. `bulk` = a page, a pack or a rebuild: listeners may be told late. */
  put(records: readonly Projected[], bulk: boolean): void;
  remove(ids: readonly RecordId[]): void;
  has(id: RecordId): boolean;
  /** Pack of a record that has no row of its own. */
  packOf(id: RecordId): number | undefined;
  /** The unconfirmed changes of these records came or went. */
  pendingChanged(ids: readonly RecordId[]): void;
}

/** The read model as bytes in segments; a cache that may be missing, old or of another format. */
export interface SnapshotPort {
  /** Name of the bytes' format; a snapshot of another name is thrown away. */
  readonly format: string;
  /** Segments changed since they were last taken; without bytes where a segment is empty now. They count as saved. */
  takeDirty(): readonly { readonly segment: number; readonly bytes: Uint8Array | undefined }[];
  /** Loads segments beside those that were loaded before. False = cannot be read, and the read model is empty again. */
  load(segments: readonly { readonly segment: number; readonly bytes: Uint8Array }[]): boolean;
  /** The lists shown last, as text, so that a next start shows them before its rows are loaded. */
  keepAnswers(): string;
  /** Shows them, until `ready`. */
  showAnswers(kept: string): void;
  /** Snapshot and documents are loaded: everything is answered from the rows. */
  ready(): void;
}

import * as v from 'valibot';
import type { RecordId } from '../kit/ids.ts';
import type { Json } from '../kit/json.ts';

/**
 * One field of a record as one person changed it. `key` names a register, an item or a text (row.ts `keyField` gives its
 * field); `null` = empty. `lost`: the value is in the document, but a later write of somebody else counts (I6).
 * `cut`: a long text, of which only the beginning is kept here.
 */
export interface FieldChange {
  readonly key: string;
  readonly before: Json;
  readonly after: Json;
  readonly lost?: boolean | undefined;
  readonly cut?: boolean | undefined;
}

/** What one entry of the log changed in a record. Author, device and time are the relay's word (L1). */
export interface HistoryEntry {
  /** Place in the log; names the entry within its record. */
  readonly seq: number;
  readonly user: string;
  readonly device: string;
  /** ms since 1970. */
  readonly at: number;
  /** It made the record. */
  readonly created: boolean;
  /** The record whose change had this one for a consequence (P6): the relay wrote it, not the person. */
  readonly cause?: RecordId | undefined;
  readonly changes: readonly FieldChange[];
}

/** Newest first. `next` = the `before` of the following page; absent on the last one. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  readonly next?: number | undefined;
}

/** Entries on one page of `GET /api/history/:recordId?before=<seq>`. */
export const HISTORY_PAGE = 50;

const json = v.custom<Json>((value) => value !== undefined);

/** The answer of `GET /api/history/:recordId`. */
export const historyPage = v.object({
  entries: v.array(
    v.object({
      seq: v.number(),
      user: v.string(),
      device: v.string(),
      at: v.number(),
      created: v.boolean(),
      cause: v.optional(v.string()),
      changes: v.array(
        v.object({
          key: v.string(),
          before: json,
          after: json,
          lost: v.optional(v.boolean()),
          cut: v.optional(v.boolean()),
        }),
      ),
    }),
  ),
  next: v.optional(v.number()),
});

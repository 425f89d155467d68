import { isId, type RecordId } from '../kit/ids.ts';
import type { Json } from '../kit/json.ts';
import type { Changes, Values } from '../record/row.ts';
import { itemsIn } from './duplicates.ts';

/** The register of a contact that was merged away: the contact it is now part of. */
export const MERGED_INTO = 'mergedInto';
/** The collection of a contact that others were merged into: one item a merge, with what it wrote and replaced. */
export const MERGES = 'merges';

/** One merge, as the contact that stayed keeps it: enough to undo it at any time on any device. */
export interface Merge {
  readonly id: string;
  /** The contact that was merged away. */
  readonly from: RecordId;
  /** ms since 1970. */
  readonly at: number;
  readonly by: string;
  /** What the merge wrote into the contact that stayed, and what stood there before (`null` for nothing). */
  readonly wrote: Changes;
  readonly before: Changes;
}

/**
 * The contact this one was merged into. The older one always stays (ids sort by creation), and what points the other way
 * counts for nothing: so two people who merge the same two offline mean the same, and no circle can arise.
 */
export function mergedInto(id: RecordId, values: Values): RecordId | undefined {
  const into = values[MERGED_INTO];
  return isId(into, 'contact') && into < id ? into : undefined;
}

/** The contact that stands for this one in the end; itself where it was not merged. `valuesOf`: of the records at hand. */
export function standsFor(id: RecordId, valuesOf: (id: RecordId) => Values | undefined): RecordId {
  for (let at = id; ;) {
    const values = valuesOf(at);
    const next = values && mergedInto(at, values);
    if (next === undefined) return at;
    at = next; // smaller every time, so it ends
  }
}

/** What an item of `merges` holds besides its id. */
export const mergeItem = ({ from, at, by, wrote, before }: Omit<Merge, 'id'>): Json => ({
  value: from,
  at,
  by,
  wrote,
  before,
});

/** The merges a contact keeps, the oldest first. What is not one is left out. */
export function mergesOf(values: Values): Merge[] {
  return itemsIn(values[MERGES])
    .flatMap((item) => {
      const { at, by, wrote, before } = item as Partial<Record<keyof Merge, unknown>>;
      if (typeof at !== 'number' || typeof by !== 'string' || !isChanges(wrote) || !isChanges(before)) return [];
      return [{ id: item.id, from: item.value, at, by, wrote, before }];
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

const isChanges = (value: unknown): value is Changes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

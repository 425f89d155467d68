import type { FieldChange, HistoryEntry } from '#core/history/history.ts';
import type { Json } from '#core/kit/json.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { changesBetween } from '#crdt/changes.ts';
import type { Author } from './port.ts';

/**
 * Who changed what in a record, in a table of its own: written in the transaction of the log entry, so that an
 * acknowledged edit is in it (I6), and untouched by compaction (L6).
 */
export function historyOf(
  id: RecordId,
  before: Uint8Array | undefined,
  after: Uint8Array,
  { user, device, at }: Author,
): Omit<HistoryEntry, 'seq'> {
  return { user, device, at, created: before === undefined, changes: changesBetween(id, before, after) };
}

/** Typing of one person in one text, without a longer pause, is one entry: a room commits several times a second. ms. */
const PAUSE_MS = 120_000;

/** The earlier entry with the later one taken in; undefined where they are two. */
export function joined(earlier: HistoryEntry | undefined, later: HistoryEntry): HistoryEntry | undefined {
  const [one, ...more] = later.changes;
  const [first, ...others] = earlier?.changes ?? [];
  if (!earlier || earlier.created || earlier.cause || !one || !first || more.length > 0 || others.length > 0)
    return undefined;
  if (!one.key.startsWith('text:') || one.key !== first.key) return undefined;
  const isSame = earlier.user === later.user && earlier.device === later.device;
  if (!isSame || later.at - earlier.at > PAUSE_MS) return undefined;
  return { ...earlier, at: later.at, changes: [{ ...one, before: first.before, ...(first.cut ? { cut: true } : {}) }] };
}

/** Only typing can be taken into the entry before it, so only then need that one be read. */
export const mayJoin = ({ changes }: HistoryEntry): boolean =>
  changes.length === 1 && changes[0]!.key.startsWith('text:');

/** A row of the table as both databases hold it. `changes` is JSON: `[key, before, after, flags?]`, 1 = lost, 2 = cut. */
export interface HistoryRow {
  readonly seq: number;
  readonly user: string;
  readonly device: string;
  readonly at: number;
  readonly created: boolean | 0 | 1;
  readonly cause: string | null;
  readonly changes: string;
}

type Packed = readonly [key: string, before: Json, after: Json, flags?: number];

export const packChanges = (changes: readonly FieldChange[]): string =>
  JSON.stringify(
    changes.map(({ key, before, after, lost, cut }): Packed => {
      const flags = (lost ? 1 : 0) | (cut ? 2 : 0);
      return flags === 0 ? [key, before, after] : [key, before, after, flags];
    }),
  );

export function unpackEntry({ seq, user, device, at, created, cause, changes }: HistoryRow): HistoryEntry {
  return {
    seq,
    user,
    device,
    at,
    created: created === true || created === 1,
    ...(cause === null ? {} : { cause }),
    changes: (JSON.parse(changes) as Packed[]).map(([key, before, after, flags = 0]) => ({
      key,
      before,
      after,
      ...(flags & 1 ? { lost: true } : {}),
      ...(flags & 2 ? { cut: true } : {}),
    })),
  };
}

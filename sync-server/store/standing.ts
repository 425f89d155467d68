import { fingerprint } from '#core/access/checksum.ts';
import { partitionKey, partitionOf, type PartitionKey } from '#core/access/partition.ts';
import { mergedInto } from '#core/contact/merged.ts';
import { idType, type RecordId } from '#core/kit/ids.ts';
import { SYSTEM_KEYS, type RecordType, type Row } from '#core/record/row.ts';
import { companyOf } from '#crdt/company-link.ts';
import { foldRecord } from '#crdt/fold.ts';

/** What the relay keeps beside a record's state so that it need not read the state again (L3). */
export interface Standing {
  readonly partition: PartitionKey;
  /** Neither in the recycle bin nor discarded nor merged into another contact: counted. */
  readonly live: boolean;
  /** Its part of the partition's checksum (V7). */
  readonly fingerprint: number;
  /** A contact's company, or the one it was taken from when that was deleted (P6). */
  readonly company: RecordId | undefined;
}

/** Where a merged state stands. */
export const standingOf = (id: RecordId, state: Uint8Array): Standing => standingOfRow(foldRecord(id, state));

export function standingOfRow({ id, values, updatedAt }: Row): Standing {
  const type = idType(id) as RecordType;
  return {
    partition: partitionKey(partitionOf(type, values)),
    live:
      values[SYSTEM_KEYS.deletedAt] === undefined &&
      values[SYSTEM_KEYS.discarded] === undefined &&
      mergedInto(id, values) === undefined,
    fingerprint: fingerprint(id, updatedAt),
    company: type === 'contact' ? companyOf(values) : undefined,
  };
}

/** How the records of a partition change in number, in living ones and in their checksum. */
export interface Tally {
  readonly records: number;
  readonly live: number;
  readonly sum: number;
}

/** Adds up what a transaction changes, so that each partition is written once. */
export function createTallies(): {
  move(before: Standing | undefined, after: Standing): void;
  readonly all: ReadonlyMap<PartitionKey, Tally>;
} {
  const all = new Map<PartitionKey, Tally>();
  const add = ({ partition, live, fingerprint: sum }: Standing, sign: 1 | -1) => {
    const found = all.get(partition) ?? { records: 0, live: 0, sum: 0 };
    all.set(partition, {
      records: found.records + sign,
      live: found.live + (live ? sign : 0),
      sum: found.sum + sign * sum,
    });
  };
  return {
    all,
    move(before, after) {
      if (before) add(before, -1);
      add(after, 1);
    },
  };
}

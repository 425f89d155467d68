import { createView } from '#core/access/access.ts';
import { parsePartition, type PartitionKey } from '#core/access/partition.ts';
import type { Person } from '#core/access/person.ts';
import type { GroupSum, StoredRecord } from '#core/protocol/messages.ts';
import type { RecordType } from '#core/record/row.ts';
import type { Reader } from './port.ts';

/** What a database knows of one partition. */
export interface PartitionRow {
  readonly key: PartitionKey;
  readonly records: number;
  readonly live: number;
  readonly sum: number;
}

/** A record as a page reads it. */
export interface PlacedRecord extends StoredRecord {
  readonly place: PartitionKey;
}

export const groupsOf = (records: readonly PlacedRecord[]): PartitionKey[] => [
  ...new Set(records.map(({ place }) => place)),
];

/** The partitions a reader's page may hold; undefined where it may hold all of them, so that nothing is asked of each. */
export function readableKeys(
  partitions: readonly PartitionRow[],
  { person, only }: Pick<Reader, 'person' | 'only'>,
): PartitionKey[] | undefined {
  const view = createView(person);
  if (view.all && !only) return undefined;
  const wanted = only && new Set(only);
  return partitions.map(({ key }) => key).filter((key) => view.sees(key) && (!wanted || wanted.has(key)));
}

/** The records that moved away from a reader: their last place is not one they see. */
export function dropsOf(
  moves: readonly { readonly id: string; readonly to: string | null }[],
  person: Person,
): string[] {
  const view = createView(person);
  return [...new Set(moves.filter(({ to }) => to === null || !view.sees(to)).map(({ id }) => id))];
}

export function visibleGroups(partitions: readonly PartitionRow[], person: Person): GroupSum[] {
  const view = createView(person);
  return partitions.filter(({ key }) => view.sees(key)).map(({ key, records, sum }) => ({ key, count: records, sum }));
}

/** Living records of a type in the partitions the person may see. */
export function countVisible(partitions: readonly PartitionRow[], person: Person, type: RecordType): number {
  const view = createView(person);
  let count = 0;
  for (const { key, live } of partitions) {
    if (parsePartition(key)?.type === type && view.sees(key)) count += live;
  }
  return count;
}

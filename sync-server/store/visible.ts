import { createView } from '#core/access/access.ts';
import { parsePartition, type PartitionKey } from '#core/access/partition.ts';
import type { Person } from '#core/access/person.ts';
import type { RecordType } from '#core/record/row.ts';

/** What a database knows of one partition. */
export interface PartitionRow {
  readonly key: PartitionKey;
  readonly records: number;
  readonly live: number;
  readonly sum: number;
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

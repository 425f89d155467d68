import type { Json } from '../kit/json.ts';
import { RECORD_TYPES, type RecordType, type Values } from '../record/row.ts';

/**
 * Each record stands in exactly one partition: its type and the tuple of its partition fields. Partitions are the
 * groups in which records are synced (sync.md §2): who may see one record of a partition may see all of it.
 */
export interface Partition {
  readonly type: RecordType;
  /** '' = nobody's. */
  readonly ownerId: string;
  /** '' = of no department. */
  readonly departmentId: string;
}

/** The fields a partition is made of, in the order in which they stand in its key. */
export const PARTITION_FIELDS = ['ownerId', 'departmentId'] as const;

/** A partition as short text: `contact:<owner>:<department>`. */
export type PartitionKey = string;

/** Stands for a value that is no id. It is not empty and equals no id, so no rule but "all" and negations find it. */
const NO_ID = '~';
const ID = /^[\w-]{1,64}$/;

export function partitionOf(type: RecordType, values: Values): Partition {
  return { type, ownerId: idOf(values['ownerId']), departmentId: idOf(values['departmentId']) };
}

function idOf(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return '';
  return typeof value === 'string' && ID.test(value) ? value : NO_ID;
}

export const partitionKey = ({ type, ownerId, departmentId }: Partition): PartitionKey =>
  `${type}:${ownerId}:${departmentId}`;

/** Reads a key; undefined for what is none, for instance of a record type this build does not know. */
export function parsePartition(key: PartitionKey): Partition | undefined {
  const parts = key.split(':');
  if (parts.length !== 3) return undefined;
  const [type, ownerId, departmentId] = parts as [string, string, string];
  const isType = (RECORD_TYPES as readonly string[]).includes(type);
  return isType && isPart(ownerId) && isPart(departmentId)
    ? { type: type as RecordType, ownerId, departmentId }
    : undefined;
}

const isPart = (text: string): boolean => text === '' || text === NO_ID || ID.test(text);

import type { RecordId } from '../kit/ids.ts';

/**
 * V7: what the records of a partition add up to. Relay and device each keep or compute `(count, sum)`; where they
 * differ, the device misses a record, has one too many, or holds an old state. `sum` is a plain sum of 32-bit hashes of
 * (id, time of the latest write), so records may be added and taken in any order; it stays an exact integer up to
 * 2 million records a partition.
 */
export interface Checksum {
  readonly count: number;
  readonly sum: number;
}

export const NO_RECORDS: Checksum = { count: 0, sum: 0 };

/** 32 bits that stand for one record at one state (FNV-1a over both, finished as in MurmurHash3). `updatedAt` as in `Row`. */
export function fingerprint(id: RecordId, updatedAt: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ ((updatedAt % 0x1_0000_0000) | 0), 0x85ebca6b);
  hash = Math.imul(hash ^ Math.floor(updatedAt / 0x1_0000_0000), 0xc2b2ae35);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

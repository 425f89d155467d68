import type { HlcClock } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Stamp } from '#crdt/record.ts';
import type { RefusedRow } from './database.ts';
import type { Documents } from './documents.ts';
import type { Journal } from './journal.ts';
import type { Pending } from './pending.ts';
import type { ProjectionPort } from './projection.ts';
import type { Queue } from './queue.ts';

/**
 * What the parts of an open replica share. Everything that reads a document in order to write it runs in `queue`, one
 * job at a time; so does whatever changes `pending` and the read model, which therefore always say the same as the disk.
 */
export interface ReplicaCore {
  readonly journal: Journal;
  readonly documents: Documents;
  readonly pending: Pending;
  readonly projection: ProjectionPort;
  readonly clock: HlcClock;
  readonly queue: Queue;
  /** From so many records on they are stored as one pack: hundreds of rows cost the disk ten times as much. */
  readonly packFrom: number;
  /** ms since 1970, by this device. */
  readonly now: () => number;
  /** A stamp for one command's writes. */
  stamp(): Stamp;
  /** From here on stamps carry another client id: documents went back to an earlier state, clocks would repeat. */
  renewClientId(): void;
  /** The relay did not take these; they are stored and are shown from now on. */
  refuse(rows: readonly RefusedRow[]): void;
  /** What was refused of these records is not stored any more. */
  forget(ids: readonly RecordId[]): void;
  /** Something a status shows has changed. */
  changed(): void;
}

import { encodePack } from '#core/protocol/codec.ts';
import type { StoredRecord } from '#core/protocol/messages.ts';
import type { ReplicaCore } from './core.ts';
import { deflate } from './deflate.ts';
import { cut } from './outbox.ts';

/** Records that are about to be stored side by side. */
export interface NewPack<R extends StoredRecord = StoredRecord> {
  readonly records: readonly R[];
  /** Deflated. */
  readonly bytes: Uint8Array;
}

/** To be called before the transaction: IndexedDB waits for nothing but itself. */
export const makePacks = <R extends StoredRecord>(records: readonly R[]): Promise<NewPack<R>[]> =>
  Promise.all(
    cut(records, (r) => r.state.length + r.id.length + 8).map(async (part) => ({
      records: part,
      bytes: await deflate(encodePack(part)),
    })),
  );

/** Adds the pack in a write transaction and removes rows its records had of their own; answers its id. */
export async function addPack(
  { journal: { db }, documents }: Pick<ReplicaCore, 'journal' | 'documents'>,
  rev: number,
  { records, bytes }: NewPack,
): Promise<number> {
  const own = documents.mayHaveOwnRow(records.map((r) => r.id));
  const [id] = await Promise.all([
    db.packs.add({ rev, count: records.length, deflated: true, bytes }),
    own.length > 0 && db.records.bulkDelete(own),
  ]);
  return id;
}

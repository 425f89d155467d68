import { encodePack } from '#core/protocol/codec.ts';
import { LIMITS, type StoredRecord } from '#core/protocol/messages.ts';
import type { ReplicaCore } from './core.ts';
import { deflate } from './deflate.ts';
import { foldRecord } from '#crdt/fold.ts';

/** A pack is worth rewriting when less than this part of it is still read from it. */
const SPARSE = 0.5;

/** One step of the pack rewriting. `next` = where to go on; undefined = the round is done. */
export interface CompactStep {
  readonly next: number | undefined;
  readonly rewritten: number;
}

/**
 * Looks at a few packs from `fromId` on and puts what is left of the sparse ones into one new pack. Packs an outbox
 * row still needs stay. One transaction: before it everything is read from the old packs, after it from the new one.
 */
export function compactStep(core: ReplicaCore, fromId: number, packsAStep = 4): Promise<CompactStep> {
  return core.queue(async () => {
    const { journal, projection, documents } = core;
    const { db } = journal;
    const read = await journal.read(() =>
      db.packs
        .where('id')
        .aboveOrEqual(fromId)
        .limit(packsAStep + 1)
        .primaryKeys(),
    );
    if (!read.ok) return { next: undefined, rewritten: 0 };
    const next = read.value[packsAStep];
    const needed = new Set((await db.outbox.toArray()).map((row) => row.packId));
    const old: number[] = [];
    const left: StoredRecord[] = [];
    for (const packId of read.value.slice(0, packsAStep)) {
      if (needed.has(packId)) continue;
      const records = [...(await documents.pack(packId)).values()];
      const live = records.filter((r) => projection.packOf(r.id) === packId);
      if (live.length >= records.length * SPARSE || left.length + live.length > LIMITS.pageRecords) continue;
      // a record the read model does not know (of a newer build) is not there to be judged: its pack stays
      if (records.some((r) => !projection.has(r.id))) continue;
      old.push(packId);
      left.push(...live);
    }
    if (old.length === 0) return { next, rewritten: 0 };
    const bytes = left.length > 0 ? await deflate(encodePack(left)) : undefined;
    let pack: number | undefined;
    const written = await journal.write(async (rev) => {
      pack = bytes ? await db.packs.add({ rev, count: left.length, deflated: true, bytes }) : undefined;
      await db.packs.bulkDelete(old);
      return {};
    });
    if (!written.ok) return { next: undefined, rewritten: 0 };
    for (const id of old) documents.forget(id);
    if (pack !== undefined) {
      const packId = pack;
      projection.put(
        left.map((r) => ({ row: foldRecord(r.id, r.state), pack: packId })),
        false,
      );
    }
    return { next, rewritten: old.length };
  });
}

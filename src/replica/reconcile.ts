import type { RecordId } from '#core/kit/ids.ts';
import { ok, type Result } from '#core/kit/result.ts';
import type { StoredRecord } from '#core/protocol/messages.ts';
import { canonicalState, mergeRecord, missingUpdate } from '#crdt/record.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange } from './database.ts';
import { unpack } from './documents.ts';
import { cutPushes, loadPending, renumberOutbox } from './outbox.ts';
import type { StorageTrouble } from './trouble.ts';

/**
 * The relay's database is another one than before (L5: a backup was restored, a new one was set up), so what was
 * acknowledged may be missing there. While everything is pulled again this notes what the relay lacks; `finish` puts it
 * at the front of the outbox, numbered from the relay's `lastN`, and adopts the new log in one transaction. Until then
 * nothing is pushed and the old cursor stands: whoever is interrupted starts over.
 */
export interface Reconcile {
  /** The relay has these; `local` is what the device has of them. */
  saw(records: readonly StoredRecord[], local: ReadonlyMap<RecordId, StoredRecord>): void;
  /** The relay has these just as the device has them. */
  same(ids: readonly RecordId[]): void;
  finish(seq: number, syncedAt: number): Promise<Result<unknown, StorageTrouble>>;
}

export function createReconcile(core: ReplicaCore, incarnation: string, lastN: number): Reconcile {
  const seen = new Set<RecordId>();
  const lacking = new Map<RecordId, Uint8Array>();
  const { journal, documents } = core;

  /** Every record on the device, also those of types this build does not know. */
  async function unseen(): Promise<RecordId[]> {
    const ids = new Set<RecordId>();
    for (const packId of await journal.db.packs.toCollection().primaryKeys()) {
      const pack = await journal.db.packs.get(packId);
      for (const record of pack ? await unpack(pack) : []) ids.add(record.id);
    }
    for (const id of await journal.db.records.toCollection().primaryKeys()) ids.add(id);
    // an import that was never sent, and not touched since, is on its way in the outbox as it is
    const waits = (id: RecordId) => core.pending.creates(id) && core.projection.packOf(id) !== undefined;
    return [...ids].filter((id) => !seen.has(id) && !waits(id));
  }

  return {
    saw(records, local) {
      for (const { id, state } of records) {
        seen.add(id);
        lacking.delete(id);
        const known = local.get(id);
        if (!known) continue;
        const merged = mergeRecord(id, state, known.state);
        if (canonicalState(id, merged) !== canonicalState(id, state)) lacking.set(id, missingUpdate(id, state, merged));
      }
    },
    same(ids) {
      for (const id of ids) seen.add(id);
    },
    async finish(seq, syncedAt) {
      const again: OutboxChange[] = [...lacking].map(([id, update]) => ({ id, update, again: true }));
      const read = await journal.read(async () => {
        for (const { id, state } of (await documents.read(await unseen())).values()) {
          again.push({ id, update: state, create: true, again: true });
        }
      });
      if (!read.ok) return read;
      const renumbered = await journal.read(() => renumberOutbox(core, lastN, cutPushes(again, 1, core.now())));
      if (!renumbered.ok) return renumbered;
      const written = await journal.write(async () => ({
        ...(await renumbered.value.store()),
        cursor: { incarnation, seq },
        syncedAt,
      }));
      if (!written.ok) return written;
      await loadPending(core, renumbered.value.rows);
      core.projection.pendingChanged(again.map((c) => c.id));
      return ok(undefined);
    },
  };
}

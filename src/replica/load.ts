import type { RecordId } from '#core/kit/ids.ts';
import { foldRecord } from '#crdt/fold.ts';
import type { ReplicaCore } from './core.ts';
import { unpack } from './documents.ts';
import type { Projected, SnapshotPort } from './projection.ts';

/** Packs read and inflated at a time: enough to keep the disk busy, little enough to keep memory flat. */
const PACKS_AT_ONCE = 8;
const ROWS_AT_ONCE = 2_000;
const SEGMENTS_AT_ONCE = 1;

/**
 * Fills the empty read model: from the snapshot, and from the documents that are newer than it. A snapshot that is
 * missing, of another format or unreadable counts as one of revision 0: everything is folded anew. Both ways end with
 * the same rows (I10). Returns whether a snapshot was used.
 */
export async function loadReadModel(core: ReplicaCore, snapshot: SnapshotPort): Promise<boolean> {
  const { db } = core.journal;
  await showAnswers(core, snapshot);
  const rev = await loadSnapshot(core, snapshot);
  if (rev === 0) snapshot.ready(); // a rebuild takes its time: what is there is shown
  const packIds = await db.packs.where('rev').above(rev).primaryKeys();
  packIds.sort((a, b) => a - b); // the newest pack counts: it is put last
  const ownRows: ReadonlySet<RecordId> =
    packIds.length > 0 ? new Set(await db.records.toCollection().primaryKeys()) : new Set();
  for (let i = 0; i < packIds.length; i += PACKS_AT_ONCE) {
    const packs = await db.packs.bulkGet(packIds.slice(i, i + PACKS_AT_ONCE));
    const unpacked = await Promise.all(
      packs.map(async (pack) => (pack ? { pack, records: await unpack(pack) } : undefined)),
    );
    for (const found of unpacked) {
      if (!found) continue;
      const rows: Projected[] = [];
      for (const { id, state } of found.records) {
        if (!ownRows.has(id)) rows.push({ row: foldRecord(id, state), pack: found.pack.id });
      }
      core.projection.put(rows, true);
    }
  }
  const recordIds = await db.records.where('rev').above(rev).primaryKeys();
  for (let i = 0; i < recordIds.length; i += ROWS_AT_ONCE) {
    const records = await db.records.bulkGet(recordIds.slice(i, i + ROWS_AT_ONCE));
    const rows: Projected[] = [];
    const gone: RecordId[] = [];
    for (const record of records) {
      if (record?.state) rows.push({ row: foldRecord(record.id, record.state) });
      else if (record) gone.push(record.id);
    }
    core.projection.put(rows, true);
    if (gone.length > 0) core.projection.remove(gone);
  }
  return rev > 0;
}

/** What lists said when the device was last used: right as long as nothing was written since. */
async function showAnswers({ journal }: ReplicaCore, snapshot: SnapshotPort): Promise<void> {
  const found = await journal.db.meta.get('answers');
  if (found?.key !== 'answers' || found.value.format !== snapshot.format || found.value.rev !== journal.state().rev)
    return;
  snapshot.showAnswers(found.value.kept);
}

/** The revision the loaded snapshot is good for; 0 = none was loaded. */
async function loadSnapshot(core: ReplicaCore, snapshot: SnapshotPort): Promise<number> {
  const { db } = core.journal;
  const found = await db.meta.get('snapshot');
  // one that counts as none may hold what was taken back (I5)
  if (!found) await core.journal.writeAside(() => db.snapshot.clear());
  if (found?.key !== 'snapshot' || found.value.format !== snapshot.format) return 0;
  // the last one first: room for all of them is made once
  const keys = (await db.snapshot.toCollection().primaryKeys()).reverse();
  if (keys.length !== found.value.segments) return 0;
  // some at a time: a list that is asked for meanwhile does not wait for all of them
  for (let i = 0; i < keys.length; i += SEGMENTS_AT_ONCE) {
    const segments = await db.snapshot.bulkGet(keys.slice(i, i + SEGMENTS_AT_ONCE));
    if (!snapshot.load(segments.filter((segment) => segment !== undefined))) return 0;
  }
  return found.value.rev;
}

import { createHlcClock } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { ok, type Result } from '#core/kit/result.ts';
import type { Changes } from '#core/record/row.ts';
import { openAwayClock, type AwayClock } from './away.ts';
import { compactStep, type CompactStep } from './compact.ts';
import type { ReplicaCore } from './core.ts';
import type { RefusedRow } from './database.ts';
import { createDocuments } from './documents.ts';
import { createEdits, type Edits } from './edits.ts';
import { openJournal, type JournalOptions } from './journal.ts';
import { loadReadModel } from './load.ts';
import { loadPending, outboxRow } from './outbox.ts';
import { createPending, type Pending } from './pending.ts';
import type { ProjectionPort, SnapshotPort } from './projection.ts';
import { createQueue } from './queue.ts';
import { valuesOf } from './refusal.ts';
import { createRelaySide, type RelaySide } from './remote.ts';
import { createSnapshotWriter, type Schedule } from './snapshot.ts';
import type { StorageTrouble } from './trouble.ts';

/**
 * The records of one person in one workspace on one device (architecture.md §1). Guarantees: what `commit` or
 * `commitPack` resolved with `ok` survives a crash of the device and reaches the relay exactly once; the read model says
 * what the documents say (I10). Relies on being the only replica of its database (`journal.ts` watches over that).
 */
export interface Replica extends Edits {
  readonly relay: RelaySide;
  readonly pending: Pick<Pending, 'has' | 'ids' | 'fields' | 'count'>;
  /** What the relay refused in the last 30 days, the newest first; at most 200 (P5). */
  refused(): readonly RefusedRow[];
  /** Takes one out of the refused ones: it was read, copied or said again. */
  dismiss(key: number): Promise<Result<void, StorageTrouble>>;
  /** ms since 1970; 0 = never. */
  syncedAt(): number;
  /** A record's document; undefined when it is not on the device. */
  document(id: RecordId): Promise<Uint8Array | undefined>;
  /** The outbox as plain data, oldest first. */
  unsent(): Promise<readonly { readonly id: RecordId; readonly at: number; readonly changes: Changes }[]>;
  /** Writes the snapshot now; for when the page is being hidden. */
  flush(): Promise<void>;
  /** One step of rewriting sparse packs; for idle times. */
  compact(fromId: number): Promise<CompactStep>;
  /** Lets running writes finish and the database go. */
  close(): Promise<void>;
  /** Erases the database. */
  erase(): Promise<void>;
}

export interface ReplicaOptions extends JournalOptions {
  readonly projection: ProjectionPort;
  readonly snapshot: SnapshotPort;
  /** ms since 1970, by this device; may be wrong. */
  readonly now: () => number;
  /** A new Yjs client id: random, unsigned 32 bit. */
  readonly randomClientId: () => number;
  readonly schedule: Schedule;
  /** As `ReplicaCore.packFrom`; for tests, which have few records. */
  readonly packFrom?: number;
  /** The outbox, the read model or anything else a status shows changed. */
  readonly onChange: () => void;
  /** Called before anything of the copy is read: it may be too old to be shown. */
  readonly onAway?: (away: AwayClock) => void;
}

/** `ReplicaCore.packFrom` unless told. */
const PACK_FROM = 32;

/** How long refused values can still be read and copied (P5). */
const REFUSED_KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Opens the database and fills the read model from it. */
export async function openReplica(options: ReplicaOptions): Promise<Result<Replica, StorageTrouble>> {
  const { projection, snapshot, now } = options;
  const opened = await openJournal(options);
  if (!opened.ok) return opened;
  const journal = opened.value;
  const { db } = journal;
  options.onAway?.(await openAwayClock(journal, now));
  const clock = createHlcClock(now, journal.state().hlc);
  let clientId = options.randomClientId();
  const refused: RefusedRow[] = [];
  const core: ReplicaCore = {
    journal,
    projection,
    clock,
    now,
    documents: createDocuments(db, projection, () => journal.state().rev),
    pending: createPending(),
    queue: createQueue(),
    packFrom: options.packFrom ?? PACK_FROM,
    stamp: () => ({ hlc: clock.next(), clientId }),
    renewClientId: () => void (clientId = options.randomClientId()),
    refuse: (rows) => void refused.unshift(...rows),
    forget(ids) {
      for (let i = refused.length - 1; i >= 0; i--) if (ids.includes(refused[i]!.id)) refused.splice(i, 1);
    },
    changed() {
      writer.soon();
      options.onChange();
    },
  };
  const writer = createSnapshotWriter(core, snapshot, options.schedule, now);

  const loaded = await core.queue(() =>
    journal.read(async () => {
      const old = await db.refused.filter((row) => now() - (row.refusedAt ?? row.at) > REFUSED_KEPT_MS).primaryKeys();
      if (old.length > 0) await db.refused.bulkDelete(old);
      refused.push(...(await db.refused.orderBy('key').reverse().limit(200).toArray()));
      for (const id of await db.records.where('gone').equals(1).primaryKeys()) core.documents.gone.add(id);
      const fromSnapshot = await loadReadModel(core, snapshot);
      await loadPending(core, await db.outbox.orderBy('n').toArray());
      snapshot.ready();
      return fromSnapshot;
    }),
  );
  if (!loaded.ok) {
    journal.close();
    return loaded;
  }
  if (!loaded.value) writer.soon();

  return ok({
    ...createEdits(core),
    // what was taken back must not wait in the snapshot
    relay: createRelaySide(core, () => void writer.flush()),
    pending: core.pending,
    refused: () => refused.slice(0, 200),
    dismiss: (key) =>
      core.queue(async () => {
        const written = await journal.write(async () => {
          await db.refused.delete(key);
          return {};
        });
        if (!written.ok) return written;
        const at = refused.findIndex((row) => row.key === key);
        if (at >= 0) refused.splice(at, 1);
        core.changed();
        return ok(undefined);
      }),
    syncedAt: () => journal.state().syncedAt,
    document: async (id) => {
      const read = await core.queue(() =>
        journal.read(async () => {
          const found = await core.documents.read([id]);
          core.documents.holdRead(found.values());
          return found;
        }),
      );
      return read.ok ? read.value.get(id)?.state : undefined;
    },
    async unsent() {
      const read = await core.queue(() =>
        journal.read(async () => {
          const found: { id: RecordId; at: number; changes: Changes }[] = [];
          for (const n of await db.outbox.orderBy('n').primaryKeys()) {
            const entry = await outboxRow(core, n);
            for (const { id, update, values } of entry?.changes ?? []) {
              found.push({ id, at: entry!.row.at, changes: values ?? Object.fromEntries(valuesOf(id, update)) });
            }
          }
          return found;
        }),
      );
      return read.ok ? read.value : [];
    },
    flush: () => writer.flush(),
    compact: (fromId) => compactStep(core, fromId),
    async close() {
      writer.stop();
      await core.queue(async () => journal.close());
    },
    async erase() {
      writer.stop();
      await core.queue(() => journal.erase());
    },
  });
}

import type { ReplicaCore } from './core.ts';
import type { SnapshotPort } from './projection.ts';

/** Runs `task` after `delayMs`; returns what calls it off. */
export type Schedule = (task: () => void, delayMs: number) => () => void;

/** How long the read model rests before its dirty segments are written, and how long it may go without. */
const AFTER_MS = 1_500;
const AT_MOST_MS = 15_000;

/** Writes the read model's dirty segments some time after changes. Losing any of it costs a slower start, no data. */
export interface SnapshotWriter {
  /** Something changed. */
  soon(): void;
  /** Writes now, when anything is dirty: the page is being hidden. */
  flush(): Promise<void>;
  stop(): void;
}

export function createSnapshotWriter(
  core: Pick<ReplicaCore, 'journal' | 'queue'>,
  snapshot: SnapshotPort,
  schedule: Schedule,
  now: () => number,
): SnapshotWriter {
  let cancel: (() => void) | undefined;
  let dirtySince: number | undefined;
  let broken = false;
  let writtenRev = 0;

  // in the queue: there the read model says what the disk says, so the revision names exactly what is dumped
  const flush = () =>
    core.queue(async () => {
      cancel?.();
      cancel = undefined;
      dirtySince = undefined;
      if (broken) return;
      const { db, state } = core.journal;
      const { rev } = state();
      if (rev === writtenRev) return;
      const dirty = snapshot.takeDirty();
      const kept = snapshot.keepAnswers();
      const written = await core.journal.writeAside(async () => {
        await db.snapshot.bulkPut(dirty.flatMap(({ segment, bytes }) => (bytes ? [{ segment, bytes }] : [])));
        await db.snapshot.bulkDelete(dirty.filter((d) => !d.bytes).map((d) => d.segment));
        const segments = await db.snapshot.count();
        await db.meta.bulkPut([
          { key: 'snapshot', value: { rev, format: snapshot.format, segments } },
          { key: 'answers', value: { rev, format: snapshot.format, kept } },
        ]);
      });
      if (written.ok) return void (writtenRev = rev);
      // what is on the disk no longer fits what the read model counts as saved: no more of it, the next start rebuilds
      broken = true;
      await core.journal.writeAside(() => db.meta.bulkDelete(['snapshot', 'answers']));
    });

  return {
    soon() {
      cancel?.();
      dirtySince ??= now();
      const delay = Math.max(0, Math.min(AFTER_MS, dirtySince + AT_MOST_MS - now()));
      cancel = schedule(() => void flush(), delay);
    },
    flush,
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

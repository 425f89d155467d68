import type { AwayClock } from '#replica/away.ts';
import type { Schedule } from '#replica/snapshot.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How often it looks at the clock while nothing else happens. */
const LOOK_EVERY_MS = 60_000;

/**
 * Locks the copy of a device that has not synced for too long (sync.md §5): nothing of it is read or written until the
 * next sync, and nothing of it is lost. The link goes on meanwhile; `look` after a sync opens it again.
 */
export interface OfflineLock {
  /** May the copy be read? Not while it is locked, nor before that is known. */
  isOpen(): boolean;
  /** The limit in days, while it is exceeded. */
  exceeded(): number | undefined;
  /** The database is being opened. */
  starting(): void;
  /** It is open, and so long without a sync. */
  opened(away: AwayClock): void;
  /** There is no copy to lock. */
  none(): void;
  /** A sync, a setting or the clock may have changed it. */
  look(): void;
  stop(): void;
}

export interface OfflineLockOptions {
  /** The workspace's setting; undefined while it is not known. */
  readonly days: () => number | undefined;
  readonly defaultDays: number;
  readonly schedule: Schedule;
  /** Locked or opened. */
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

export function createOfflineLock(options: OfflineLockOptions): OfflineLock {
  let copy: AwayClock | 'unknown' | 'none' = 'unknown';
  let wasOpen = false;
  let cancel = () => {};

  function exceeded(): number | undefined {
    if (typeof copy === 'string') return undefined;
    const limit = options.days() ?? copy.days() ?? options.defaultDays;
    return copy.ms() > limit * DAY_MS ? limit : undefined;
  }
  const isOpen = () => copy !== 'unknown' && exceeded() === undefined;

  function look(): void {
    cancel();
    cancel = () => {};
    if (typeof copy !== 'string') {
      const days = options.days();
      const isNew = days !== undefined && days !== copy.days();
      if (isNew || copy.ms() >= LOOK_EVERY_MS) copy.look(days).catch(options.onError);
      cancel = options.schedule(look, LOOK_EVERY_MS);
    }
    if (isOpen() === wasOpen) return;
    wasOpen = !wasOpen;
    options.onChange();
  }

  const become = (next: typeof copy) => {
    copy = next;
    look();
  };
  return {
    isOpen,
    exceeded,
    starting: () => become('unknown'),
    opened: (away) => become(away),
    none: () => become('none'),
    look,
    stop: () => cancel(),
  };
}

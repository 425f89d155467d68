import type { AwayState } from './database.ts';
import type { Journal } from './journal.ts';

/**
 * How long this device has been without a sync (sync.md §5), kept so that it survives restarts. It adds up what the
 * device's clock went forward between two looks, so that a clock that is turned back takes nothing away again.
 */
export interface AwayClock {
  /** ms since the last sync, as far as this device saw time pass; 0 for one that never synced. */
  ms(): number;
  /** The limit it was told last, in days; undefined before the first time. */
  days(): number | undefined;
  /** Notes the time, and a new limit where one is given. */
  look(days?: number): Promise<void>;
}

/** What `before` has become by `now`, with the relay's last word at `syncedAt`; all by this device's clock. */
export function passed(before: AwayState | undefined, syncedAt: number, now: number): AwayState {
  const since = before?.syncedAt === syncedAt ? before : { ...before, ms: 0, at: syncedAt || now, syncedAt };
  return { ...since, ms: since.ms + Math.max(0, now - since.at), at: now };
}

export async function openAwayClock(journal: Journal, now: () => number): Promise<AwayClock> {
  const { db, state } = journal;
  const read = await journal.read(() => db.meta.get('away'));
  let noted = read.ok && read.value?.key === 'away' ? read.value.value : undefined;
  const current = () => passed(noted, state().syncedAt, now());
  return {
    ms: () => (state().syncedAt === 0 ? 0 : current().ms),
    days: () => noted?.days,
    async look(days = noted?.days) {
      const value: AwayState = { ...current(), ...(days === undefined ? {} : { days }) };
      noted = value;
      await journal.writeAside(async () => void (await db.meta.put({ key: 'away', value })));
    },
  };
}

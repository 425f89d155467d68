import * as v from 'valibot';

/** Devices that were not there for longer are listed; ms. */
export const SILENT_MS = 3 * 24 * 60 * 60 * 1000;
/** Most devices in the list. */
export const SILENT_LISTED = 100;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * How the sync of the workspace fares, for those with the settings right: the answer of `GET /api/sync-status`. Times are
 * ms since 1970. What is counted is of one relay, since it started and for 24 hours at most; the log and the devices
 * that stayed away are the workspace's.
 */
export const syncStatus = v.object({
  relay: v.object({ version: v.string(), startedAt: v.number() }),
  /** Connected now; `behind` = they still receive what they lack. */
  devices: v.object({ connected: count, behind: count }),
  /** Texts that are open for live typing, the workspace's own document included. */
  rooms: v.object({ connected: count }),
  /** `lastAt` = when the last change was committed; null where there was none. */
  log: v.object({ entries: count, lastAt: v.nullable(v.number()) }),
  /** ms within which half, and 95 of 100, of the last commits were done; null where there were none yet. */
  commits: v.nullable(v.object({ medianMs: v.number(), slowMs: v.number() })),
  /** Changes that wait for their COMMIT. */
  waiting: count,
  /** Changes that were refused, the most frequent reason first. */
  refused: v.array(v.object({ reason: v.string(), count })),
  /** Devices that had something else than the relay (V7). */
  mismatches: count,
  /** `freeBytes` null where the database is on another machine. */
  storage: v.object({
    state: v.picklist(['ok', 'full', 'failing', 'gone']),
    freeBytes: v.nullable(v.number()),
  }),
  /** Signed in, and not there for `SILENT_MS`; the longest ago first, `SILENT_LISTED` at most. */
  silent: v.array(v.object({ user: v.string(), agent: v.string(), seenAt: v.number() })),
});
export type SyncStatus = v.InferOutput<typeof syncStatus>;

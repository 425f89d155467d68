const HOUR_MS = 60 * 60 * 1000;
const DAY_HOURS = 24;

/** How often each of some things happened in the last 24 hours, to the hour. */
export function createDayCount(now: () => number) {
  const hours = new Map<number, Map<string, number>>();
  const hour = () => Math.floor(now() / HOUR_MS);

  function forgetOld(): void {
    for (const key of hours.keys()) if (key <= hour() - DAY_HOURS) hours.delete(key);
  }

  return {
    add(what: string, by = 1) {
      forgetOld();
      const counts = hours.get(hour()) ?? new Map<string, number>();
      hours.set(hour(), counts.set(what, (counts.get(what) ?? 0) + by));
    },
    /** The most frequent first. */
    all(): readonly (readonly [what: string, count: number])[] {
      forgetOld();
      const sums = new Map<string, number>();
      for (const counts of hours.values()) for (const [what, n] of counts) sums.set(what, (sums.get(what) ?? 0) + n);
      return [...sums].sort((a, b) => b[1] - a[1]);
    },
  };
}
export type DayCount = ReturnType<typeof createDayCount>;

/** The last durations, for what is usual and what is slow. */
export function createDurations(kept = 1000) {
  const last: number[] = [];
  let next = 0;
  return {
    add(ms: number) {
      last[next] = ms;
      next = (next + 1) % kept;
    },
    /** ms within which `share` (0 to 1) of the last ones were done; undefined where there were none. */
    within(share: number): number | undefined {
      const sorted = last.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    },
  };
}

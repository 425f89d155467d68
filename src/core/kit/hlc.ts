/**
 * Hybrid logical clock (architecture.md §3). One value is one safe integer:
 * (milliseconds since 2020-01-01 UTC) × 4096 + counter. Values of one clock strictly
 * increase, also when the wall clock stands still or runs backwards, and they are never
 * smaller than a value the clock was shown: "later" therefore means "knew of the earlier".
 * 53 bits hold until the year 2089.
 */
export type Hlc = number;

/** 2020-01-01T00:00:00Z in milliseconds since 1970. */
export const HLC_EPOCH_MS = 1_577_836_800_000;
/** Values of the counter in one millisecond; a fuller millisecond borrows from the next one. */
export const HLC_COUNTERS = 4096;
/** How far ahead of the relay's clock a value may be before the relay clamps it (one minute). */
export const HLC_MAX_AHEAD_MS = 60_000;

/** The smallest value of a wall-clock time. `ms` = milliseconds since 1970. */
export const hlcFromMs = (ms: number): Hlc => Math.max(0, Math.floor(ms) - HLC_EPOCH_MS) * HLC_COUNTERS;

/** Wall-clock part of a value, in milliseconds since 1970. */
export const hlcToMs = (hlc: Hlc): number => Math.floor(hlc / HLC_COUNTERS) + HLC_EPOCH_MS;

/** Is this a value a clock can have produced? Rejects what content of the wire may try. */
export const isHlc = (value: unknown): value is Hlc =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

/** One replica's clock. */
export interface HlcClock {
  /** A new value, greater than every value given out or received before. */
  next(): Hlc;
  /** Takes note of a value of another replica, so that the next one is greater. */
  receive(hlc: Hlc): void;
  /** Corrects the wall clock to the relay's: `relayNowMs` is the relay's time now, in ms since 1970. */
  setRelayTime(relayNowMs: number): void;
}

/**
 * Makes a clock. `now` gives the device's time in ms since 1970 and may be wrong or jump;
 * `last` is the greatest value this replica has ever seen (0 for a new one).
 */
export function createHlcClock(now: () => number, last: Hlc = 0): HlcClock {
  let greatest = last;
  let offsetMs = 0;
  return {
    next() {
      greatest = Math.max(greatest + 1, hlcFromMs(now() + offsetMs));
      return greatest;
    },
    receive(hlc) {
      // a value far ahead is the relay's to clamp; believing it would carry the error into our own values
      if (isHlc(hlc) && hlcToMs(hlc) <= now() + offsetMs + HLC_MAX_AHEAD_MS) greatest = Math.max(greatest, hlc);
    },
    setRelayTime(relayNowMs) {
      offsetMs = relayNowMs - now();
      // a device that was ahead must not go on giving out values of the future
      greatest = Math.min(greatest, hlcFromMs(relayNowMs + HLC_MAX_AHEAD_MS));
    },
  };
}

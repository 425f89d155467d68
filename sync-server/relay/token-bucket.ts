/** How often something may happen: `perSecond` on average, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket; `now` in ms. A clock that jumps back gives no tokens and takes none. */
export function createTokenBucket({ perSecond, burst }: Rate, now: () => number): { take(): boolean } {
  let tokens = burst;
  let filledAt = now();
  return {
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + (Math.max(0, at - filledAt) * perSecond) / 1000);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}

/** How often something may happen: `perSecond` on average, `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** `now` in ms. A clock that jumps back gives no tokens and takes none. */
export interface TokenBucket {
  /** Takes one, or so many; false where there are not enough left. */
  take(count?: number): boolean;
}

export function createTokenBucket({ perSecond, burst }: Rate, now: () => number): TokenBucket {
  let tokens = burst;
  let filledAt = now();
  return {
    take(count = 1) {
      const at = now();
      tokens = Math.min(burst, tokens + (Math.max(0, at - filledAt) * perSecond) / 1000);
      filledAt = at;
      if (tokens < count) return false;
      tokens -= count;
      return true;
    },
  };
}

/** Waiting times between attempts to connect: doubling from 0.5 s to 30 s, each jittered by half (thundering herds). */
export interface BackOff {
  /** The next waiting time in ms. */
  next(): number;
  /** The connection held: start again from the shortest. */
  reset(): void;
}

export function createBackOff(random: () => number, firstMs = 500, longestMs = 30_000): BackOff {
  let attempt = 0;
  return {
    next() {
      const full = Math.min(longestMs, firstMs * 2 ** attempt);
      attempt = Math.min(attempt + 1, 16);
      return full * (0.5 + random() / 2);
    },
    reset() {
      attempt = 0;
    },
  };
}

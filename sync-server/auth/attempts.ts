/**
 * How often something may be tried. Ours and not better-auth's limiter: that one counts every request of an address, so
 * that an office of thirty behind one address locks itself out at eight in the morning, and it cannot see the account.
 */
export interface Attempts {
  /**
   * Counts one try against each key, where one more is allowed for all of them, and answers 0; else counts nothing and
   * answers the milliseconds until it is. Tries at the same time do not slip past the limit together.
   */
  take(keys: readonly AttemptKey[]): Promise<number>;
  forget(keys: readonly AttemptKey[]): Promise<void>;
}

export interface AttemptKey {
  readonly name: string;
  /** Tries in a window. */
  readonly max: number;
  readonly windowMs: number;
}

const MAX_KEYS = 50_000;

/** In memory: a restart forgives, which helps an attacker only if he can restart the relay. */
export function createAttempts(now: () => number): Attempts {
  const windows = new Map<string, { count: number; endsAt: number }>();
  const current = (key: AttemptKey) => {
    const window = windows.get(key.name);
    return window && window.endsAt > now() ? window : undefined;
  };
  return {
    async take(keys) {
      const waitMs = keys.reduce((wait, key) => {
        const window = current(key);
        return window && window.count >= key.max ? Math.max(wait, window.endsAt - now()) : wait;
      }, 0);
      if (waitMs > 0) return waitMs;
      for (const key of keys) {
        const window = current(key);
        if (window) window.count++;
        else windows.set(key.name, { count: 1, endsAt: now() + key.windowMs });
      }
      if (windows.size > MAX_KEYS) prune(windows, now());
      return 0;
    },
    async forget(keys) {
      for (const key of keys) windows.delete(key.name);
    },
  };
}

function prune(windows: Map<string, { endsAt: number }>, now: number): void {
  for (const [name, window] of windows) if (window.endsAt <= now) windows.delete(name);
  // a Map keeps insertion order: the oldest go first when a flood of names filled it
  for (const name of windows.keys()) {
    if (windows.size <= MAX_KEYS / 2) break;
    windows.delete(name);
  }
}

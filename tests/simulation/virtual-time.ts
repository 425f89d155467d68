/** Time that passes only when told to. */
export interface VirtualTime {
  /** ms since 1970. */
  now(): number;
  schedule(task: () => void, delayMs: number): () => void;
  /** Lets time pass and runs what became due, in order. */
  pass(ms: number): void;
}

export function createVirtualTime(startMs: number): VirtualTime {
  let at = startMs;
  let order = 0;
  const timers = new Map<object, { readonly due: number; readonly order: number; readonly task: () => void }>();
  return {
    now: () => at,
    schedule(task, delayMs) {
      const key = {};
      timers.set(key, { due: at + delayMs, order: order++, task });
      return () => void timers.delete(key);
    },
    pass(ms) {
      const until = at + ms;
      for (;;) {
        let first: [object, { due: number; order: number; task: () => void }] | undefined;
        for (const entry of timers) {
          const [, timer] = entry;
          if (timer.due > until) continue;
          if (!first || timer.due < first[1].due || (timer.due === first[1].due && timer.order < first[1].order))
            first = entry;
        }
        if (!first) break;
        timers.delete(first[0]);
        at = Math.max(at, first[1].due);
        first[1].task();
      }
      at = until;
    },
  };
}

import type { ListQuery, ListResult, Subscription } from '#data-worker/port.ts';

/** Least time between two rounds of evaluation: one frame; during bulk loads a person could not follow more. */
const ROUND_MS = 16;
const BULK_ROUND_MS = 200;

export interface LiveOptions {
  readonly evaluate: (query: ListQuery) => ListResult;
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly now: () => number;
}

export interface Live {
  watch(query: ListQuery, onResult: (result: ListResult) => void): Subscription<ListQuery>;
  /** Something changed that lists may show. */
  changed(): void;
  bulk(on: boolean): void;
  close(): void;
}

interface Watcher {
  query: ListQuery;
  /** The last answer as JSON: what shows the same is not sent again. */
  shown: string;
  readonly onResult: (result: ListResult) => void;
}

/** Live lists: all are evaluated in one round, at once when nothing happened lately, else when the round is due. */
export function createLive({ evaluate, schedule, now }: LiveOptions): Live {
  const watchers = new Set<Watcher>();
  let roundMs = ROUND_MS;
  let lastRound = -Infinity;
  let cancel: (() => void) | undefined;

  const answer = (watcher: Watcher): void => {
    const result = evaluate(watcher.query);
    const shown = JSON.stringify([result.rows, result.groups, result.query]);
    if (shown === watcher.shown) return;
    watcher.shown = shown;
    watcher.onResult(result);
  };
  const round = (): void => {
    cancel = undefined;
    for (const watcher of [...watchers]) if (watchers.has(watcher)) answer(watcher);
    lastRound = now();
  };
  const plan = (): void => {
    if (watchers.size > 0) cancel ??= schedule(round, Math.max(0, lastRound + roundMs - now()));
  };

  return {
    watch(query, onResult) {
      const watcher: Watcher = { query, shown: '', onResult };
      watchers.add(watcher);
      answer(watcher);
      return {
        update(next) {
          watcher.query = next;
          if (watchers.has(watcher)) answer(watcher);
        },
        stop() {
          watchers.delete(watcher);
          if (watchers.size > 0) return;
          cancel?.();
          cancel = undefined;
        },
      };
    },
    changed: plan,
    bulk(on) {
      roundMs = on ? BULK_ROUND_MS : ROUND_MS;
      if (on || !cancel) return;
      // the end of a load shows at once, not when the slow round is due
      cancel();
      cancel = undefined;
      plan();
    },
    close() {
      watchers.clear();
      cancel?.();
      cancel = undefined;
    },
  };
}

import type { ListQuery, ListResult, Subscription } from '#data-worker/port.ts';

/** Least time between two rounds of evaluation: one frame; during bulk loads a person could not follow more. */
const ROUND_MS = 16;
const BULK_ROUND_MS = 1_000;
/** Lists kept for the next start, and rows in each at most. */
const RECENT = 6;
const RECENT_ROWS = 100;

export const queryKey = (query: ListQuery): string => JSON.stringify(query);

export interface LiveOptions {
  readonly evaluate: (query: ListQuery) => ListResult;
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly now: () => number;
}

export interface Live {
  watch(query: ListQuery, onResult: (result: ListResult) => void): Subscription<ListQuery>;
  /** The plain lists asked for last (no search, no filter): what a next start will ask first. */
  recent(): readonly ListQuery[];
  /** The rows are loading: until `release` only what `answer` knows is answered, the rest waits. */
  hold(answer: (key: string) => ListResult | undefined): void;
  release(): void;
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
  let held: ((key: string) => ListResult | undefined) | undefined;
  const recent = new Map<string, ListQuery>();

  const note = (query: ListQuery): void => {
    if (query.search || query.filter || query.limit > RECENT_ROWS) return;
    const key = queryKey(query);
    recent.delete(key);
    recent.set(key, query);
    if (recent.size > RECENT) recent.delete(recent.keys().next().value!);
  };
  const answer = (watcher: Watcher): void => {
    const result = held ? held(queryKey(watcher.query)) : evaluate(watcher.query);
    if (!result) return;
    const shown = JSON.stringify([result.rows, result.groups, result.counts, result.query]);
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
      note(query);
      answer(watcher);
      return {
        update(next) {
          watcher.query = next;
          note(next);
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
    recent: () => [...recent.values()],
    hold(known) {
      held = known;
      plan();
    },
    release() {
      if (!held) return;
      held = undefined;
      plan();
    },
    changed: plan,
    bulk(on) {
      roundMs = on ? BULK_ROUND_MS : ROUND_MS;
      // the first rows and the end of a load show at once, not when the slow round is due
      lastRound = -Infinity;
      if (!cancel) return;
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

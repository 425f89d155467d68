import type { RecordId } from '#core/kit/ids.ts';
import type { DuplicateQueue, ListRow, Subscription } from '#data-worker/port.ts';
import { findGroups } from './duplicates.ts';
import type { Table } from './table.ts';

/** The worker works on the queue for so long at a time, in ms; what else is asked is answered in between. */
const SLICE_MS = 8;
/** At most so often is the queue made anew while contacts change. */
const EVERY_MS = 1_000;
/** Contacts of a group, and merges, that are told; nobody compares more at once. */
const ROWS_MOST = 20;
const MERGES_MOST = 50;

export interface DuplicateQueueOptions {
  readonly table: () => Table;
  readonly rowOf: (id: RecordId) => ListRow | undefined;
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly now: () => number;
}

/** The review queue of duplicates, live: made in slices while somebody looks at it, and made anew after changes. */
export function createDuplicateQueue({ table, rowOf, schedule, now }: DuplicateQueueOptions) {
  const watchers = new Map<symbol, { limit: number; readonly tell: (queue: DuplicateQueue) => void }>();
  let found: { readonly result: FoundQueue; readonly table: Table; readonly version: number } | undefined;
  let work: ReturnType<typeof findGroups> | undefined;
  let working: { readonly table: Table; readonly version: number } | undefined;
  let cancel: (() => void) | undefined;
  let startedAt = -Infinity;

  const isFresh = () => found?.table === table() && found.version === table().version;

  function next(): void {
    if (cancel || watchers.size === 0) return;
    if (work) cancel = schedule(slice, 0);
    else if (!isFresh()) cancel = schedule(slice, Math.max(0, startedAt + EVERY_MS - now()));
  }

  function slice(): void {
    cancel = undefined;
    const begun = now();
    if (!work || working?.table !== table()) {
      startedAt = begun;
      working = { table: table(), version: table().version };
      work = findGroups(working.table);
    }
    do {
      const step = work.next();
      if (!step.done) continue;
      work = undefined;
      found = { result: step.value, ...working };
      for (const { limit, tell } of watchers.values()) tell(shown(step.value, limit));
      break;
    } while (now() - begun < SLICE_MS);
    next();
  }

  function shown({ groups, merges }: FoundQueue, limit: number): DuplicateQueue {
    const told = groups.slice(0, limit).flatMap(({ ids, reasons }) => {
      const rows = ids.slice(0, ROWS_MOST).flatMap((id) => rowOf(id) ?? []);
      const why = reasons.map(({ kind, value }) => ({ kind, value }));
      return rows.length > 1 ? [{ rows, size: ids.length, reasons: why }] : [];
    });
    const undoable = merges.slice(0, MERGES_MOST).flatMap(({ kept, from, at, by }) => {
      const [stayed, gone] = [rowOf(kept), rowOf(from)];
      return stayed ? [{ kept: stayed, from, ...(gone && { gone }), at, by }] : [];
    });
    return { total: groups.length, groups: told, merges: undoable };
  }

  return {
    /** Contacts changed. */
    changed: next,
    watch(limit: number, tell: (queue: DuplicateQueue) => void): Subscription<number> {
      const key = Symbol();
      const watcher = { limit, tell };
      watchers.set(key, watcher);
      const answer = () => (found && isFresh() ? tell(shown(found.result, watcher.limit)) : next());
      answer();
      return {
        update(more) {
          watcher.limit = more;
          answer();
        },
        stop() {
          watchers.delete(key);
          if (watchers.size > 0) return;
          cancel?.();
          cancel = work = found = undefined;
        },
      };
    },
    close() {
      watchers.clear();
      cancel?.();
    },
  };
}

type FoundQueue = ReturnType<typeof findGroups> extends Generator<void, infer R> ? R : never;

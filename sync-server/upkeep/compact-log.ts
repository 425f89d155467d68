import { setTimeout as after } from 'node:timers/promises';
import { ok, type Result } from '#core/kit/result.ts';
import type { RelayLog } from '../relay/log.ts';
import type { StoreError, StorePort } from '../store/port.ts';

/** Entries looked at in one transaction: few milliseconds, for commits wait behind it. */
const STEP = 1000;
/** Between two steps, so that commits have the database most of the time. ms. */
const PAUSE_MS = 50;

export interface CompactLogOptions {
  readonly store: Pick<StorePort, 'compactLog' | 'workspaces'>;
  /** Entries younger than this stay; ms since 1970. */
  readonly before: number;
  /** False ends it after the step under way. */
  readonly goesOn?: () => boolean;
  readonly pauseMs?: number;
}

/** Compacts the log of every workspace up to an age (L6), step by step. Answers how many entries were forgotten. */
export async function compactLogs(options: CompactLogOptions): Promise<Result<number, StoreError>> {
  const { store, before, goesOn = () => true, pauseMs = PAUSE_MS } = options;
  const workspaces = await store.workspaces();
  if (!workspaces.ok) return workspaces;
  let removed = 0;
  for (const workspace of workspaces.value) {
    for (let more = true; more && goesOn();) {
      const step = await store.compactLog(workspace, before, STEP);
      if (!step.ok) return step;
      removed += step.value.removed;
      ({ more } = step.value);
      if (more) await after(pauseMs);
    }
  }
  return ok(removed);
}

export interface CompactionJob {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** An hour: what is forgotten at once is then little. */
const EVERY_MS = 3_600_000;
/** After the start of a relay, which has other things to do first. */
const FIRST_MS = 60_000;

/** Compacts the log while the relay runs. Several relays on one database take turns by the store's lock. */
export function startCompaction(options: {
  readonly store: Pick<StorePort, 'compactLog' | 'workspaces'>;
  /** How long entries stay. ms. */
  readonly keepMs: number;
  readonly now: () => number;
  readonly log: RelayLog;
}): CompactionJob {
  const { store, keepMs, now, log } = options;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer = setTimeout(round, FIRST_MS).unref();

  function round(): void {
    running = run()
      .catch((error: unknown) => log.error({ err: error }, 'compaction failed'))
      .then(() => {
        if (!stopped) timer = setTimeout(round, EVERY_MS).unref();
      });
  }

  async function run(): Promise<void> {
    const done = await compactLogs({ store, before: now() - keepMs, goesOn: () => !stopped });
    if (!done.ok) return log.warn({ error: done.error }, 'the log could not be compacted');
    if (done.value > 0) log.info({ removed: done.value }, 'log compacted');
  }

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

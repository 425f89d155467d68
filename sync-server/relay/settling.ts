import type { StorePort } from '../store/port.ts';
import type { Hub } from './hub.ts';
import type { RelayLog } from './log.ts';

/** A workspace that was looked at so recently is not looked at again because somebody connects. ms. */
const LOOKED_MS = 10_000;

export interface Settling {
  /** Consequences were postponed. */
  go(workspace: string): void;
  /** Somebody connects: a relay that is not there any more may have left some. */
  look(workspace: string): void;
  /** Begins no other step; resolves when the last one is published. */
  stop(): Promise<void>;
}

/**
 * Appends what is left of the consequences of large changes (P6), one transaction after another, so that others write in
 * between, and fans each out after its COMMIT (L4). What fails is left for whoever connects next.
 */
export function createSettling(options: {
  readonly store: Pick<StorePort, 'settle'>;
  readonly hub: (workspace: string) => Pick<Hub, 'publish'>;
  readonly log: RelayLog;
  readonly now: () => number;
}): Settling {
  const { store, hub, log, now } = options;
  const running = new Map<string, Promise<void>>();
  const again = new Set<string>();
  const looked = new Map<string, number>();
  let stopped = false;

  async function settle(workspace: string): Promise<void> {
    for (let more = true; more && !stopped;) {
      again.delete(workspace);
      const settled = await store.settle(workspace);
      if (!settled.ok) return log.error({ workspace, error: settled.error }, 'store failed');
      const { records } = settled.value;
      more = settled.value.more || again.has(workspace);
      const [first, last] = [records[0], records.at(-1)];
      if (!first || !last) continue;
      const range = { after: first.seq - 1, seq: last.seq };
      hub(workspace).publish({
        from: undefined,
        ...range,
        records,
        echoed: new Set(),
        acknowledge: () => undefined,
      });
    }
  }

  function go(workspace: string): void {
    again.add(workspace);
    if (stopped || running.has(workspace)) return;
    looked.set(workspace, now());
    const done = settle(workspace)
      .catch((error: unknown) => log.error({ workspace, err: error }, 'consequences not appended'))
      .finally(() => running.delete(workspace));
    running.set(workspace, done);
  }

  return {
    go,
    look(workspace) {
      if (now() - (looked.get(workspace) ?? -Infinity) >= LOOKED_MS) go(workspace);
    },
    async stop() {
      stopped = true;
      await Promise.all(running.values());
    },
  };
}

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openReplica, type Replica, type ReplicaOptions } from '../replica.ts';
import { createMemoryProjection, type MemoryProjection } from './memory-projection.ts';

export interface TestReplica {
  readonly replica: Replica;
  readonly projection: MemoryProjection;
  /** Runs what was scheduled, in order of time. */
  runTimers(): void;
}

/** A replica over fake-indexeddb. Open it twice on one factory: the second is the device after a crash of the first. */
export async function openTestReplica(
  indexedDB: IDBFactory,
  options: Partial<ReplicaOptions> & { format?: string; projection?: MemoryProjection } = {},
): Promise<TestReplica> {
  const projection = options.projection ?? createMemoryProjection(options.format);
  const timers = new Set<() => void>();
  const opened = await openReplica({
    name: 'lienhe-test',
    idb: { indexedDB, IDBKeyRange },
    randomId: () => crypto.randomUUID(),
    randomClientId: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    now: () => Date.now(),
    schedule: (task) => {
      timers.add(task);
      return () => void timers.delete(task);
    },
    onTrouble: () => undefined,
    onChange: () => undefined,
    ...options,
    projection,
    snapshot: projection,
  });
  if (!opened.ok) throw new Error(`replica did not open: ${opened.error.type}`);
  return {
    replica: opened.value,
    projection,
    runTimers() {
      const due = [...timers];
      timers.clear();
      for (const task of due) task();
    },
  };
}

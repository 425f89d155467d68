import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { createLink, type Link } from '#replica/link.ts';
import { openReplica, type Replica } from '#replica/replica.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { createMemoryProjection, type MemoryProjection } from '#replica/testing/memory-projection.ts';
import { nodeSockets, type Network } from '../../support/node-socket.ts';

/** A real replica with a real link and real sockets in this process; its disk is fake-indexeddb. */
export interface ReplicaDevice {
  readonly replica: Replica;
  readonly link: Link;
  readonly network: Network;
  readonly rows: MemoryProjection['rows'];
  /** Resolves when it is live and has nothing unsent. */
  settled(ms: number): Promise<void>;
  close(): Promise<void>;
}

const schedule = (task: () => void, ms: number) => {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
};

/** `tap` may stand between the device and its sockets. */
export async function startReplicaDevice(
  url: string,
  cookie: string,
  tap: (open: OpenSocket) => OpenSocket = (open) => open,
): Promise<ReplicaDevice> {
  const { network, open } = nodeSockets(url, () => cookie);
  const projection = createMemoryProjection();
  const made: { link?: Link } = {};
  const opened = await openReplica({
    name: 'lienhe-bench',
    idb: { indexedDB: new IDBFactory(), IDBKeyRange },
    projection,
    snapshot: projection,
    randomId: () => crypto.randomUUID(),
    randomClientId: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
    now: () => Date.now(),
    schedule,
    onTrouble: (trouble) => {
      if (trouble) throw new Error(trouble.type);
    },
    onChange: () => made.link?.push(),
  });
  if (!opened.ok) throw new Error(`replica did not open: ${opened.error.type}`);
  const replica = opened.value;
  const link = (made.link = createLink({
    relay: replica.relay,
    open: tap(open),
    build: 'bench',
    schedule,
    now: () => Date.now(),
    random: Math.random,
    onStatus: () => undefined,
    onError: (error) => console.error('  device:', error),
  }));
  link.start();
  return {
    replica,
    link,
    network,
    rows: projection.rows,
    async settled(ms) {
      const until = Date.now() + ms;
      while (link.status().phase !== 'live' || replica.pending.count > 0) {
        if (Date.now() > until) throw new Error(`not settled: ${link.status().phase}, ${replica.pending.count} unsent`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close() {
      link.stop();
      await replica.close();
    },
  };
}

import type { IDBFactory } from 'fake-indexeddb';
import { IDBKeyRange } from 'fake-indexeddb';
import { createLink, type Link } from '#replica/link.ts';
import { openReplica, type Replica } from '#replica/replica.ts';
import type { RelaySide } from '#replica/remote.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { createColumns, type Columns } from '#columns/columns.ts';
import { createReadModel } from '#data-worker/read-model.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Name of the database on a device's disk. */
export const DATABASE = 'lienhe-simulation';

/** A device that runs: a real replica over its disk, and a real link. */
export interface Device {
  readonly replica: Replica;
  readonly link: Link;
  /** The real read model. */
  readonly columns: Columns;
  /** Messages of the relay and reads of the outbox that are being worked on. */
  readonly busy: number;
  /** The process is gone: timers and sockets are; what it was writing may or may not have been written. */
  crash(): void;
  /** Lets go of the database; for when nobody looks at it any more. */
  close(): Promise<void>;
}

export interface DeviceOptions {
  readonly disk: IDBFactory;
  readonly open: OpenSocket;
  readonly time: VirtualTime;
  readonly random: Random;
  /** How far the device's clock is off, in ms. */
  readonly skewMs: number;
  readonly onError: (error: unknown) => void;
}

export async function startDevice({ disk, open, time, random, skewMs, onError }: DeviceOptions): Promise<Device> {
  let crashed = false;
  let busy = 0;
  const made: { replica?: Replica; link?: Link } = {};
  const timers = new Set<() => void>();
  const schedule = (task: () => void, delayMs: number) => {
    const cancel = time.schedule(() => {
      timers.delete(cancel);
      task();
    }, delayMs);
    timers.add(cancel);
    return cancel;
  };
  const now = () => time.now() + skewMs;
  const columns = createColumns({ schedule, now });
  const projection = createReadModel({
    columns,
    schedule,
    pending: (id) => made.replica?.pending.has(id) ?? false,
    onChange: () => undefined,
  });
  const opened = await openReplica({
    name: DATABASE,
    idb: { indexedDB: disk, IDBKeyRange },
    projection,
    snapshot: projection,
    randomId: () => random.id(),
    randomClientId: () => random.below(0x1_0000_0000),
    now,
    schedule,
    packFrom: random.below(2) === 0 ? 2 : 32, // a few records as many on one, each alone on another
    onTrouble: () => undefined,
    onChange: () => made.link?.push(),
  });
  if (!opened.ok) throw new Error(`replica did not open: ${opened.error.type}`);
  const replica = opened.value;
  made.replica = replica;
  const counted =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      busy++;
      try {
        return await call(...args);
      } finally {
        busy--;
      }
    };
  const { relay } = replica;
  const watched: RelaySide = {
    hello: () => relay.hello(),
    welcome: counted((m) => relay.welcome(m)),
    unpack: counted((m) => relay.unpack(m)),
    pages: counted((pages) => relay.pages(pages)),
    changes: counted((m) => relay.changes(m)),
    groups: counted((m) => relay.groups(m)),
    keepOnly: counted((m) => relay.keepOnly(m)),
    caughtUp: counted((m) => relay.caughtUp(m)),
    acks: counted((m) => relay.acks(m)),
    pushAfter: counted((n) => relay.pushAfter(n)),
  };
  const link = createLink({
    relay: watched,
    open,
    build: 'simulation',
    schedule,
    now,
    random: () => random.next(),
    onStatus: () => undefined,
    onError: (error) => !crashed && onError(error),
  });
  made.link = link;
  link.start();
  return {
    replica,
    link,
    columns,
    get busy() {
      return busy;
    },
    crash() {
      crashed = true;
      link.stop();
      columns.close();
      for (const cancel of timers) cancel();
    },
    close: () => replica.close(),
  };
}

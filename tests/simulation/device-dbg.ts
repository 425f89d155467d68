import { contentOf } from '#crdt/fold.ts';
import type { IDBFactory } from 'fake-indexeddb';
import { IDBKeyRange } from 'fake-indexeddb';
import { createLink, type Link } from '#replica/link.ts';
import { openReplica, type Replica } from '#replica/replica.ts';
import type { RelaySide } from '#replica/remote.ts';
import type { OpenSocket } from '#replica/socket.ts';
import { createMemoryProjection, type MemoryProjection } from '#replica/testing/memory-projection.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A device that runs: a real replica over its disk, and a real link. */
export interface Device {
  readonly replica: Replica;
  readonly link: Link;
  readonly projection: MemoryProjection;
  /** Messages of the relay and reads of the outbox that are being worked on. */
  readonly busy: number;
  /** The process is gone: timers and sockets are; what it was writing may or may not have been written. */
  crash(): void;
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
  let link: Link | undefined;
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
  const projection = createMemoryProjection();
  const opened = await openReplica({
    name: 'lienhe-simulation',
    idb: { indexedDB: disk, IDBKeyRange },
    projection,
    snapshot: projection,
    randomId: () => random.id(),
    randomClientId: () => random.below(0x1_0000_0000),
    now,
    schedule,
    onTrouble: () => undefined,
    onChange: () => link?.push(),
  });
  if (!opened.ok) throw new Error(`replica did not open: ${opened.error.type}`);
  const replica = opened.value;
  const counted = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => async (...args: A): Promise<R> => {
    busy++;
    try {
      return await call(...args);
    } finally {
      busy--;
    }
  };
  const { relay } = replica;
  const show = async (tag: string) => { const id = process.env.REC!; const st = await replica.document(id); if (st) { const { entries } = contentOf(id, st); console.log('   V', tag, (open as any).n, JSON.stringify((entries as any[]).filter((e) => e[0] === process.env.KEY))); } };
  const watched: RelaySide = {
    hello: () => relay.hello(),
    welcome: counted(async (m) => { const h=relay.hello(); const r=await relay.welcome(m); console.log('  W', (open as any).n, JSON.stringify(h.cursor), JSON.stringify(m.head), 'lastN', m.lastN, 'coming', m.coming, JSON.stringify(r)); await show('after'); return r; }),
    unpack: counted((m) => relay.unpack(m)),
    page: counted(async (m, records) => { const r = await relay.page(m, records); console.log('  PG', (open as any).n, records.map(x=>x.id.slice(-4)+x.seq).join()); await show('pg'); return r; }),
    changes: counted(async (records) => { const r = await relay.changes(records); console.log('  CH', (open as any).n, records.map(x=>x.id.slice(-4)+x.seq).join()); await show('ch'); return r; }),
    caughtUp: counted(async (seq) => { const r = await relay.caughtUp(seq); console.log('  C', (open as any).n, seq, 'pending', replica.pending.count); await show('after'); return r; }),
    ack: counted(async (m) => { const r = await relay.ack(m); console.log('  A', (open as any).n, m.n, m.seq, m.results.map(x=>x.kind+((x as any).reason??'')+((x as any).state?'+':'')).join(), JSON.stringify(r)); await show('after'); return r; }),
    pushAfter: counted(async (n) => { const r = await relay.pushAfter(n); if (r.ok&&r.value) console.log('  P', (open as any).n, r.value.n, r.value.changes.map(c=>c.id.slice(-4)+(c.create?'*':'')+(c.again?'!':'')+(c.superseded?'s':'')+JSON.stringify(c.values?.[process.env.KEY!]??'')+(c.replays?'r':'')).join()); await show('after'); return r; }),
  };
  link = createLink({
    relay: watched,
    open,
    build: 'simulation',
    schedule,
    now,
    random: () => random.next(),
    onStatus: () => undefined,
    onError: (error) => !crashed && onError(error),
  });
  link.start();
  return {
    replica,
    link,
    projection,
    get busy() {
      return busy;
    },
    crash() {
      crashed = true;
      link.stop();
      for (const cancel of timers) cancel();
    },
  };
}

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { percentile, type Case, type Figure } from '../figure.ts';
import type { Said, Task } from '../rooms/load.ts';
import {
  cpuMs,
  hocuspocus,
  installPeers,
  ours,
  residentKb,
  yWebsocketServer,
  type RoomServer,
} from '../rooms/servers.ts';

const KILLS = 4;
/** Many, so that what a process keeps in reserve does not count; a room lets one person join 2,000 times at once. */
const IDLE_IN_ROOMS = 1800;
const IDLE_REPLICAS = 4000;
const servers = { ours, yWebsocketServer, hocuspocus };
type Which = keyof typeof servers;
const all = Object.keys(servers) as Which[];

/** Rooms of this relay and of the peers, each server in a process of its own, clients in another, bytes by hand. */
export default {
  name: 'rooms',
  async run(log) {
    installPeers();
    const lost1 = await byServer((which) => lostAfterKills(which, 1, log));
    const lost50 = await byServer((which) => lostAfterKills(which, 50, log));
    const bursts = await byServer((which) => burst(which, log));
    const paced10 = await byServer((which) => paced(which, 10, log));
    const paced100 = await byServer((which) => paced(which, 100, log));
    const paced500 = await byServer((which) => paced(which, 500, log));
    const idle = await byServer((which) => idleMemory(which, log));
    return [
      ...against('edits lost that others had seen, SIGKILL, 1 room', 'count', 0, lost1),
      ...against('edits lost that others had seen, SIGKILL, 50 rooms', 'count', 0, lost50),
      ...against('burst to 100 readers, a delivered edit', 'µs', undefined, bursts),
      ...against(
        'CPU of a delivered edit, 100 readers, 20 a second',
        'µs',
        undefined,
        mapped(paced100, (p) => p.cpu),
      ),
      ...[paced10, paced100, paced500].flatMap((one, i) =>
        against(
          `edit to other screens, p50, ${[10, 100, 500][i]} readers`,
          'ms',
          undefined,
          mapped(one, (p) => p.p50),
        ),
      ),
      ...against('memory of an idle socket', 'kB', undefined, idle),
      {
        name: 'memory of an idle replica socket',
        value: await idleReplicas(log),
        unit: 'kB',
        bound: 20,
      } satisfies Figure,
    ];
  },
} satisfies Case;

type PerServer<T> = Readonly<Record<Which, T>>;

async function byServer<T>(measure: (which: Which) => Promise<T>): Promise<PerServer<T>> {
  const entries: [Which, T][] = [];
  for (const which of all) entries.push([which, await measure(which)]);
  return Object.fromEntries(entries) as unknown as PerServer<T>;
}

const mapped = <T, U>(values: PerServer<T>, to: (value: T) => U): PerServer<U> =>
  Object.fromEntries(all.map((which) => [which, to(values[which])])) as unknown as PerServer<U>;

/** One line for each peer. */
function against(name: string, unit: Figure['unit'], bound: number | undefined, values: PerServer<number>): Figure[] {
  return [
    ['@y/websocket-server 0.1.1', values.yWebsocketServer] as const,
    ['Hocuspocus 4.7 + SQLite', values.hocuspocus] as const,
  ].map(([peer, value]) => ({
    name,
    value: values.ours,
    unit,
    note: 'fsync on',
    peer: { name: peer, value },
    ...(bound === undefined ? {} : { bound }),
  }));
}

async function withServer<T>(which: Which, use: (server: RoomServer) => Promise<T>): Promise<T> {
  const server = servers[which]();
  try {
    await server.start();
    return await use(server);
  } finally {
    await server.remove();
  }
}

/** A process of clients. `until` resolves with the first message of a kind. */
function startLoad(task: Task) {
  const child: ChildProcess = fork(join(import.meta.dirname, '..', 'rooms', 'load.ts'), { serialization: 'advanced' });
  const heard: Said[] = [];
  const listeners = new Set<() => void>();
  child.on('message', (said: Said) => {
    heard.push(said);
    for (const listener of listeners) listener();
  });
  child.send(task);
  const until = <K extends Said['kind']>(kind: K): Promise<Said & { kind: K }> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = heard.find((said): said is Said & { kind: K } => said.kind === kind);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      child.once('exit', (code) => reject(new Error(`the clients ended with ${code}`)));
      look();
    });
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return { until, end, last: () => heard.at(-1) };
}

async function lostAfterKills(which: Which, roomCount: number, log: (line: string) => void): Promise<number> {
  let lost = 0;
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    await withServer(which, async (server) => {
      const rooms = await server.rooms(roomCount);
      const load = startLoad({ kind: 'flood', rooms });
      await load.until('acknowledged');
      await after(1500 + Math.random() * 1000);
      await server.kill();
      await after(50); // what the clients had got is told
      const said = load.last();
      await load.end(); // and nobody is left who could bring it back
      if (said?.kind !== 'acknowledged') throw new Error('nothing was acknowledged');
      await server.start();
      const counting = startLoad({ kind: 'count', rooms, writers: said.writers });
      const { clocks } = await counting.until('count');
      await counting.end();
      said.clocks.forEach((clock, i) => {
        acknowledged += clock;
        lost += Math.max(0, clock - clocks[i]!);
      });
    });
  }
  log(`${which}: ${KILLS} kills, ${roomCount} rooms: ${lost} of ${acknowledged} lost`);
  return lost;
}

/** µs for one edit at one reader, while 2,000 edits reach 100 readers. */
function burst(which: Which, log: (line: string) => void): Promise<number> {
  return withServer(which, async (server) => {
    const [room] = await server.rooms(1);
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const load = startLoad({ kind: 'burst', room: room!, readers: 100, edits: 2000 });
      const { delivered, ms } = await load.until('burst');
      await load.end();
      if (delivered < 200_000) log(`${which}: only ${delivered} of 200,000 arrived`);
      times.push((ms * 1000) / delivered);
      await after(500);
    }
    const best = percentile(times, 0.5);
    log(
      `${which}: burst ${Math.round(1e6 / best)} delivered edits a second (${times.map((t) => Math.round(1e6 / t)).join(', ')})`,
    );
    return best;
  });
}

interface Paced {
  readonly p50: number;
  /** µs of server CPU for one edit at one reader. */
  readonly cpu: number;
}

function paced(which: Which, readers: number, log: (line: string) => void): Promise<Paced> {
  return withServer(which, async (server) => {
    const [room] = await server.rooms(1);
    const load = startLoad({ kind: 'paced', room: room!, readers, perSecond: 20, seconds: 10 });
    await load.until('ready');
    const before = cpuMs(server.pid());
    const { delivered, latencies } = await load.until('paced');
    const cpu = ((cpuMs(server.pid()) - before) * 1000) / delivered;
    await load.end();
    const p50 = percentile(latencies, 0.5);
    log(
      `${which}: ${readers} readers: p50 ${p50.toFixed(2)} ms, p99 ${percentile(latencies, 0.99).toFixed(1)} ms, ${cpu.toFixed(1)} µs CPU a delivery (${delivered} delivered)`,
    );
    return { p50, cpu };
  });
}

/** kB of one more socket that joined a room and is silent; ten rooms. */
function idleMemory(which: Which, log: (line: string) => void): Promise<number> {
  return withServer(which, async (server) => {
    const rooms = await server.rooms(10);
    const warm = startLoad({ kind: 'idle', rooms, sockets: 100 });
    await warm.until('ready');
    await after(2000);
    const before = residentKb(server.pid());
    const load = startLoad({ kind: 'idle', rooms, sockets: IDLE_IN_ROOMS });
    await load.until('ready');
    await after(5000);
    const each = (residentKb(server.pid()) - before) / IDLE_IN_ROOMS;
    await Promise.all([warm.end(), load.end()]);
    log(`${which}: ${each.toFixed(1)} kB an idle socket in a room`);
    return each;
  });
}

async function idleReplicas(log: (line: string) => void): Promise<number> {
  const server = ours();
  try {
    await server.start();
    await server.rooms(10);
    const task = { url: server.url(), cookie: await server.cookie() };
    const warm = startLoad({ kind: 'idle-replicas', ...task, sockets: 100 });
    await warm.until('ready');
    await after(2000);
    const before = residentKb(server.pid());
    const load = startLoad({ kind: 'idle-replicas', ...task, sockets: IDLE_REPLICAS });
    await load.until('ready');
    await after(5000);
    const each = (residentKb(server.pid()) - before) / IDLE_REPLICAS;
    await Promise.all([warm.end(), load.end()]);
    log(`ours: ${each.toFixed(1)} kB an idle replica socket`);
    return each;
  } finally {
    await server.remove();
  }
}

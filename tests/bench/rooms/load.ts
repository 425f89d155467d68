// A process of clients for the bench of rooms: `node load.ts`, told what to do over IPC; answers with what it measured.
import { setTimeout as after } from 'node:timers/promises';
import { createReplicaSocket } from './replica-socket.ts';
import { joinRoom, typist, type RoomClient } from './room-client.ts';
import type { RoomAddress } from './servers.ts';

export type Task =
  | {
      readonly kind: 'paced';
      readonly room: RoomAddress;
      readonly readers: number;
      readonly perSecond: number;
      readonly seconds: number;
    }
  | { readonly kind: 'burst'; readonly room: RoomAddress; readonly readers: number; readonly edits: number }
  | { readonly kind: 'flood'; readonly rooms: readonly RoomAddress[] }
  | { readonly kind: 'count'; readonly rooms: readonly RoomAddress[]; readonly writers: readonly number[] }
  | { readonly kind: 'idle'; readonly rooms: readonly RoomAddress[]; readonly sockets: number }
  | { readonly kind: 'idle-replicas'; readonly url: string; readonly cookie: string; readonly sockets: number };

export type Said =
  | { readonly kind: 'ready' }
  /** Latencies in ms, of every edit at every reader. */
  | { readonly kind: 'paced'; readonly delivered: number; readonly latencies: readonly number[] }
  | { readonly kind: 'burst'; readonly delivered: number; readonly ms: number }
  /** Greatest clock each writer knows to be acknowledged, told again and again: the last word before the kill counts. */
  | { readonly kind: 'acknowledged'; readonly clocks: readonly number[]; readonly writers: readonly number[] }
  | { readonly kind: 'count'; readonly clocks: readonly number[] };

const say = (said: Said) => process.send!(said);
const newClientId = () => crypto.getRandomValues(new Uint32Array(1))[0]!;

async function joinAll(room: RoomAddress, count: number): Promise<RoomClient[]> {
  const clients: RoomClient[] = [];
  for (let i = 0; i < count; i += 50) {
    const some = await Promise.all(Array.from({ length: Math.min(50, count - i) }, () => joinRoom(room)));
    const turnedAway = some.map((one) => one.closed.then(() => Promise.reject(new Error('a reader was turned away'))));
    await Promise.race([Promise.all(some.map((one) => one.synced)), ...turnedAway]);
    clients.push(...some);
  }
  return clients;
}

async function paced({ room, readers, perSecond, seconds }: Task & { kind: 'paced' }): Promise<void> {
  const clients = await joinAll(room, readers);
  const writer = await joinRoom(room);
  await writer.synced;
  const clientId = newClientId();
  const typing = typist(clientId);
  const sentAt: number[] = [];
  const latencies: number[] = [];
  let delivered = 0;
  for (const client of clients) {
    client.onClocks = (clocks) => {
      const at = performance.now();
      for (const [id, from, to] of clocks) {
        if (id !== clientId) continue;
        for (let clock = from; clock < to; clock++) latencies.push(at - sentAt[clock]!);
        delivered += to - from;
      }
    };
  }
  await after(500);
  say({ kind: 'ready' });
  const start = performance.now();
  for (let i = 0; i < perSecond * seconds; i++) {
    await after(Math.max(0, start + (i * 1000) / perSecond - performance.now()));
    sentAt.push(performance.now());
    writer.send(typing.next());
  }
  for (let i = 0; i < 100 && delivered < readers * typing.clock; i++) await after(20);
  say({ kind: 'paced', delivered, latencies });
}

async function burst({ room, readers, edits }: Task & { kind: 'burst' }): Promise<void> {
  const clients = await joinAll(room, readers);
  const writer = await joinRoom(room);
  await writer.synced;
  const clientId = newClientId();
  const typing = typist(clientId);
  let delivered = 0;
  const all = Promise.withResolvers<void>();
  for (const client of clients) {
    client.onClocks = (clocks) => {
      for (const [id, from, to] of clocks) if (id === clientId) delivered += to - from;
      if (delivered >= readers * edits) all.resolve();
    };
  }
  await after(500);
  say({ kind: 'ready' });
  const start = performance.now();
  for (let i = 0; i < edits; i++) {
    writer.send(typing.next());
    if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.race([all.promise, after(60_000)]);
  say({ kind: 'burst', delivered, ms: performance.now() - start });
}

/** One writer and one reader a room; an edit is acknowledged when the other one has it. A few on the way at a time. */
async function flood({ rooms }: Task & { kind: 'flood' }): Promise<void> {
  const acknowledged = rooms.map(() => 0);
  const writers = rooms.map(newClientId);
  const window = Math.max(2, Math.ceil(100 / rooms.length));
  await Promise.all(
    rooms.map(async (room, i) => {
      const [reader, writer] = [await joinRoom(room), await joinRoom(room)];
      await Promise.all([reader.synced, writer.synced]);
      const typing = typist(writers[i]!);
      const fill = () => {
        while (typing.clock - acknowledged[i]! < window) writer.send(typing.next());
      };
      reader.onClocks = (clocks) => {
        for (const [id, , to] of clocks) if (id === writers[i]) acknowledged[i] = Math.max(acknowledged[i]!, to);
        setImmediate(fill);
      };
      fill();
    }),
  );
  say({ kind: 'ready' });
  setInterval(() => say({ kind: 'acknowledged', clocks: acknowledged, writers }), 20);
}

async function count({ rooms, writers }: Task & { kind: 'count' }): Promise<void> {
  const clocks = await Promise.all(
    rooms.map(async (room, i) => {
      const client = await joinRoom(room);
      let found = 0;
      client.onClocks = (seen) => {
        for (const [id, , to] of seen) if (id === writers[i]) found = Math.max(found, to);
      };
      await client.synced;
      await after(3000); // a y-websocket-server answers before it has read what it stored (y-websocket#81)
      client.end();
      return found;
    }),
  );
  say({ kind: 'count', clocks });
}

process.on('message', (task: Task) => {
  const run = async () => {
    switch (task.kind) {
      case 'paced':
        return paced(task);
      case 'burst':
        return burst(task);
      case 'flood':
        return flood(task);
      case 'count':
        return count(task);
      case 'idle':
        for (const room of task.rooms) await joinAll(room, task.sockets / task.rooms.length);
        return say({ kind: 'ready' });
      case 'idle-replicas':
        for (let i = 0; i < task.sockets; i += 50) {
          await Promise.all(Array.from({ length: 50 }, () => createReplicaSocket(task.url, task.cookie)));
        }
        return say({ kind: 'ready' });
    }
  };
  run().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});

import { IDBFactory } from 'fake-indexeddb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import type { Person } from '#core/access/person.ts';
import { newId } from '#core/kit/ids.ts';
import { decodeRelayMessage } from '#core/protocol/codec.ts';
import type { RelayMessage } from '#core/protocol/messages.ts';
import { createRelay } from '../../sync-server/relay/relay.ts';
import { startDevice, type Device } from './device.ts';
import { openInlineStore } from './inline-store.ts';
import { createNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { createVirtualTime } from './virtual-time.ts';

export const WORKSPACE = 'w1';
export const DAY = 86_400_000;

/** Real replicas, the real relay on a real SQLite file, and a network on which somebody can stay away. */
export async function world(people: readonly Person[]) {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-away-'));
  const time = createVirtualTime(1_760_000_000_000);
  const random = createRandom(90);
  const store = openInlineStore(join(folder, 'relay.db'));
  const errors: unknown[] = [];
  const relay = createRelay({
    store,
    log: { info: () => {}, warn: () => {}, error: (fields, message) => errors.push(message, fields) },
    now: () => time.now(),
  });
  const heard: RelayMessage[][] = people.map(() => []);
  const away = new Set<number>();
  const network = createNetwork(() => (socket, owner) => {
    if (away.has(owner)) return socket.close(1006, '');
    const note = (bytes: Uint8Array) => {
      const message = decodeRelayMessage(bytes);
      if (message.ok) heard[owner]!.push(message.value);
      socket.send(bytes);
    };
    const user = people[owner]!.id;
    relay.connect({ ...socket, send: note }, { user, workspace: WORKSPACE, person: () => people[owner]! });
  });
  const disks = people.map(() => new IDBFactory());
  const boot = (i: number): Promise<Device> =>
    startDevice({
      disk: disks[i]!,
      open: network.socketsOf(i),
      time,
      random,
      skewMs: 0,
      onError: (error) => errors.push(error),
    });
  const devices = await Promise.all(people.map((_, i) => boot(i)));
  onTestFinished(async () => {
    for (const device of devices) device.crash();
    await turn();
    store.crash();
    rmSync(folder, { recursive: true });
  });

  /** Until nothing is under way any more. */
  async function settle(): Promise<void> {
    for (let still = 0; still < 6;) {
      const before = network.activity;
      for (const wire of network.ready()) network.deliver(wire, true);
      for (let i = 0; i < 3; i++) await turn();
      const busy = devices.some((device) => device.busy > 0) || store.busy > 0;
      const zlib = process.getActiveResourcesInfo().some((kind) => kind === 'ZLIB' || kind === 'BlobReader');
      still = busy || zlib || network.activity !== before ? 0 : still + 1;
    }
    expect(errors).toEqual([]);
  }

  /** The same over some time, for links that were cut are made anew after a while. */
  async function calm(): Promise<void> {
    for (let round = 0; round < 20; round++) {
      await settle();
      time.pass(2_000);
    }
  }

  return {
    devices,
    time,
    store,
    relay,
    disks,
    heard,
    settle,
    calm,
    leave: (i: number) => {
      away.add(i);
      for (const wire of network.wires()) if (wire.owner === i) network.cut(wire);
    },
    /** Connects again after a while, as back-off has it; its program may have been started anew. */
    comeBack: async (i: number) => {
      devices[i]!.crash();
      network.dropOwner(i);
      away.delete(i);
      heard[i] = [];
      devices[i] = await boot(i);
      await calm();
    },
    contact: () => newId('contact', time.now(), (n) => random.bytes(n)),
  };
}

/** Commits, and sees that it was stored. */
export const saved = async (device: Device, ...writes: Parameters<Device['replica']['commit']>[0]) =>
  expect((await device.replica.commit(writes)).ok).toBe(true);

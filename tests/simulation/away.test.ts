import { IDBFactory } from 'fake-indexeddb';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { personOf, type Person } from '#core/access/person.ts';
import { RECORD_RIGHTS } from '#core/access/role.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { decodeRelayMessage } from '#core/protocol/codec.ts';
import type { RelayMessage } from '#core/protocol/messages.ts';
import { canonicalState } from '#crdt/record.ts';
import { createRelay } from '../../sync-server/relay/relay.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { compactLogs } from '../../sync-server/upkeep/compact-log.ts';
import { value } from '../contract/store.ts';
import { startDevice, type Device } from './device.ts';
import { openInlineStore } from './inline-store.ts';
import { createNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { createVirtualTime } from './virtual-time.ts';

const WORKSPACE = 'w1';
const DAY = 86_400_000;
const mine = (id: string): Person =>
  personOf(
    id,
    {
      id: 'r',
      name: 'r',
      settings: false,
      types: { contact: { visible: { preset: 'mine' }, rights: RECORD_RIGHTS } },
    },
    undefined,
    [],
  );

/** Real replicas, the real relay on a real SQLite file, and a network on which somebody can stay away. */
async function world(people: readonly Person[]) {
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
    heard,
    settle,
    calm,
    leave(i: number) {
      away.add(i);
      for (const wire of network.wires()) if (wire.owner === i) network.cut(wire);
    },
    /** Connects again after a while, as back-off has it; its program may have been started anew. */
    async comeBack(i: number) {
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

const saved = async (device: Device, ...writes: Parameters<Device['replica']['commit']>[0]) =>
  expect((await device.replica.commit(writes)).ok).toBe(true);

test('90 days offline, past the horizon, with unsent edits: ends equal to all others, no edit lost, little is sent', async () => {
  const people = ['an', 'binh', 'chi'].map(administrator);
  const { devices, time, store, heard, settle, leave, comeBack, contact } = await world(people);
  const [an, binh] = devices as [Device, Device, Device];
  const ids: RecordId[] = Array.from({ length: 300 }, contact);
  for (const id of ids) await saved(an, { id, changes: { name: `Khách ${id}` }, create: true });
  await settle();
  expect(devices.map((device) => device.columns.ids('contact').length)).toEqual([300, 300, 300]);

  leave(2);
  await settle();
  const [lan, minh, hoa, doomed] = ids as [RecordId, RecordId, RecordId, RecordId];
  const made = contact();
  const chi = () => devices[2]!;
  await saved(chi(), { id: lan, changes: { title: 'của Chi' } }, { id: minh, changes: { 'text:description': 'ghi' } });
  await saved(chi(), { id: made, changes: { name: 'Chi tạo' }, create: true });
  await saved(chi(), { id: doomed, changes: { name: 'Chi sửa' } });

  for (let day = 0; day < 90; day++) {
    await saved(an, { id: hoa, changes: { title: `ngày ${day}` } });
    await saved(binh, { id: lan, changes: { name: `Lan ${day}`, ownerId: day % 2 ? 'binh' : 'an' } });
    if (day === 45) await saved(binh, { id: doomed, changes: { deletedAt: time.now(), deletedBy: 'binh' } });
    time.pass(DAY);
    await settle();
  }
  time.pass(10 * DAY);
  await settle();
  const removed = await value(compactLogs({ store, before: time.now() - 30 * DAY, pauseMs: 0 }));
  expect(removed).toBeGreaterThan(100);

  await comeBack(2);
  const welcome = heard[2]!.find((m) => m.type === 'welcome');
  expect(welcome?.reset).toBe(true);
  // told of every record, and sent only what it did not have
  const told = heard[2]!.flatMap((m) => (m.type === 'keep-only' ? m.records : []));
  expect(told.length).toBe(299); // all but the one that is in a group new to it, and the one it made
  const sent = heard[2]!.reduce((sum, m) => sum + (m.type === 'page' ? m.count : 0), 0);
  expect(sent).toBeLessThan(20);

  await settle();
  for (const device of devices) {
    expect(device.replica.pending.count).toBe(0);
    expect(device.replica.refused()).toEqual([]);
    expect(device.columns.ids('contact').length).toBe(301 - 1); // one lies in the recycle bin
  }
  for (const id of [...ids, made]) {
    const { state } = (await value(store.record(WORKSPACE, id)))!;
    for (const device of devices) {
      expect(canonicalState(id, (await device.replica.document(id))!)).toBe(canonicalState(id, state));
    }
  }
  const row = (id: RecordId) => an.columns.get(id)!.values;
  expect(row(lan)).toMatchObject({ title: 'của Chi', name: 'Lan 89', ownerId: 'binh' });
  expect(row(minh)['description']).toBe('ghi');
  expect(row(hoa)['title']).toBe('ngày 89');
  expect(row(made)['name']).toBe('Chi tạo');
});

test('V5, P5: what moved away meanwhile is gone from the device, and what was typed on it lies in the tray', async () => {
  const people = [administrator('an'), mine('binh')];
  const { devices, time, store, settle, calm, leave, comeBack, contact } = await world(people);
  const [an] = devices as [Device, Device];
  const [lost, kept, unseen] = [contact(), contact(), contact()];
  await saved(an, { id: lost, changes: { name: 'chuyển đi', ownerId: 'binh' }, create: true });
  await saved(an, { id: kept, changes: { name: 'còn đây', ownerId: 'binh' }, create: true });
  await saved(an, { id: unseen, changes: { name: 'của người khác', ownerId: 'an' }, create: true });
  await settle();
  const binh = () => devices[1]!;
  expect(binh().columns.ids('contact').length).toBe(2);

  leave(1);
  await settle();
  await saved(binh(), { id: lost, changes: { title: 'gõ trên cái đã mất' } });
  await saved(binh(), { id: kept, changes: { title: 'gõ trên cái còn' } });
  await saved(an, { id: lost, changes: { ownerId: 'an' } });
  await saved(an, { id: lost, changes: { name: 'bí mật' } });
  await settle();
  time.pass(100 * DAY);
  await calm();
  await saved(an, { id: unseen, changes: { name: 'mới' } });
  await settle();
  expect(await value(compactLogs({ store, before: time.now() - DAY, pauseMs: 0 }))).toBe(3);

  await comeBack(1);
  expect(binh().columns.ids('contact')).toEqual([kept]);
  expect(await binh().replica.document(lost)).toBeUndefined();
  expect(an.columns.get(kept)!.values['title']).toBe('gõ trên cái còn');
  expect(an.columns.get(lost)!.values['title']).toBeUndefined();
  expect(binh().replica.refused()).toMatchObject([
    { id: lost, reason: 'forbidden', changes: { title: 'gõ trên cái đã mất' } },
  ]);
  expect(binh().replica.pending.count).toBe(0);
});

import { expect, test } from 'vitest';
import { foldRecord } from '#crdt/fold.ts';
import { publishErasure } from '../../sync-server/relay/publish-erasure.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { value } from '../contract/store.ts';
import { readDisk } from './visibility/disk.ts';
import { saved, world, WORKSPACE } from './world.ts';

const SECRET = 'canary-erased-person';

/** Everything a device stores. */
const dump = async (disk: Parameters<typeof readDisk>[0]) => [...(await readDisk(disk)).values()].join('\n');

test('L7: an erased person leaves every device, those that were away too, and comes back from none', async () => {
  const people = ['an', 'binh', 'chi'].map(administrator);
  const { devices, time, store, relay, disks, settle, calm, leave, comeBack, contact, heard } = await world(people);
  const [doomed, stays] = [contact(), contact()];
  const many = Array.from({ length: 60 }, contact); // so that some of it lies in packs
  await saved(
    devices[0]!,
    { id: doomed, changes: { name: SECRET, 'text:description': `ghi về ${SECRET}` }, create: true },
    { id: stays, changes: { name: 'Ở lại' }, create: true },
    ...many.map((id) => ({ id, changes: { name: `Khách ${id}` }, create: true as const })),
  );
  await settle();
  for (const device of devices) {
    await device.replica.flush();
    expect(device.columns.has(doomed)).toBe(true);
  }
  for (const disk of disks) expect(await dump(disk)).toContain(SECRET);

  leave(1); // with unsent edits of it
  leave(2); // just away
  await settle();
  await saved(devices[1]!, { id: doomed, changes: { title: `sửa ${SECRET}` } });
  await saved(devices[1]!, { id: doomed, changes: { name: `${SECRET} 2` } }, { id: stays, changes: { title: 'giữ' } });

  const erased = (await value(store.erase(WORKSPACE, doomed, 'an', time.now())))!;
  publishErasure(relay.hub(WORKSPACE), doomed, erased);
  await settle();
  await devices[0]!.replica.flush();
  expect(heard[0]!.flatMap((m) => (m.type === 'changes' ? m.drops : []))).toEqual([doomed]);
  expect(devices[0]!.columns.has(doomed)).toBe(false);
  expect(await dump(disks[0]!)).not.toContain(SECRET);

  await comeBack(1);
  await comeBack(2);
  for (const [i, device] of devices.entries()) {
    await device.replica.flush();
    expect(device.columns.has(doomed)).toBe(false);
    expect(await device.replica.document(doomed)).toBeUndefined();
    expect(device.replica.pending.count).toBe(0);
    expect(await dump(disks[i]!)).not.toContain(SECRET); // also not in the outbox, the snapshot or the tray
    expect(device.columns.get(stays)!.values).toMatchObject({ name: 'Ở lại', title: 'giữ' });
    expect(device.columns.ids('contact').length).toBe(61);
  }
  // that something was not taken is told to who typed it, and not what it was
  expect(devices[1]!.replica.refused().map(({ id, reason, changes }) => [id, reason, changes])).toEqual([
    [doomed, 'erased', {}],
  ]);
  expect(devices[2]!.replica.refused()).toEqual([]);
  expect(await value(store.record(WORKSPACE, doomed))).toBeUndefined();

  // said anew under the same id, by a device that undoes its deletion or a program of its own: refused as well
  await saved(devices[2]!, { id: doomed, changes: { name: 'lần nữa' }, create: true });
  await calm();
  expect(devices[2]!.columns.has(doomed)).toBe(false);
  expect(await value(store.record(WORKSPACE, doomed))).toBeUndefined();
  const row = (await value(store.record(WORKSPACE, stays)))!;
  expect(foldRecord(stays, row.state).values).toMatchObject({ title: 'giữ' });
}, 30_000);

import { expect, test } from 'vitest';
import { personOf, type Person } from '#core/access/person.ts';
import { RECORD_RIGHTS } from '#core/access/role.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { canonicalState } from '#crdt/record.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { compactLogs } from '../../sync-server/upkeep/compact-log.ts';
import { value } from '../contract/store.ts';
import type { Device } from './device.ts';
import { DAY, saved, world, WORKSPACE } from './world.ts';

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

test(
  '90 days offline, past the horizon, with unsent edits: ends equal to all others, no edit lost, little is sent',
  { timeout: 30_000 },
  async () => {
    const people = ['an', 'binh', 'chi'].map(administrator);
    const { devices, time, store, heard, settle, leave, comeBack, contact } = await world(people);
    const [an, binh] = devices as [Device, Device, Device];
    const ids: RecordId[] = Array.from({ length: 120 }, contact);
    await saved(an, ...ids.map((id) => ({ id, changes: { name: `Khách ${id}` }, create: true as const })));
    await settle();
    expect(devices.map((device) => device.columns.ids('contact').length)).toEqual([120, 120, 120]);

    leave(2);
    await settle();
    const [lan, minh, hoa, doomed] = ids as [RecordId, RecordId, RecordId, RecordId];
    const made = contact();
    const chi = () => devices[2]!;
    await saved(
      chi(),
      { id: lan, changes: { title: 'của Chi' } },
      { id: minh, changes: { 'text:description': 'ghi' } },
    );
    await saved(chi(), { id: made, changes: { name: 'Chi tạo' }, create: true });
    await saved(chi(), { id: doomed, changes: { name: 'Chi sửa' } });

    for (let day = 0; day < 90; day += 2) {
      await saved(an, { id: hoa, changes: { title: `ngày ${day}` } });
      await saved(binh, { id: lan, changes: { name: `Lan ${day}`, ownerId: day % 4 ? 'binh' : 'an' } });
      if (day === 44) await saved(binh, { id: doomed, changes: { deletedAt: time.now(), deletedBy: 'binh' } });
      time.pass(2 * DAY);
      await settle();
    }
    time.pass(10 * DAY);
    await settle();
    const removed = await value(compactLogs({ store, before: time.now() - 30 * DAY, pauseMs: 0 }));
    expect(removed).toBeGreaterThan(40);

    await comeBack(2);
    const welcome = heard[2]!.find((m) => m.type === 'welcome');
    expect(welcome?.reset).toBe(true);
    // told of every record, and sent only what it did not have
    const told = heard[2]!.flatMap((m) => (m.type === 'keep-only' ? m.records : []));
    expect(told.length).toBe(119); // all but the one that is in a group new to it, and the one it made
    const sent = heard[2]!.reduce((sum, m) => sum + (m.type === 'page' ? m.count : 0), 0);
    expect(sent).toBeLessThan(20);

    await settle();
    for (const device of devices) {
      expect(device.replica.pending.count).toBe(0);
      expect(device.replica.refused()).toEqual([]);
      expect(device.columns.ids('contact').length).toBe(121);
    }
    for (const id of [...ids, made]) {
      const { state } = (await value(store.record(WORKSPACE, id)))!;
      for (const device of devices) {
        expect(canonicalState(id, (await device.replica.document(id))!)).toBe(canonicalState(id, state));
      }
    }
    const row = (id: RecordId) => an.columns.get(id)!.values;
    expect(row(lan)).toMatchObject({ title: 'của Chi', name: 'Lan 88', ownerId: 'an' });
    expect(row(minh)['description']).toBe('ghi');
    expect(row(hoa)['title']).toBe('ngày 88');
    expect(row(made)['name']).toBe('Chi tạo');
  },
);

test(
  'V5, P5: what moved away meanwhile is gone from the device, and what was typed on it lies in the tray',
  { timeout: 30_000 },
  async () => {
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
  },
);

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { LIMITS, type Change } from '#core/protocol/messages.ts';
import { editRecord } from '#crdt/record.ts';
import { created, T0, value } from '../../tests/contract/store.ts';
import { administrator } from './testing/person.ts';
import { createTestRelay } from './testing/test-relay.ts';

const FILLER = { user: 'filler', device: 'filler', clientId: 77 };
const GROUPS = ['contact::'];

let pushes: number;
beforeEach(() => {
  pushes = 0;
});

const test = createTestRelay();
const connect = () => test.connect('an');

async function commit(changes: readonly Change[]): Promise<void> {
  for (let i = 0; i < changes.length; i += 512) {
    const part = changes.slice(i, i + 512);
    const push = { ...FILLER, person: administrator('filler'), n: ++pushes, at: T0, changes: part };
    await value(test.store.commit(test.workspace, [push]));
  }
}
const people = (count: number) => Array.from({ length: count }, (_, i) => created({ name: `Khách ${i}` }, FILLER));
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('V5: a place that means nothing here', () => {
  it('is answered with a manifest; the device is brought what it lacks or has otherwise, and no more', async () => {
    const [lan, minh, hoa, ...others] = people(600);
    await commit([lan!, minh!, hoa!, ...others]);
    const device = connect();
    for (const { id, update } of [minh!, ...others]) device.records().set(id, { id, seq: 1, state: update });
    const stamp = { hlc: hlcFromMs(T0 + 1), clientId: FILLER.clientId };
    const { update, state } = editRecord(lan!.id, lan!.update, { title: 'CEO' }, stamp);
    device.records().set(lan!.id, { id: lan!.id, seq: 1, state: lan!.update });
    await commit([{ id: lan!.id, update }]);

    device.hello({ incarnation: 'another', seq: 3 });
    const end = await device.hears('caught-up');
    expect((await device.hears('welcome')).reset).toBe(true);
    expect(end.seq).toBe(601);
    const parts = device.heard.flatMap((m) => (m.type === 'keep-only' ? [m.records.length] : []));
    expect(parts).toEqual([600]);
    const pages = device.heard.filter((m) => m.type === 'page');
    expect(pages.map(({ count, seq }) => [count, seq])).toEqual([[2, 601]]); // said up to the place it was compared at
    expect(device.records().get(lan!.id)!.state).toEqual(state);
    expect(device.records().has(hoa!.id)).toBe(true);
    // only then are its groups whole, and it goes on from there
    const kinds = device.heard.map((m) => m.type);
    expect(kinds.slice(kinds.indexOf('keep-only'))).toEqual(['keep-only', 'page', 'groups', 'caught-up']);
    expect(await device.hears('groups')).toEqual({ type: 'groups', dropped: [], complete: GROUPS });
  });

  it('a group the device touched and has not whole is compared, also where its place is known (V7)', async () => {
    const all = people(30);
    await commit(all);
    const device = connect();
    for (const { id, update } of all.slice(5)) device.records().set(id, { id, seq: 1, state: update });
    const cursor = { incarnation: test.store.incarnation, seq: 30 };
    device.say({ type: 'hello', version: 3, build: 'b', device: 'd', cursor, touched: GROUPS, complete: [] });
    await device.hears('caught-up');
    expect((await device.hears('welcome')).reset).toBe(false);
    expect(device.heard.flatMap((m) => (m.type === 'page' ? [m.count] : []))).toEqual([5]);
    expect(device.records().size).toBe(30);
  });

  it('a group the device never touched comes whole, without a question', async () => {
    await commit([...people(3), created({ name: 'x', ownerId: 'an' }, FILLER)]);
    const device = connect();
    const cursor = { incarnation: test.store.incarnation, seq: 4 };
    device.say({ type: 'hello', version: 3, build: 'b', device: 'd', cursor, touched: GROUPS, complete: GROUPS });
    await device.hears('caught-up');
    expect(device.heard.some((m) => m.type === 'keep-only')).toBe(false);
    expect(device.records().size).toBe(1);
  });

  it('P8: no more parts are under way than the device has answered, whatever else it confirms', async () => {
    await commit(people(5 * LIMITS.manifestRecords + 1));
    const device = connect();
    device.confirms = false;
    device.hello({ incarnation: 'another', seq: 3 });
    const parts = () => device.heard.filter((m) => m.type === 'keep-only');
    await vi.waitFor(() => expect(parts()).toHaveLength(LIMITS.manifestsInFlight));
    device.say({ type: 'got', seq: 10_000 });
    for (let i = 0; i < 50; i++) await turn();
    expect(parts()).toHaveLength(LIMITS.manifestsInFlight);
    device.confirms = true;
    for (let i = 0; i < LIMITS.manifestsInFlight; i++) device.say({ type: 'want', ids: [] });
    await device.hears('caught-up');
    expect(parts().map(({ records }) => records.length)).toEqual([1024, 1024, 1024, 1024, 1024, 1]);
  });

  it('an answer nobody asked for ends the connection', async () => {
    const device = connect();
    device.hello();
    await device.hears('caught-up');
    device.say({ type: 'want', ids: [] });
    expect(await device.closes()).toBe('malformed');
  });
});

describe('V6: one pull is one read snapshot', () => {
  it('a commit between two of its pages is in none of them, and comes after them', async () => {
    const all = people(5000);
    await commit(all);
    const writer = connect();
    writer.hello({ incarnation: test.store.incarnation, seq: 5000 }, 'writer');
    await writer.hears('caught-up');
    const device = connect();
    device.confirms = false; // so that the pull waits for its device half way
    device.hello();
    const pages = () => device.heard.filter((m) => m.type === 'page');
    await vi.waitFor(() => expect(pages()).toHaveLength(LIMITS.pagesInFlight));
    const last = all.at(-1)!;
    const stamp = { hlc: hlcFromMs(T0 + 1), clientId: 5 };
    const { update, state } = editRecord(last.id, last.update, { name: 'giữa hai trang' }, stamp);
    writer.push(1, { id: last.id, update });
    await writer.hears('ack');
    device.confirms = true;
    for (const { seq } of pages()) device.say({ type: 'got', seq });
    await device.hears('caught-up');
    // the last record is in the pull as it was when it began, and once more as it is now
    expect(
      pages()
        .map(({ seq }) => seq)
        .slice(-2),
    ).toEqual([5000, 5001]);
    expect(pages().reduce((sum, { count }) => sum + count, 0)).toBe(5001);
    expect(device.records().get(last.id)!.state).toEqual(state);
  });
});

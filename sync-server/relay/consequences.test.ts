import { describe, expect, it } from 'vitest';
import { BUILT_IN_ROLES } from '#core/access/role.ts';
import { personOf } from '#core/access/person.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Change } from '#core/protocol/messages.ts';
import type { Changes } from '#core/record/row.ts';
import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { T0, value } from '../../tests/contract/store.ts';
import { SETTLED_AT_ONCE } from '../store/consequences.ts';
import { administrator } from './testing/person.ts';
import type { TestDevice } from './testing/test-device.ts';
import { createTestRelay } from './testing/test-relay.ts';

const test = createTestRelay();
let at = T0;

const member = BUILT_IN_ROLES.find(({ id }) => id === 'member')!;
const seller = (user: string, department: string) => personOf(user, member, department, []);
async function live(
  person = administrator('an'),
  on = test.relay,
  device: string = crypto.randomUUID(),
): Promise<TestDevice> {
  const connected = test.connect(person.id, on, () => person);
  connected.hello(undefined, device);
  await connected.hears('caught-up');
  return connected;
}
const stamp = (clientId: number) => ({ hlc: hlcFromMs(++at), clientId });
const make = (type: 'company' | 'contact', changes: Changes): Change => ({
  id: newId(type, T0),
  update: createRecord(changes, stamp(77)),
});
/** A company, with so many contacts of one department. */
async function firm(contacts: number, departmentId = 'd1') {
  const company = make('company', { name: 'Ánh Dương' });
  const people = Array.from({ length: contacts }, (_, i) =>
    make('contact', { name: `Lan ${i}`, companyId: company.id, departmentId }),
  );
  const filler = { person: administrator('filler'), user: 'filler', device: 'filler', at: T0 };
  const pushes = [[company], ...Array.from({ length: Math.ceil(contacts / 500) }, (_, i) => people.slice(i * 500, i * 500 + 500))]; // prettier-ignore
  for (const [i, changes] of pushes.entries())
    await value(test.store.commit(test.workspace, [{ ...filler, n: i + 1, changes }]));
  return { company: company.id, people: people.map(({ id }) => id).sort() };
}
const change = async (id: RecordId, changes: Changes, clientId: number): Promise<Change> => {
  const { state } = (await value(test.store.record(test.workspace, id)))!;
  return { id, update: editRecord(id, state, changes, stamp(clientId)).update };
};
const companyAt = (device: TestDevice, id: RecordId) => {
  const record = device.records().get(id);
  return record && foldRecord(id, record.state).values['companyId'];
};
const told = (device: TestDevice, id: RecordId) =>
  device.heard.some((m) => m.type === 'changes' && (m.drops.includes(id) || m.records.some((r) => r.id === id)));

describe('P6: consequences reach whoever may see them', () => {
  it('the sender’s own device and other tabs too; the answer steps over none of them, and is the same again', async () => {
    const { company, people } = await firm(2);
    const [sender, tab] = [await live(undefined, test.relay, 'phone'), await live()];
    sender.push(1, await change(company, { deletedAt: at }, 5));
    const ack = await sender.hears('ack');
    expect(ack).toMatchObject({ seq: 4, results: [{ kind: 'ok' }] });
    for (const device of [sender, tab]) {
      const changes = await device.hears('changes', ({ records }) => records.length > 0);
      expect(changes.seq).toBe(6);
      for (const id of people) expect(companyAt(device, id)).toBeUndefined();
    }
    expect(companyAt(tab, people[0]!)).toBeUndefined();
    expect(told(sender, company)).toBe(false); // its own
    expect(told(tab, company)).toBe(true);
    // where the changes were lost, the cursor the answer allows brings them
    const again = test.connect('an');
    again.hello({ incarnation: test.store.incarnation, seq: ack.seq }, 'phone');
    await again.hears('caught-up');
    for (const id of people) expect(again.records().has(id)).toBe(true);
    const page = { records: 10, bytes: 1e9 };
    expect((await value(test.store.pull(test.workspace, ack.seq, page, { person: administrator('an') }))).count).toBe(
      2,
    );
    again.push(1, await change(company, { deletedAt: at }, 5));
    expect(await again.hears('ack')).toMatchObject({ n: 1, seq: 4, results: [{ kind: 'ok' }] });
    expect((await value(test.store.head(test.workspace))).seq).toBe(6);
  });

  it('I4: not whoever may not see the contact, were it the one who deleted the company', async () => {
    const { company, people } = await firm(2, 'd2');
    const [sender, colleague] = [await live(seller('an', 'd1')), await live(seller('binh', 'd2'))];
    sender.push(1, await change(company, { deletedAt: at }, 6));
    await sender.hears('ack');
    await colleague.hears('changes', ({ records }) => records.some(({ id }) => id === people[1]));
    for (const id of people) {
      expect(told(sender, id)).toBe(false);
      expect(companyAt(colleague, id)).toBeUndefined();
    }
  });

  it('a large company: the rest follows in further transactions, others write in between; a crash leaves none undone', async () => {
    const { company, people } = await firm(3 * SETTLED_AT_ONCE + 5);
    let turn = Promise.resolve(); // when the next step may begin
    const store = { ...test.store, settle: (workspace: string) => turn.then(() => test.store.settle(workspace)) };
    const relay = test.another({ store });
    const [sender, other] = [await live(undefined, relay), await live(undefined, relay)];
    const gate = Promise.withResolvers<void>();
    turn = gate.promise;
    sender.push(1, await change(company, { deletedAt: at }, 7));
    await sender.hears('ack');
    other.push(1, { id: newId('contact', T0), update: createRecord({ name: 'Tú' }, stamp(8)) });
    const { seq } = await other.hears('ack');
    // company, contacts, deletion, and not all of the consequences
    expect(seq).toBeLessThan(1 + people.length + 1 + people.length);
    gate.resolve();
    const cleared = (device: TestDevice) => people.every((id) => device.records().has(id) && companyAt(device, id) === undefined); // prettier-ignore
    for (const device of [sender, other]) await expect.poll(() => cleared(device), { timeout: 20_000 }).toBe(true);

    // the relay that did the first step is gone: whoever connects next has it continued
    const back = await change(company, { deletedAt: null }, 9);
    const push = { person: administrator('an'), user: 'an', device: 'gone', n: 1, at: T0, changes: [back] };
    const [outcome] = await value(test.store.commit(test.workspace, [push]));
    expect(outcome).toMatchObject({ kind: 'committed', unsettled: true });
    const next = await live(undefined, test.another());
    await expect.poll(() => people.every((id) => companyAt(next, id) === company), { timeout: 20_000 }).toBe(true);
  }, 60_000);
});

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import { CLOSE, type Change } from '#core/protocol/messages.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { sampleRecords } from '../../support/sample-records.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';
import type { RoleInput } from '#core/access/people-schemas.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let relay: TestRelay;
let admin: TestBrowser;
beforeEach(async () => {
  relay = await startTestRelay({ recheckMs: 60_000 });
  admin = await setUp(relay);
});
afterEach(() => relay.stop());

const ROLE: RoleInput = {
  name: 'Tổng đài',
  settings: false,
  types: { contact: { visible: { preset: 'mine' }, rights: ['create', 'edit'] }, company: undefined },
};

async function people(browser = admin) {
  const answer = await browser.api.people.all();
  if (!answer.ok) throw new Error(answer.error.type);
  return answer.value;
}
const typeOf = (result: { ok: boolean; error?: { type: string } }) => (result.ok ? 'ok' : result.error!.type);
const me = async (browser: TestBrowser) => {
  const session = await browser.api.session();
  if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
  return session.value.me;
};

describe('roles', () => {
  test('are made, changed, given, and removed when nobody has them', async () => {
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    const made = await admin.api.people.createRole(ROLE);
    if (!made.ok) throw new Error(made.error.type);
    expect(made.value).toMatchObject({ name: 'Tổng đài', types: { contact: { rights: ['create', 'edit'] } } });
    const { id } = made.value;
    expect(typeOf(await admin.api.people.createRole({ ...ROLE, name: 'tổng ĐÀI' }))).toBe('name-taken');
    expect(typeOf(await admin.api.people.editMember((await me(binh)).id, { roleId: id }))).toBe('ok');
    expect((await me(binh)).role).toBe(id);
    expect(typeOf(await admin.api.people.removeRole(id))).toBe('role-used');
    expect(typeOf(await admin.api.people.editRole(id, { ...ROLE, settings: true }))).toBe('ok');
    // settings come with it: Bình may now see and invite people
    expect((await people(binh)).roles.map((role) => role.id)).toEqual(['admin', 'manager', 'member', id]);
    expect(typeOf(await binh.api.invitations.create({ email: 'c@saomai.vn', role: 'manager' }))).toBe('ok');
    expect(typeOf(await admin.api.people.editMember((await me(binh)).id, { roleId: 'member' }))).toBe('ok');
    expect(typeOf(await admin.api.people.removeRole(id))).toBe('ok');
    expect(typeOf(await binh.api.people.all())).toBe('forbidden');
    await relay.restart();
    expect((await people()).roles.map((role) => role.id)).toEqual(['admin', 'manager', 'member']);
  });

  test('built-in ones stay; the administrator’s is fixed; conditions ask about partition fields only', async () => {
    expect(typeOf(await admin.api.people.editRole('admin', ROLE))).toBe('role-fixed');
    expect(typeOf(await admin.api.people.removeRole('member'))).toBe('role-fixed');
    expect(typeOf(await admin.api.people.editRole('member', ROLE))).toBe('ok');
    const member = (await people()).roles.find((role) => role.id === 'member');
    expect(member).toMatchObject({ name: { vi: 'Nhân viên' }, types: { contact: { visible: { preset: 'mine' } } } });
    const asks = (filter: object) =>
      admin.api.people.createRole({
        ...ROLE,
        types: { contact: { visible: { filter: filter as never }, rights: [] }, company: undefined },
      });
    expect(typeOf(await asks({ field: 'name', op: 'is', value: 'An' }))).toBe('invalid');
    expect(typeOf(await asks({ field: 'ownerId', op: 'contains', value: 'an' }))).toBe('invalid');
    expect(typeOf(await asks({ any: [{ field: 'ownerId', op: 'in', value: ['@me'] }] }))).toBe('ok');
  });
});

test('P4: what a push needs is asked by the relay, whatever the client shows: create, import, edit, delete', async () => {
  const binh = await addMember(relay, admin, 'binh@saomai.vn');
  const { id: userId } = await me(binh);
  const made = await admin.api.people.createRole({
    ...ROLE,
    types: { contact: { visible: { preset: 'mine' }, rights: ['create'] }, company: undefined },
  });
  if (!made.ok) throw new Error(made.error.type);
  expect(typeOf(await admin.api.people.editMember(userId, { roleId: made.value.id }))).toBe('ok');
  const allow = async (rights: RoleInput['types']['contact'] & object) =>
    expect(
      typeOf(
        await admin.api.people.editRole(made.value.id, { ...ROLE, types: { contact: rights, company: undefined } }),
      ),
    ).toBe('ok');
  const visible = { preset: 'mine' } as const;
  let hlc = hlcFromMs(Date.now());
  const stamp = () => ({ hlc: (hlc += 1), clientId: 5150 });
  const device = newId('device');
  const push = async (changes: readonly Change[]) => {
    const client = await connectPushClient(relay.url, binh.cookie, device);
    const { results } = await client.push(changes);
    client.close();
    return results.map((result) => (result.kind === 'rejected' ? result.reason : result.kind));
  };
  const id = newId('contact');
  const state = createRecord({ name: 'Khách của Bình', ownerId: userId }, stamp());
  expect(await push([{ id, update: state }])).toEqual(['ok']);
  const imported = (contact: string) => ({
    id: contact,
    update: createRecord({ name: 'Từ tệp', ownerId: userId, batch: newId('import') }, stamp()),
  });
  const first = imported(newId('contact'));
  expect(await push([first])).toEqual(['forbidden']);
  await allow({ visible, rights: ['create', 'import'] });
  expect(await push([imported(newId('contact'))])).toEqual(['ok']);
  const edit = editRecord(id, state, { title: 'Giám đốc' }, stamp());
  expect(await push([{ id, update: edit.update }])).toEqual(['forbidden']);
  await allow({ visible, rights: ['edit'] });
  const again = editRecord(id, state, { title: 'Giám đốc' }, { hlc: (hlc += 1), clientId: 5151 });
  expect(await push([{ id, update: again.update }])).toEqual(['ok']);
  const deletion = editRecord(
    id,
    again.state,
    { deletedAt: Date.now(), deletedBy: userId },
    { hlc: (hlc += 1), clientId: 5152 },
  );
  expect(await push([{ id, update: deletion.update }])).toEqual(['forbidden']);
  expect(await push([{ ...imported(newId('contact')) }])).toEqual(['forbidden']);
});

test('P4 C26: a role saved by an app of before treats leads as contacts; a converted lead is edited by nobody', async () => {
  const binh = await addMember(relay, admin, 'binh@saomai.vn');
  const { id: userId } = await me(binh);
  const contact = { visible: { preset: 'mine' }, rights: ['create', 'edit'] } as const;
  // says nothing of leads, as all stored roles of before
  const made = await admin.api.people.createRole({ ...ROLE, types: { contact } });
  if (!made.ok) throw new Error(made.error.type);
  expect(made.value.types).toMatchObject({ lead: contact });
  expect(typeOf(await admin.api.people.editMember(userId, { roleId: made.value.id }))).toBe('ok');
  await relay.restart();

  let hlc = hlcFromMs(Date.now());
  const device = newId('device');
  const push = async (change: Change) => {
    const client = await connectPushClient(relay.url, binh.cookie, device);
    const { results } = await client.push([change]);
    client.close();
    return results.map((result) => (result.kind === 'rejected' ? result.reason : result.kind))[0];
  };
  const id = newId('lead');
  const state = createRecord({ name: 'Hạnh', ownerId: userId }, { hlc, clientId: 5150 });
  expect(await push({ id, update: state })).toBe('ok');
  let clientId = 5150;
  const write = (from: Uint8Array, changes: Record<string, string | null>) =>
    editRecord(id, from, changes, { hlc: (hlc += 1), clientId: (clientId += 1) });
  const converted = write(state, { convertedContactId: newId('contact'), convertedCompanyId: null });
  expect(await push({ id, update: converted.update })).toBe('ok');
  expect(await push({ id, update: write(converted.state, { title: 'Giám đốc' }).update })).toBe('forbidden');
  const undone = write(converted.state, { convertedContactId: null, convertedCompanyId: null });
  expect(await push({ id, update: undone.update })).toBe('ok');
  expect(await push({ id, update: write(undone.state, { title: 'Giám đốc' }).update })).toBe('ok');

  // null says "not seen", and stays so
  const none = await admin.api.people.editRole(made.value.id, { ...ROLE, types: { contact, lead: null } });
  expect(none).toMatchObject({ ok: true, value: { types: { lead: null } } });
  await relay.restart();
  expect(await push({ id: newId('lead'), update: createRecord({ name: 'X', ownerId: userId }, { hlc: (hlc += 1), clientId: (clientId += 1) }) })).toBe('forbidden'); // prettier-ignore
  expect((await people()).roles.find((role) => role.id === made.value.id)!.types.lead).toBeNull();
});

describe('members', () => {
  test('an invitation brings its role and department', async () => {
    const department = await admin.api.people.createDepartment({ name: 'CSKH' });
    if (!department.ok) throw new Error(department.error.type);
    const bad = await admin.api.invitations.create({ email: 'b@saomai.vn', role: 'king' });
    expect(bad).toMatchObject({ ok: false, error: { type: 'invalid', fields: { role: 'role-unknown' } } });
    const made = await admin.api.invitations.create({
      email: 'b@saomai.vn',
      role: 'manager',
      departmentId: department.value.id,
    });
    if (!made.ok) throw new Error(made.error.type);
    expect(made.value).toMatchObject({ role: 'manager', departmentId: department.value.id });
    const browser = relay.browser();
    const joined = await browser.api.invitations.accept(made.value.id, { name: 'Bình', password: 'mat-khau-2' });
    expect(joined).toMatchObject({ ok: true, value: { role: 'manager' } });
    expect((await people()).members[1]).toMatchObject({ roleId: 'manager', departmentId: department.value.id });
  });

  test('a deactivated member is signed out at once, cannot sign in, and comes back with everything', async () => {
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    const { id } = await me(binh);
    const socket = binh.socket('/rooms/workspace');
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await new Promise((resolve) => socket.on('open', resolve));
    expect(typeOf(await admin.api.people.editMember(id, { active: false }))).toBe('ok');
    expect(await closed).toBe(CLOSE.wipe.code); // and keeps no copy (sync.md §5)
    expect(await binh.api.session()).toMatchObject({ ok: true, value: { state: 'signed-out' } });
    const sign = () => binh.api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' });
    expect(typeOf(await sign())).toBe('wrong-password');
    expect(typeOf(await admin.api.people.editMember(id, { active: true }))).toBe('ok');
    expect(typeOf(await sign())).toBe('ok');
  });

  test('the last one with the settings right keeps it', async () => {
    const { id } = await me(admin);
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    for (const input of [{ active: false }, { roleId: 'member' }])
      expect(typeOf(await admin.api.people.editMember(id, input))).toBe('last-admin');
    expect(typeOf(await admin.api.people.editMember((await me(binh)).id, { roleId: 'admin' }))).toBe('ok');
    expect(typeOf(await binh.api.people.editMember(id, { roleId: 'member' }))).toBe('ok');
    expect(typeOf(await admin.api.people.all())).toBe('forbidden');
    expect(typeOf(await binh.api.people.editMember('nobody', { active: false }))).toBe('unknown');
    expect(typeOf(await binh.api.people.editMember(id, { roleId: 'king' }))).toBe('role-unknown');
    expect(typeOf(await binh.api.people.editMember(id, { departmentId: 'nowhere' }))).toBe('department-unknown');
  });

  test('nothing of it without the settings right, nor signed out', async () => {
    const binh = await addMember(relay, admin, 'binh@saomai.vn', 'member');
    const { id } = await me(binh);
    for (const [browser, type] of [
      [binh, 'forbidden'],
      [relay.browser(), 'signed-out'],
    ] as const) {
      const { people: calls } = browser.api;
      expect(typeOf(await calls.all())).toBe(type);
      expect(typeOf(await calls.createRole(ROLE))).toBe(type);
      expect(typeOf(await calls.editMember(id, { roleId: 'admin' }))).toBe(type);
      expect(typeOf(await calls.createDepartment({ name: 'x' }))).toBe(type);
      expect(typeOf(await calls.removeDepartment('sales'))).toBe(type);
      expect(typeOf(await calls.preview({ memberId: id, type: 'contact', rule: undefined }))).toBe(type);
    }
  });
});

test('departments: parents without cycles, managers that exist, children and members move up', async () => {
  const { people: calls } = admin.api;
  const { id: boss } = await me(admin);
  const make = async (name: string, parentId?: string) => {
    const made = await calls.createDepartment({ name, parentId, managerId: boss });
    if (!made.ok) throw new Error(made.error.type);
    return made.value.id;
  };
  const north = await make('Miền Bắc', 'sales');
  const hanoi = await make('Hà Nội', north);
  expect(typeOf(await calls.editDepartment('sales', { name: 'Kinh doanh', parentId: hanoi }))).toBe('parent-cycle');
  expect(typeOf(await calls.editDepartment(hanoi, { name: 'Hà Nội', parentId: hanoi }))).toBe('parent-cycle');
  expect(typeOf(await calls.createDepartment({ name: 'x', parentId: 'nowhere' }))).toBe('parent-unknown');
  expect(typeOf(await calls.createDepartment({ name: 'x', managerId: 'nobody' }))).toBe('manager-unknown');
  expect(typeOf(await calls.createDepartment({ name: 'hà nội' }))).toBe('name-taken');
  expect(typeOf(await calls.editMember(boss, { departmentId: north }))).toBe('ok');
  expect(typeOf(await calls.removeDepartment(north))).toBe('ok');
  const after = await people();
  expect(after.departments.find((one) => one.id === hanoi)).toMatchObject({ parentId: 'sales', managerId: boss });
  expect(after.members[0]).toMatchObject({ departmentId: 'sales' });
  expect(typeOf(await calls.removeDepartment(north))).toBe('unknown');
});

test('the preview counts what a member would see under a rule', async () => {
  const binh = await addMember(relay, admin, 'binh@saomai.vn');
  const { id } = await me(binh);
  const { id: boss } = await me(admin);
  const client = await connectPushClient(relay.url, admin.cookie);
  const stamp = { hlc: hlcFromMs(Date.now()), clientId: 77 };
  const changes = sampleRecords(60, { owners: [boss, id], departments: ['sales', 'care'] });
  const rows = [...changes].filter((one) => one.id.startsWith('contact_'));
  await client.push(
    rows.map((one, i) => ({
      id: one.id,
      update: createRecord(i === 0 ? { ...one.changes, deletedAt: 1 } : one.changes, stamp),
    })),
  );
  client.close();
  const count = async (preset: 'all' | 'mine' | 'departments' | undefined) => {
    const answer = await admin.api.people.preview({ memberId: id, type: 'contact', rule: preset && { preset } });
    if (!answer.ok) throw new Error(answer.error.type);
    return answer.value;
  };
  const living = rows.slice(1).map((one) => one.changes);
  expect(await count('all')).toBe(living.length);
  expect(await count('mine')).toBe(living.filter((values) => values['ownerId'] === id).length);
  expect(await count(undefined)).toBe(living.filter((values) => values['departmentId'] === 'sales').length);
  expect(await count('departments')).toBe(await count(undefined));
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordRight } from '#core/access/role.ts';
import { isId } from '#core/kit/ids.ts';
import { REPRESENTATIVE_KEY, type Item } from '#core/record/row.ts';
import type { CommandError, Commands, Done, FormValues } from '#data-worker/port.ts';
import {
  ADA,
  BINH,
  createMemoryContext,
  requiring,
  WORKSPACE,
  type MemoryContext,
} from '#tests/support/memory-context.ts';
import { createCommands, type CommandRunner } from './run.ts';

const VALUES: FormValues = { name: 'Lê Văn Cường', phones: ['0912 345 678'], departmentId: 'sales', ownerId: ADA };

let context: MemoryContext;
let commands: CommandRunner;
beforeEach(() => {
  context = createMemoryContext();
  commands = createCommands(context);
});

async function done<C extends keyof Commands>(name: C, input: Commands[C]['input']): Promise<Commands[C]['output']> {
  const result = await commands.run(name, input);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
async function failure<C extends keyof Commands>(name: C, input: Commands[C]['input']): Promise<CommandError> {
  const result = await commands.run(name, input);
  if (result.ok) throw new Error('it succeeded');
  return result.error;
}
const undo = (of: Done): Promise<Done> => done('undo', { token: of.undo });
const make = async (values: FormValues = {}): Promise<{ id: string } & Done> => {
  const made = await done('contact.create', { values: { ...VALUES, ...values } });
  return { id: made.ids[0]!, ...made };
};
const values = (id: string) => context.row(id)!.values;
const phones = (id: string) => (values(id).phones ?? []) as unknown as readonly Item[];
const edit = (id: string, change: FormValues) => done('contact.edit', { id, values: change });

describe('contact.create', () => {
  it('writes the checked values, who made it and where it came from (B2)', async () => {
    const { id } = await make({
      name: '  Lê Văn Cường '.normalize('NFD'),
      emails: ['A@Example.VN'],
      description: 'Gọi lại\nsau Tết',
    });
    expect(isId(id, 'contact')).toBe(true);
    expect(values(id)).toEqual({
      name: 'Lê Văn Cường',
      phones: [{ id: '0', value: '+84912345678', raw: '0912 345 678' }],
      emails: [{ id: '0', value: 'a@example.vn', raw: 'A@Example.VN' }],
      departmentId: 'sales',
      ownerId: ADA,
      source: 'system',
      description: 'Gọi lại\nsau Tết',
      createdBy: ADA,
    });
  });

  it('names every missing required field at once and writes nothing (A21, B2)', async () => {
    const error = await failure('contact.create', { values: { name: '   ', phones: [], title: 'x' } });
    expect(error).toEqual({
      type: 'invalid',
      fields: ['name', 'phones', 'departmentId', 'ownerId'].map((field) => ({ field, error: { type: 'required' } })),
    });
    expect(context.states.size).toBe(0);
    expect(context.asked).toEqual([]);
  });

  it('says of each field what is wrong with it, one message a field', async () => {
    const error = await failure('contact.create', {
      values: {
        ...VALUES, name: 'x'.repeat(501), phones: ['abc'], emails: ['no'], ownerId: 'user_nobody', departmentId: 'none', source: 'fax',
        rating: 9, birthday: 'gestern', nothing: 1, batch: 'sample',
      },
    }); // prettier-ignore
    expect(error.type === 'invalid' && error.fields.map((f) => [f.field, f.error.type])).toEqual([
      ['name', 'too-long'],
      ['phones', 'phone-invalid'],
      ['emails', 'email-invalid'],
      ['departmentId', 'department-unknown'],
      ['ownerId', 'member-unknown'],
      ['source', 'choice-unknown'],
      ['rating', 'number-invalid'],
      ['birthday', 'date-invalid'],
      ['nothing', 'field-unknown'],
      ['batch', 'field-unknown'],
    ]);
    expect(error.type === 'invalid' && error.fields[1]!.error).toMatchObject({ input: 'abc' });
  });

  it('asks for what the workspace requires instead (B7)', async () => {
    context.workspace = requiring('name', 'emails');
    expect(await failure('contact.create', { values: { name: 'An' } })).toEqual({
      type: 'invalid',
      fields: [{ field: 'emails', error: { type: 'required' } }],
    });
    const made = await done('contact.create', { values: { name: 'An', emails: ['an@example.vn'] } });
    expect(values(made.ids[0]!).name).toBe('An');
  });

  it('refuses input of another shape, by field', async () => {
    const wrong = { values: { ...VALUES, name: new Date(), title: () => 1 }, more: 1 } as unknown as {
      values: FormValues;
    };
    const error = await failure('contact.create', wrong);
    expect(error.type === 'invalid' && error.fields.map((f) => [f.field, f.error.type])).toEqual([
      ['name', 'input-invalid'],
      ['title', 'input-invalid'],
      ['more', 'input-invalid'],
    ]);
    expect((await failure('contact.create', undefined as never)).type).toBe('invalid');
  });

  it('keeps the first phone first, and one number once', async () => {
    const { id } = await make({ phones: ['0987654321', '0912345678', '+84 987 654 321'] });
    expect(phones(id).map((p) => p.value)).toEqual(['+84987654321', '+84912345678']);
  });
});

describe('contact.edit', () => {
  it('writes only what differs', async () => {
    const { id } = await make();
    const result = await edit(id, { ...VALUES, phones: values(id).phones!, title: 'Giám đốc' });
    expect(result.ids).toEqual([id]);
    expect(context.asked.at(-1)).toEqual([{ on: 'record.save', type: 'contact', id, patch: { title: 'Giám đốc' } }]);
  });

  it('writes nothing when nothing changed, and says so', async () => {
    const { id } = await make({ description: 'abc' });
    const before = context.states.get(id);
    const same = {
      name: ' Lê Văn  Cường',
      phones: values(id).phones!,
      description: 'abc ',
      emails: [],
      birthday: null,
    };
    const result = await edit(id, same);
    expect(result.ids).toEqual([]);
    expect(context.states.get(id)).toBe(before);
    expect((await undo(result)).ids).toEqual([]);
  });

  it('refuses to empty a required field, and leaves fields alone that were not given', async () => {
    const { id } = await make();
    expect(await failure('contact.edit', { id, values: { name: null, title: 'x' } })).toEqual({
      type: 'invalid',
      fields: [{ field: 'name', error: { type: 'required' } }],
    });
    expect(values(id).title).toBeUndefined();
  });

  it('gives each phone its own register: kept ids, new ids, removed ones', async () => {
    const { id } = await make({ phones: ['0912345678', '0987654321'] });
    const [first, second] = phones(id);
    await edit(id, {
      phones: [
        { ...second!, label: 'nhà' },
        { id: 'form-1', value: '024 3825 6789' },
      ] as never,
    });
    const after = phones(id);
    expect(after.map((p) => p.value)).toEqual(['+84987654321', '+842438256789']);
    expect(after[0]).toEqual({ ...second, label: 'nhà' });
    expect(after[1]!.id).toMatch(/^i[0-9a-z]{11}$/);
    expect(after.some((p) => p.id === first!.id)).toBe(false);
  });

  it('moves the primary phone by one register, and the order holds', async () => {
    const { id } = await make({ phones: ['0912345678', '0987654321'] });
    const [first, second] = phones(id);
    await edit(id, { phones: [second!, first!] as never });
    expect(phones(id)).toEqual([second, first]);
    const added = [{ id: 'n1', value: '0933333333' }, second, first];
    await edit(id, { phones: added as never });
    expect(phones(id).map((p) => p.value)).toEqual(['+84933333333', first!.value, second!.value]);
  });

  it('lets an old number that no longer passes stay while another changes', async () => {
    const { id } = await make();
    context.colleagueWrites(id, { 'phones/z': { value: 'hỏi lễ tân' } });
    const all = phones(id);
    await edit(id, { phones: [...all, { id: 'n', value: '0987654321' }] as never });
    expect(
      phones(id)
        .map((p) => p.value)
        .sort(),
    ).toEqual(['+84912345678', '+84987654321', 'hỏi lễ tân']);
  });

  it('keeps a phone a colleague added at the same time', async () => {
    const { id } = await make();
    const base = context.states.get(id)!;
    await edit(id, { phones: [...phones(id), { id: 'n', value: '0987654321' }] as never });
    context.colleagueWroteOn(id, base, { 'phones/c': { value: '+84933333333' } });
    expect(
      phones(id)
        .map((p) => p.value)
        .sort(),
    ).toEqual(['+84912345678', '+84933333333', '+84987654321']);
  });

  it('does not know ids of other types, of nobody, of discarded records; members are read-only (A20)', async () => {
    const company = await done('company.create', { values: { name: 'Alpha' } });
    const { id, ...made } = await make();
    await undo(made);
    for (const unknown of [company.ids[0]!, 'contact_01jd0000000000000000000000', 'x', id]) {
      expect(await failure('contact.edit', { id: unknown, values: { title: 'x' } })).toEqual({ type: 'not-found' });
    }
    expect(await failure('contact.edit', { id: BINH, values: { name: 'x' } })).toEqual({ type: 'forbidden' });
  });
});

describe('company.delete and company.restore (D30)', () => {
  it('deletes the company and no contact, and leaves the links to the relay (P6); undo brings it back', async () => {
    const company = (await done('company.create', { values: { name: 'Alpha' } })).ids[0]!;
    const { id } = await make({ companyId: company });
    const deleted = await done('company.delete', { id: company });
    expect(deleted.ids).toEqual([company]);
    expect(values(company)).toMatchObject({ deletedAt: context.time, deletedBy: ADA });
    expect(context.asked.at(-1)).toEqual([{ on: 'record.remove', type: 'company', ids: [company] }]);
    expect(values(id)).toMatchObject({ companyId: company });
    expect(values(id).deletedAt).toBeUndefined();
    expect((await done('company.delete', { id: company })).ids).toEqual([]);
    const undone = await undo(deleted);
    expect(undone.ids).toEqual([company]);
    expect(values(company).deletedAt).toBeUndefined();
    await undo(undone);
    expect((await done('company.restore', { id: company })).ids).toEqual([company]);
    expect(values(company).deletedAt).toBeUndefined();
  });

  it('takes companies only, and asks for the right on companies', async () => {
    const { id } = await make();
    expect(await failure('company.delete', { id })).toEqual({ type: 'not-found' });
    expect(await failure('company.restore', { id })).toEqual({ type: 'not-found' });
    const company = (await done('company.create', { values: { name: 'Alpha' } })).ids[0]!;
    const types = { company: { visible: { preset: 'all' as const }, rights: ['create' as const, 'edit' as const] } };
    context.workspace = {
      ...WORKSPACE,
      roles: WORKSPACE.roles.map((role) => ({ ...role, types: { ...role.types, ...types } })),
    };
    expect(await failure('company.delete', { id: company })).toEqual({ type: 'forbidden' });
    expect(await failure('company.restore', { id: company })).toEqual({ type: 'forbidden' });
  });
});

describe('contact.delete and contact.restore (B36)', () => {
  it('moves many in one transaction, once each, and back', async () => {
    const [a, b] = [await make(), await make()];
    const deleted = await done('contact.delete', { ids: [a.id, b.id, a.id] });
    expect(deleted.ids).toEqual([a.id, b.id]);
    expect(context.commits.at(-1)).toBe(2);
    expect(values(a.id)).toMatchObject({ deletedAt: context.time, deletedBy: ADA });
    expect(context.asked.at(-1)).toEqual([{ on: 'record.remove', type: 'contact', ids: [a.id, b.id] }]);

    expect((await done('contact.delete', { ids: [a.id] })).ids).toEqual([]);
    expect((await done('contact.restore', { ids: [a.id] })).ids).toEqual([a.id]);
    expect(values(a.id).deletedAt).toBeUndefined();
    expect(values(a.id).deletedBy).toBeUndefined();
    expect((await done('contact.restore', { ids: [a.id] })).ids).toEqual([]);
  });

  it('skips ids that are gone, but not when all are; never touches members', async () => {
    const { id } = await make();
    expect((await done('contact.delete', { ids: [id, 'contact_x'] })).ids).toEqual([id]);
    expect(await failure('contact.delete', { ids: ['contact_x'] })).toEqual({ type: 'not-found' });
    expect(await failure('contact.restore', { ids: ['contact_x'] })).toEqual({ type: 'not-found' });
    expect(await failure('contact.delete', { ids: [id, BINH] })).toEqual({ type: 'forbidden' });
    expect(await failure('contact.delete', { ids: [] })).toMatchObject({ type: 'invalid', fields: [{ field: 'ids' }] });
  });
});

describe('contact.edit-many', () => {
  it('gives many the same values, and one undo gives each its own back', async () => {
    const [a, b, c] = [await make({ title: 'Kế toán' }), await make(), await make()];
    await done('contact.delete', { ids: [c.id] });
    const changed = await done('contact.edit-many', { ids: [a.id, b.id, c.id], values: { title: 'Giám đốc' } });
    expect([...changed.ids].sort()).toEqual([a.id, b.id].sort());
    expect([a, b].map(({ id }) => values(id).title)).toEqual(['Giám đốc', 'Giám đốc']);
    expect(values(c.id).title).not.toBe('Giám đốc');

    await edit(b.id, { title: 'Trưởng phòng' });
    await undo(changed);
    // somebody changed b since: that stays
    expect([a, b].map(({ id }) => values(id).title)).toEqual(['Kế toán', 'Trưởng phòng']);
  });

  it('writes none where the value is wrong, required or of no field', async () => {
    const [a, b] = [await make(), await make()];
    const before = context.commits.length;
    const wrong: FormValues[] = [{ birthday: 'x' }, { name: null }, { 'custom.gone': 'x' }];
    for (const values of wrong)
      expect(await failure('contact.edit-many', { ids: [a.id, b.id], values })).toMatchObject({ type: 'invalid' });
    expect(context.commits).toHaveLength(before);
  });
});

describe('contact.assign (A3)', () => {
  /** Makes contacts of Bình's. */
  async function binhs(count: number): Promise<string[]> {
    const writes = Array.from({ length: count }, (_, i) => ({
      id: context.newId('contact'),
      changes: { name: `Khách ${i}`, ownerId: BINH, departmentId: 'sales' },
      create: true as const,
    }));
    expect((await context.commit(writes)).ok).toBe(true);
    return writes.map(({ id }) => id);
  }

  it('gives one person’s contacts to another in packs, and takes all of it back with one undo', async () => {
    const ids = await binhs(1100);
    const { id: others } = await make();
    const { id: binned } = await make({ ownerId: BINH });
    await done('contact.delete', { ids: [binned] });
    context.commits.length = 0;

    const filter = { field: 'ownerId', op: 'in', value: [BINH] };
    const assigned = await done('contact.assign', { to: { filter }, ownerId: ADA, departmentId: 'care' });
    expect(assigned.ids).toHaveLength(1100);
    expect(context.commits).toEqual([512, 512, 76]);
    expect(ids.every((id) => values(id).ownerId === ADA && values(id).departmentId === 'care')).toBe(true);
    expect(values(others).departmentId).toBe('sales');
    expect(values(binned).ownerId).toBe(BINH);

    await undo(assigned);
    expect(ids.every((id) => values(id).ownerId === BINH && values(id).departmentId === 'sales')).toBe(true);
  });

  it('goes on with the rest when it is run again after a full storage', async () => {
    await binhs(600);
    const to = { filter: { field: 'ownerId', op: 'in', value: [BINH] } };
    context.trouble = (writes) => (writes.length < 512 ? { type: 'quota-exceeded' } : undefined);
    expect(await failure('contact.assign', { to, ownerId: ADA })).toMatchObject({ type: 'storage' });
    context.trouble = () => undefined;
    expect((await done('contact.assign', { to, ownerId: ADA })).ids).toHaveLength(88);
  });

  it('leaves what is not given, and takes nobody for an answer', async () => {
    const { id } = await make();
    context.workspace = requiring('name');
    await done('contact.assign', { to: { ids: [id] }, ownerId: null });
    expect(values(id)).toMatchObject({ departmentId: 'sales' });
    expect(values(id).ownerId).toBeUndefined();
  });

  it('knows its people and departments, and refuses those who left', async () => {
    const { id } = await make();
    const to = { ids: [id] };
    expect(await failure('contact.assign', { to, ownerId: 'user_x' })).toMatchObject({ type: 'invalid' });
    expect(await failure('contact.assign', { to, departmentId: 'x' })).toMatchObject({ type: 'invalid' });
    expect(await failure('contact.assign', { to: { filter: { all: 3 } } as never })).toMatchObject({ type: 'invalid' });
    const members = WORKSPACE.members.map((member) => (member.id === BINH ? { ...member, active: false } : member));
    context.workspace = { ...WORKSPACE, members };
    expect(await failure('contact.assign', { to, ownerId: BINH })).toMatchObject({
      type: 'invalid',
      fields: [{ field: 'ownerId' }],
    });
  });

  it('asks for the right of what is done', async () => {
    const { id } = await make();
    const only = (rights: readonly RecordRight[]) => {
      const types = { contact: { visible: { preset: 'all' as const }, rights } };
      const roles = WORKSPACE.roles.map((role) => ({ ...role, types: { ...role.types, ...types } }));
      context.workspace = { ...WORKSPACE, roles };
    };
    only([]);
    const refused = { type: 'forbidden' };
    expect(await failure('contact.create', { values: VALUES })).toEqual(refused);
    expect(await failure('contact.edit', { id, values: { title: 'x' } })).toEqual(refused);
    expect(await failure('contact.delete', { ids: [id] })).toEqual(refused);
    expect(await failure('contact.restore', { ids: [id] })).toEqual(refused);
    only(['edit', 'delete']);
    await edit(id, { title: 'x' });
    const deleted = await done('contact.delete', { ids: [id] });
    expect(await failure('contact.delete', { ids: [id, deleted.ids[0]!] })).toEqual(refused);
    await done('contact.restore', { ids: [id] });
  });

  it('changes many only for those with the bulk right', async () => {
    const [a, b] = [await make(), await make({ phones: ['0987654321'] })];
    const roles = WORKSPACE.roles.map((role) => ({
      ...role,
      types: { ...role.types, contact: { visible: { preset: 'all' as const }, rights: ['edit' as const] } },
    }));
    context.workspace = { ...WORKSPACE, roles };
    expect(await failure('contact.assign', { to: { ids: [a.id, b.id] }, ownerId: BINH })).toEqual({
      type: 'forbidden',
    });
    expect((await done('contact.assign', { to: { ids: [a.id] }, ownerId: BINH })).ids).toEqual([a.id]);
  });
});

describe('company.create', () => {
  it('makes a company; its name is required', async () => {
    const made = await done('company.create', { values: { name: ' Công ty  Alpha ', description: 'x' } });
    expect(isId(made.ids[0], 'company')).toBe(true);
    // the creator's, so that where people see their own alone it is not refused
    const own = { ownerId: ADA, departmentId: 'sales' };
    expect(values(made.ids[0]!)).toEqual({ name: 'Công ty Alpha', description: 'x', createdBy: ADA, ...own });
    const nobodys = await done('company.create', { values: { name: 'Beta', ownerId: null, departmentId: null } });
    expect(values(nobodys.ids[0]!)).toEqual({ name: 'Beta', createdBy: ADA });
    expect(await failure('company.create', { values: {} })).toEqual({
      type: 'invalid',
      fields: [{ field: 'name', error: { type: 'required' } }],
    });
    const { id } = await make({ companyId: made.ids[0]! });
    expect(values(id).companyId).toBe(made.ids[0]);
  });
});

describe('company.edit (D29)', () => {
  it('writes what differs, checks it, and can be undone', async () => {
    const company = (await done('company.create', { values: { name: 'Alpha' } })).ids[0]!;
    const edited = await done('company.edit', {
      id: company,
      values: { name: 'Alpha', taxCode: ' 0101 234 567 ', phones: ['024 3822 1234'], website: 'alpha.vn' },
    });
    expect(values(company)).toMatchObject({ taxCode: '0101 234 567', website: 'https://alpha.vn' });
    expect(phones(company)[0]?.value).toBe('+842438221234');
    expect(await failure('company.edit', { id: company, values: { name: '', title: 'x' } })).toEqual({
      type: 'invalid',
      fields: [
        { field: 'name', error: { type: 'required' } },
        { field: 'title', error: { type: 'field-unknown' } },
      ],
    });
    await undo(edited);
    expect(values(company).taxCode).toBeUndefined();
  });
});

describe('contacts of a company (E3–E7)', () => {
  let alpha: string;
  let beta: string;
  beforeEach(async () => {
    alpha = (await done('company.create', { values: { name: 'Alpha' } })).ids[0]!;
    beta = (await done('company.create', { values: { name: 'Beta' } })).ids[0]!;
  });

  it('E5: chosen contacts belong to it, those of another one leave that with their role there; one undo', async () => {
    const a = await make();
    const b = await make({ companyId: beta, roleAtCompany: 'Kế toán', deptAtCompany: 'Tài chính' });
    const c = await make({ companyId: alpha });
    const linked = await done('company.link', { id: alpha, contactIds: [a.id, b.id, c.id] });
    expect(linked.ids).toEqual([a.id, b.id]);
    for (const { id } of [a, b, c]) expect(values(id).companyId).toBe(alpha);
    expect(values(b.id)).not.toHaveProperty('roleAtCompany');
    await undo(linked);
    expect(values(a.id)).not.toHaveProperty('companyId');
    expect(values(b.id)).toMatchObject({ companyId: beta, roleAtCompany: 'Kế toán', deptAtCompany: 'Tài chính' });
  });

  it('E6: taken off the list nobody is deleted; who is of another company by now stays there', async () => {
    const a = await make({ companyId: alpha, roleAtCompany: 'Thư ký' });
    const b = await make({ companyId: beta });
    const gone = await done('company.unlink', { id: alpha, contactIds: [a.id, b.id] });
    expect(gone.ids).toEqual([a.id]);
    expect(values(a.id)).not.toHaveProperty('companyId');
    expect(values(a.id)).not.toHaveProperty('roleAtCompany');
    expect(values(a.id)).not.toHaveProperty('deletedAt');
    expect(values(b.id).companyId).toBe(beta);
    await undo(gone);
    expect(values(a.id)).toMatchObject({ companyId: alpha, roleAtCompany: 'Thư ký' });
  });

  it('E7: a new representative takes the place of the one before; only a living contact of the company can be it', async () => {
    const [a, b, other, dead] = [
      await make({ companyId: alpha }),
      await make({ companyId: alpha }),
      await make({ companyId: beta }),
      await make({ companyId: alpha }),
    ];
    await done('contact.delete', { ids: [dead.id] });
    await done('company.represent', { id: alpha, contactId: a.id });
    const second = await done('company.represent', { id: alpha, contactId: b.id });
    expect(values(alpha)[REPRESENTATIVE_KEY]).toBe(b.id);
    for (const contactId of [other.id, dead.id])
      expect(await failure('company.represent', { id: alpha, contactId })).toEqual({ type: 'not-found' });
    await undo(second);
    expect(values(alpha)[REPRESENTATIVE_KEY]).toBe(a.id);
    await done('company.represent', { id: alpha, contactId: null });
    expect(values(alpha)).not.toHaveProperty(REPRESENTATIVE_KEY);
  });

  it('E7: two offline choices are a conflict that can be settled', async () => {
    const [a, b] = [await make({ companyId: alpha }), await make({ companyId: alpha })];
    const base = context.states.get(alpha)!;
    await done('company.represent', { id: alpha, contactId: a.id });
    context.colleagueWroteOn(alpha, base, { [REPRESENTATIVE_KEY]: b.id });
    expect(values(alpha)[REPRESENTATIVE_KEY]).toBe(b.id);
    expect(context.row(alpha)!.conflicts).toEqual([REPRESENTATIVE_KEY]);
    await done('record.settle', { id: alpha, key: REPRESENTATIVE_KEY, value: a.id });
    expect(values(alpha)[REPRESENTATIVE_KEY]).toBe(a.id);
    expect(context.row(alpha)!.conflicts).toBeUndefined();
  });

  it('asks for the rights: to edit the contacts (several: bulk), to edit the company', async () => {
    const [a, b] = [await make(), await make()];
    const all = { visible: { preset: 'all' as const } };
    const types = { contact: { ...all, rights: ['edit' as const] }, company: { ...all, rights: [] } };
    const roles = [{ ...WORKSPACE.roles[0]!, types }];
    context.workspace = { ...WORKSPACE, roles };
    expect(await failure('company.link', { id: alpha, contactIds: [a.id, b.id] })).toEqual({ type: 'forbidden' });
    expect((await done('company.link', { id: alpha, contactIds: [a.id] })).ids).toEqual([a.id]);
    for (const [name, input] of [
      ['company.represent', { id: alpha, contactId: a.id }],
      ['company.edit', { id: alpha, values: { name: 'Gamma' } }],
      ['company.create', { values: { name: 'Gamma' } }],
    ] as const)
      expect(await failure(name, input), name).toEqual({ type: 'forbidden' });
  });
});

describe('undo', () => {
  it('puts an edit back, redoes it, and undoes the redo', async () => {
    const { id } = await make({ title: 'Kế toán', description: 'một hai ba' });
    const [phone] = phones(id);
    const change = {
      title: 'Giám đốc',
      birthday: '1990-02-01',
      description: 'một ba',
      phones: [{ id: 'n', value: '0987654321' }, phone!] as never,
    };
    const edited = await edit(id, change);
    const after = values(id);
    const undone = await undo(edited);
    expect(undone.ids).toEqual([id]);
    expect(values(id)).toMatchObject({ title: 'Kế toán', description: 'một hai ba', phones: [phone] });
    expect(values(id).birthday).toBeUndefined();
    const redone = await undo(undone);
    expect(values(id)).toEqual(after);
    await undo(redone);
    expect(values(id).title).toBe('Kế toán');
  });

  it('keeps what somebody wrote later, and puts back the rest', async () => {
    const { id } = await make({ title: 'Kế toán', address: 'Huế' });
    const edited = await edit(id, { title: 'Giám đốc', address: 'Đà Nẵng' });
    context.colleagueWrites(id, { title: 'Chủ tịch' });
    await undo(edited);
    expect(values(id)).toMatchObject({ title: 'Chủ tịch', address: { legacyText: 'Huế' } });
    // nothing is left to put back
    expect((await undo(edited)).ids).toEqual([]);
  });

  it('discards what was created, and brings it back on redo', async () => {
    const made = await make();
    const undone = await undo(made);
    expect(values(made.id).discarded).toBe(true);
    expect(context.asked.at(-1)).toEqual([{ on: 'record.remove', type: 'contact', ids: [made.id] }]);
    await undo(undone);
    expect(values(made.id).discarded).toBeUndefined();
    expect(values(made.id).name).toBe(VALUES.name);
  });

  it('restores what was deleted, unless somebody deleted it again', async () => {
    const [a, b] = [await make(), await make()];
    const deleted = await done('contact.delete', { ids: [a.id, b.id] });
    context.colleagueWrites(b.id, { deletedAt: context.time + 5, deletedBy: BINH });
    expect((await undo(deleted)).ids).toEqual([a.id]);
    expect(values(a.id).deletedAt).toBeUndefined();
    expect(values(b.id).deletedBy).toBe(BINH);
  });

  it('asks guards, and writes nothing where they deny', async () => {
    const made = await make();
    context.guard = async (intents) => intents.map(() => ({ allow: false, reason: 'Đã khóa', plugin: 'lock' }));
    expect(await failure('undo', { token: made.undo })).toEqual({ type: 'denied', reason: 'Đã khóa', plugin: 'lock' });
    expect(values(made.id).discarded).toBeUndefined();
  });

  it('remembers the last 200 commands of this session only', async () => {
    const made = await make();
    for (let i = 0; i < 199; i++) await edit(made.id, { title: `Chức vụ ${i}` });
    const other = createCommands(context);
    expect(await other.run('undo', { token: made.undo })).toEqual({ ok: false, error: { type: 'not-found' } });
    await edit(made.id, { title: 'Chức vụ cuối' });
    expect(await failure('undo', { token: made.undo })).toEqual({ type: 'not-found' });
    expect(values(made.id).discarded).toBeUndefined();
  });
});

describe('record.settle', () => {
  const conflict = async () => {
    const { id } = await make({ title: 'Kế toán' });
    const base = context.states.get(id)!;
    await edit(id, { title: 'Giám đốc' });
    context.colleagueWroteOn(id, base, { title: 'Chủ tịch' });
    expect(context.row(id)).toMatchObject({ conflicts: ['title'], values: { title: 'Chủ tịch' } });
    return id;
  };

  it('takes the other value, or confirms the one that shows', async () => {
    for (const value of ['Giám đốc', 'Chủ tịch']) {
      const id = await conflict();
      const settled = await done('record.settle', { id, key: 'title', value });
      expect(settled.ids).toEqual([id]);
      expect(context.row(id)!.conflicts).toBeUndefined();
      expect(values(id).title).toBe(value);
    }
  });

  it('writes nothing once it is settled to the same, and can be undone', async () => {
    const id = await conflict();
    const settled = await done('record.settle', { id, key: 'title', value: 'Giám đốc' });
    expect((await done('record.settle', { id, key: 'title', value: 'Giám đốc' })).ids).toEqual([]);
    await undo(settled);
    expect(values(id).title).toBe('Chủ tịch');
  });

  it('settles one phone', async () => {
    const { id } = await make();
    const base = context.states.get(id)!;
    const [phone] = phones(id);
    await edit(id, { phones: [{ ...phone!, value: '0987654321', raw: '0987654321' }] as never });
    context.colleagueWroteOn(id, base, { 'phones/0': { value: '+84933333333' } });
    expect(context.row(id)!.conflicts).toEqual(['phones/0']);
    await done('record.settle', { id, key: 'phones/0', value: { value: '+84987654321' } });
    expect(phones(id)).toEqual([{ id: '0', value: '+84987654321' }]);
    expect(context.row(id)!.conflicts).toBeUndefined();
  });

  it('refuses keys of no field, values that do not fit, records that are not there', async () => {
    const id = await conflict();
    const settle = (key: string, value: never) => failure('record.settle', { id, key, value });
    expect(await settle('nothing', 'x' as never)).toMatchObject({ type: 'invalid', fields: [{ field: 'nothing' }] });
    expect(await settle('discarded', true as never)).toMatchObject({ type: 'invalid' });
    expect(await settle('title', 5 as never)).toMatchObject({
      type: 'invalid',
      fields: [{ error: { type: 'value-invalid' } }],
    });
    expect(await settle('name', null as never)).toMatchObject({ fields: [{ error: { type: 'required' } }] });
    expect(await settle('phones/0', 'x' as never)).toMatchObject({ type: 'invalid' });
    expect(await failure('record.settle', { id: 'contact_x', key: 'title', value: 'x' })).toEqual({
      type: 'not-found',
    });
  });
});

describe('guards and storage', () => {
  it('deny with the reason and the plugin, and nothing is written', async () => {
    context.guard = async (intents) =>
      intents.map(() => ({ allow: false, reason: 'Trùng số', plugin: 'no-duplicates' }));
    expect(await failure('contact.create', { values: VALUES })).toEqual({
      type: 'denied',
      reason: 'Trùng số',
      plugin: 'no-duplicates',
    });
    expect(context.states.size).toBe(0);
    expect(context.asked).toEqual([
      [{ on: 'record.save', type: 'contact', patch: { name: 'Lê Văn Cường', phones: [{ id: '0', value: '+84912345678', raw: '0912 345 678' }], departmentId: 'sales', ownerId: ADA, source: 'system', createdBy: ADA } }],
    ]); // prettier-ignore
  });

  it('ask once about many, and one denial denies all; no answer is a denial', async () => {
    const [a, b] = [await make(), await make()];
    const before = context.asked.length;
    context.guard = async () => [];
    expect(await failure('contact.delete', { ids: [a.id, b.id] })).toEqual({ type: 'denied', reason: 'no-answer' });
    expect(context.asked.length).toBe(before + 1);
    expect(values(a.id).deletedAt).toBeUndefined();
  });

  it('show guards a changed collection whole', async () => {
    const { id } = await make();
    const [phone] = phones(id);
    await edit(id, { phones: [{ id: 'n', value: '0987654321' }, phone!] as never });
    const intent = context.asked.at(-1)![0]!;
    expect(intent.on === 'record.save' && (intent.patch.phones as unknown as Item[]).map((p) => p.value)).toEqual([
      '+84987654321',
      '+84912345678',
    ]);
  });

  it('pass storage trouble on, and nothing is written', async () => {
    context.trouble = () => ({ type: 'quota-exceeded' });
    expect(await failure('contact.create', { values: VALUES })).toEqual({
      type: 'storage',
      trouble: { type: 'quota-exceeded' },
    });
    expect(context.states.size).toBe(0);
  });

  it('know no other command', async () => {
    for (const name of ['contact.explode', 'constructor', '__proto__']) {
      expect(await failure(name as 'undo', { token: '' })).toEqual({ type: 'not-found' });
    }
  });
});

describe('sample data', () => {
  it('is marked, complete, removable in one click, and by undo', async () => {
    const { id } = await make();
    const made = await done('sample.create', { count: 300 });
    const samples = context.rows('contact').filter((row) => row.values.batch === 'sample');
    expect(samples.length).toBe(300);
    expect(made.ids.length).toBe(300 + context.rows('company').length);
    expect(new Set(samples.map((row) => row.values.ownerId))).toEqual(new Set([ADA, BINH]));
    for (const { values } of samples) {
      expect(values).toMatchObject({ createdBy: ADA, description: 'Dữ liệu mẫu · Sample data' });
      expect(values.name).toBeTypeOf('string');
      expect((values.phones as unknown as Item[])[0]!.value).toMatch(/^\+84/);
      if (values.companyId !== undefined) expect(context.row(values.companyId as string)!.values.batch).toBe('sample');
    }
    const companies = new Set(context.rows('company').map((row) => row.values.name));
    expect(companies.size).toBe(context.rows('company').length);

    expect(await done('sample.remove', {})).toEqual({ count: 300 });
    expect(
      context
        .rows('contact')
        .filter((row) => row.values.discarded !== true)
        .map((row) => row.id),
    ).toEqual([id]);
    expect(context.rows('company').every((row) => row.values.discarded === true)).toBe(true);
    expect(await done('sample.remove', {})).toEqual({ count: 0 });

    const again = await done('sample.create', { count: 5 });
    await undo(again);
    expect(again.ids.every((sample) => values(sample).discarded === true)).toBe(true);
  });

  it('is removed in transactions of 512; a company somebody uses by now stays', async () => {
    await done('sample.create', { count: 700 });
    expect(Math.max(...context.commits)).toBeLessThanOrEqual(512);
    const used = context.rows('company')[0]!.id;
    const { id } = await make({ companyId: used });
    context.commits.length = 0;
    expect(await done('sample.remove', {})).toEqual({ count: 700 });
    expect(Math.max(...context.commits)).toBe(512);
    expect(values(used).discarded).toBeUndefined();
    expect(values(id).discarded).toBeUndefined();
    expect(context.rows('company').filter((row) => row.values.discarded !== true).length).toBe(1);
  });

  it('takes sensible counts only', async () => {
    for (const count of [0, -1, 1.5, 1e9]) {
      expect(await failure('sample.create', { count })).toMatchObject({
        type: 'invalid',
        fields: [{ field: 'count' }],
      });
    }
  });
});

describe('record.retry (P5)', () => {
  it('says refused values again, and only what differs', async () => {
    const { id } = await make();
    const item = 'phones/i0000000001';
    const retried = await done('record.retry', {
      id,
      changes: { title: 'Giám đốc', name: 'Lê Văn Cường', [item]: { value: '+84987654321' } },
    });
    expect(values(id).title).toBe('Giám đốc');
    expect(phones(id).map((phone) => phone.value)).toEqual(['+84912345678', '+84987654321']);
    await undo(retried);
    expect(values(id).title).toBeUndefined();
    expect((await done('record.retry', { id, changes: { name: 'Lê Văn Cường' } })).ids).toEqual([]);
  });

  it('makes a record anew whose creation was refused, under its own id', async () => {
    const { id } = await make();
    context.states.delete(id);
    const changes = { name: 'Mới', departmentId: 'sales', createdBy: ADA };
    expect((await done('record.retry', { id, changes })).ids).toEqual([id]);
    expect(values(id)).toMatchObject({ name: 'Mới', createdBy: ADA });
  });

  it('deletes again, but changes nothing that is gone, unknown or a member', async () => {
    const { id } = await make();
    await done('record.retry', { id, changes: { deletedAt: context.time, deletedBy: ADA } });
    expect(values(id).deletedAt).toBe(context.time);
    expect(await failure('record.retry', { id, changes: { nonsense: 1 } })).toMatchObject({ type: 'invalid' });
    expect(await failure('record.retry', { id, changes: { batch: 'x' } })).toMatchObject({ type: 'invalid' });
    expect(await failure('record.retry', { id: BINH, changes: { name: 'X' } })).toEqual({ type: 'forbidden' });
    context.states.delete(id);
    expect(await failure('record.retry', { id, changes: { name: 'X' } })).toEqual({ type: 'not-found' });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordRight } from '#core/access/role.ts';
import type { RecordType } from '#core/record/row.ts';
import type { CommandError, Commands, Done, FormValues } from '#data-worker/port.ts';
import { ADA, createMemoryContext, WORKSPACE, type MemoryContext } from '#tests/support/memory-context.ts';
import { createCommands, type CommandRunner } from '../run.ts';

const LEAD: FormValues = {
  name: 'Đỗ Thị Hạnh',
  emails: ['hanh@minhphat.vn'],
  companyName: 'Minh Phát',
  departmentId: 'sales',
  ownerId: ADA,
};
/** What the form of the conversion says of her. */
const CONTACT: FormValues = {
  name: 'Đỗ Thị Hạnh',
  emails: ['hanh@minhphat.vn'],
  phones: ['0912345678'],
  source: 'zalo',
  departmentId: 'sales',
  ownerId: ADA,
};

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
const make = async (values: FormValues = {}) => (await done('lead.create', { values: { ...LEAD, ...values } })).ids[0]!;
const values = (id: string) => context.row(id)!.values;
const CONVERTED = { type: 'invalid', fields: [{ field: 'status', error: { type: 'lead-converted' } }] };
function allow(rights: Partial<Record<RecordType, readonly RecordRight[]>>) {
  const types = Object.fromEntries(
    Object.entries(rights).map(([type, some]) => [type, { visible: { preset: 'all' as const }, rights: some }]),
  );
  context.workspace = {
    ...WORKSPACE,
    roles: WORKSPACE.roles.map((role) => ({ ...role, types: { ...role.types, ...types } })),
  };
}

describe('leads (C24)', () => {
  it('are new and need no number; their company is a text', async () => {
    const id = await make();
    expect(values(id)).toMatchObject({
      name: 'Đỗ Thị Hạnh',
      status: 'new',
      source: 'system',
      companyName: 'Minh Phát',
    });
    expect(values(id).phones).toBeUndefined();
    await done('lead.edit', { id, values: { status: 'qualified' } });
    expect(values(id).status).toBe('qualified');
  });

  it('nobody says "converted" by hand, of one or of many', async () => {
    const id = await make();
    const wrong = {
      type: 'invalid',
      fields: [{ field: 'status', error: { type: 'choice-unknown', input: 'converted' } }],
    };
    expect(await failure('lead.edit', { id, values: { status: 'converted' } })).toEqual(wrong);
    expect(await failure('lead.edit-many', { ids: [id], values: { status: 'converted' } })).toEqual(wrong);
    expect(await failure('lead.create', { values: { ...LEAD, status: 'converted' } })).toEqual(wrong);
    expect(await failure('lead.edit', { id, values: { convertedContactId: id } })).toMatchObject({ type: 'invalid' });
  });

  it('go to the bin and come back, many at once with one undo', async () => {
    const ids = [await make(), await make()];
    const gone = await done('lead.delete', { ids });
    expect(ids.map((id) => values(id).deletedBy)).toEqual([ADA, ADA]);
    await undo(gone);
    expect(ids.map((id) => values(id).deletedAt)).toEqual([undefined, undefined]);
    await done('lead.delete', { ids });
    expect((await done('lead.restore', { ids })).ids).toEqual(ids);
  });
});

describe('lead.convert (C25, C26)', () => {
  it('makes contact and company, and marks the lead, in one operation; undo takes all of it back', async () => {
    const id = await make({ status: 'qualified' });
    const made = await done('lead.convert', {
      id,
      contact: { values: CONTACT },
      company: { values: { name: 'Minh Phát' } },
    });
    expect(context.commits.at(-1)).toBe(3);
    const { convertedContactId, convertedCompanyId, status } = values(id);
    expect(convertedContactId).toBe(made.contactId);
    expect(status).toBe('converted');
    expect(values(made.contactId)).toMatchObject({
      name: 'Đỗ Thị Hạnh',
      companyId: convertedCompanyId,
      source: 'zalo',
      createdBy: ADA,
    });
    expect(values(convertedCompanyId as string)).toMatchObject({
      name: 'Minh Phát',
      ownerId: ADA,
      departmentId: 'sales',
    });

    const undone = await undo(made);
    expect(values(id)).toMatchObject({ status: 'qualified' });
    expect(values(id).convertedContactId).toBeUndefined();
    expect(values(made.contactId).discarded).toBe(true);
    expect(values(convertedCompanyId as string).discarded).toBe(true);
    await undo(undone);
    expect(values(id)).toMatchObject({ status: 'converted', convertedContactId: made.contactId });
    expect(values(made.contactId).discarded).toBeUndefined();
  });

  it('goes to a contact that is there, which gets what it lacks and keeps its company', async () => {
    const company = (await done('company.create', { values: { name: 'Alpha' } })).ids[0]!;
    const there = (
      await done('contact.create', {
        values: { name: 'Hạnh', phones: ['0912345678'], departmentId: 'sales', ownerId: ADA, companyId: company },
      })
    ).ids[0]!;
    const id = await make();
    const made = await done('lead.convert', {
      id,
      contact: { id: there, values: { ...CONTACT, title: 'Giám đốc' } },
      company: { values: { name: 'Minh Phát' } },
    });
    expect(made.contactId).toBe(there);
    expect(made.ids).toEqual([there, id]);
    expect(values(there)).toMatchObject({ name: 'Hạnh', title: 'Giám đốc', companyId: company });
    expect(values(there).emails).toMatchObject([{ value: 'hanh@minhphat.vn' }]);
    expect(values(there).phones).toHaveLength(1);
    expect(values(id)).toMatchObject({ convertedContactId: there, convertedCompanyId: company });
    await undo(made);
    expect(values(there).title).toBeUndefined();
    expect(values(there).discarded).toBeUndefined();
    expect(values(id).status).toBe('new');
  });

  it('makes the company for a contact that has none', async () => {
    const there = (
      await done('contact.create', {
        values: { name: 'Hạnh', phones: ['0912345678'], departmentId: 'sales', ownerId: ADA },
      })
    ).ids[0]!;
    const id = await make();
    await done('lead.convert', { id, contact: { id: there, values: {} }, company: { values: { name: 'Minh Phát' } } });
    const { companyId } = values(there);
    expect(values(companyId as string).name).toBe('Minh Phát');
    expect(values(id).convertedCompanyId).toBe(companyId);
  });

  it('what was converted says no more than it did then; a second conversion is none', async () => {
    const id = await make({ description: 'Gọi lại' });
    const other = await make();
    await done('lead.convert', { id, contact: { values: CONTACT } });
    expect(await failure('lead.edit', { id, values: { name: 'Khác' } })).toEqual(CONVERTED);
    expect(await failure('lead.convert', { id, contact: { values: CONTACT } })).toEqual(CONVERTED);
    expect(await failure('record.settle', { id, key: 'name', value: 'Khác' })).toEqual(CONVERTED);
    expect(await failure('record.retry', { id, changes: { name: 'Khác' } })).toEqual(CONVERTED);
    const typing = { id, field: 'description', received: [], typed: [], text: 'Khác' };
    expect(await failure('record.type', typing)).toEqual(CONVERTED);
    expect((await done('lead.edit-many', { ids: [id, other], values: { title: 'Kế toán' } })).ids).toEqual([other]);
    expect(values(id)).toMatchObject({ name: 'Đỗ Thị Hạnh', description: 'Gọi lại' });
    // it may still go to the bin
    expect((await done('lead.delete', { ids: [id] })).ids).toEqual([id]);
  });

  it('writes nothing where something of it is wrong', async () => {
    const id = await make();
    const commits = context.commits.length;
    expect(await failure('lead.convert', { id, contact: { values: { name: 'Hạnh' } } })).toMatchObject({
      type: 'invalid',
      fields: [{ field: 'phones' }, { field: 'departmentId' }, { field: 'ownerId' }],
    });
    expect(
      await failure('lead.convert', { id, contact: { values: CONTACT }, company: { values: { name: ' ' } } }),
    ).toMatchObject({ fields: [{ field: 'company.name', error: { type: 'required' } }] });
    expect(await failure('lead.convert', { id: 'lead_x', contact: { values: CONTACT } })).toEqual({
      type: 'not-found',
    });
    const gone = await make();
    await done('lead.delete', { ids: [gone] });
    expect(await failure('lead.convert', { id: gone, contact: { values: CONTACT } })).toEqual({ type: 'not-found' });
    expect(context.commits.length).toBe(commits + 2);
    expect(values(id).status).toBe('new');
  });

  it('needs the rights of what it writes', async () => {
    const id = await make();
    const there = (
      await done('contact.create', {
        values: { name: 'Hạnh', phones: ['0912345678'], departmentId: 'sales', ownerId: ADA },
      })
    ).ids[0]!;
    const company = { values: { name: 'Minh Phát' } };
    allow({ lead: ['create'] });
    expect(await failure('lead.convert', { id, contact: { values: CONTACT } })).toEqual({ type: 'forbidden' });
    allow({ lead: ['edit'], contact: ['edit'] });
    expect(await failure('lead.convert', { id, contact: { values: CONTACT } })).toEqual({ type: 'forbidden' });
    allow({ lead: ['edit'], contact: ['create'], company: ['edit'] });
    expect(await failure('lead.convert', { id, contact: { values: CONTACT }, company })).toEqual({ type: 'forbidden' });
    expect(await failure('lead.convert', { id, contact: { id: there, values: CONTACT } })).toEqual({
      type: 'forbidden',
    });
    // a contact that lacks nothing of it is not edited
    expect((await done('lead.convert', { id, contact: { id: there, values: {} } })).ids).toEqual([id]);
  });
});

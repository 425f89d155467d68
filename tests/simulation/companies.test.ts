import { expect, test } from 'vitest';
import type { Person } from '#core/access/person.ts';
import { RECORD_RIGHTS } from '#core/access/role.ts';
import { createCommands } from '#commands/run.ts';
import { COMPANY_KEY, REPRESENTATIVE_KEY } from '#core/record/row.ts';
import { EMPTY_WORKSPACE } from '#core/record/workspace-data.ts';
import { newId } from '#core/kit/ids.ts';
import { createContext } from '#data-worker/context.ts';
import type { Commands } from '#data-worker/port.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import type { Device } from './device.ts';
import { saved, world } from './world.ts';

/** A company with three contacts, on three devices that know nothing else of each other. */
async function companyWorld() {
  const its = await world(['an', 'binh', 'chi'].map(administrator));
  const { devices, time, settle, contact } = its;
  const company = newId('company', time.now());
  const [hoa, minh, nga] = [contact(), contact(), contact()];
  await saved(
    devices[0]!,
    { id: company, changes: { name: 'Ánh Dương' }, create: true },
    ...[hoa, minh, nga].map((id) => ({ id, changes: { name: id, [COMPANY_KEY]: company }, create: true as const })),
  );
  await settle();
  const run = async <C extends keyof Commands>(device: Device, name: C, input: Commands[C]['input']) => {
    time.pass(1_000);
    const context = createContext({
      user: 'an',
      columns: device.columns,
      workspace: () => EMPTY_WORKSPACE,
      edits: () => device.replica,
      now: () => time.now(),
      ask: async (intents) => intents.map(() => ({ allow: true })),
    });
    expect((await createCommands(context).run(name, input)).ok).toBe(true);
  };
  const represent = (i: number, contactId: string) =>
    run(its.devices[i]!, 'company.represent', { id: company, contactId });
  /** On each device: the company's representative, and the contacts that say they are it. */
  const shown = () =>
    its.devices.map(({ columns }) => ({
      company: columns.listRow(company)!.representative?.id,
      contacts: [hoa, minh, nga].filter((id) => columns.listRow(id)!.isRepresentative),
    }));
  const everywhere = (id: string | undefined) =>
    expect(shown()).toEqual(Array(3).fill({ company: id, contacts: id === undefined ? [] : [id] }));
  return { ...its, company, hoa, minh, nga, run, represent, everywhere };
}

test('E7: two choices made offline converge to the later one, on every device; settling ends the conflict', async () => {
  const { devices, settle, leave, comeBack, company, hoa, minh, nga, run, represent, everywhere } =
    await companyWorld();
  await represent(2, nga);
  await settle();
  everywhere(nga);

  leave(0);
  leave(1);
  await represent(0, hoa);
  await represent(1, nga);
  await represent(1, minh); // the latest of all
  await comeBack(0);
  await comeBack(1);
  everywhere(minh);
  for (const { columns } of devices) expect(columns.get(company)!.conflicts).toEqual([REPRESENTATIVE_KEY]);

  await run(devices[2]!, 'record.settle', { id: company, key: REPRESENTATIVE_KEY, value: hoa });
  await settle();
  everywhere(hoa);
  for (const { columns } of devices) expect(columns.get(company)!.conflicts).toBeUndefined();
}, 30_000);

test('E7 D21: a contact that leaves the company while somebody offline chooses it is nobody’s representative', async () => {
  const { devices, settle, leave, comeBack, company, hoa, minh, run, represent, everywhere } = await companyWorld();
  leave(1);
  await represent(1, hoa);
  await run(devices[0]!, 'company.unlink', { id: company, contactIds: [hoa] });
  await comeBack(1);
  everywhere(undefined);

  await represent(0, minh);
  await settle();
  everywhere(minh);
  await run(devices[1]!, 'contact.delete', { ids: [minh] });
  await settle();
  everywhere(undefined);
  await run(devices[1]!, 'contact.restore', { ids: [minh] });
  await settle();
  everywhere(minh);
}, 30_000);

test('A3, P4: companies are seen and written by their own rule and rights, whatever those of contacts are', async () => {
  const an = administrator('an');
  const all = { preset: 'all' } as const;
  const types = {
    contact: { visible: all, rights: RECORD_RIGHTS },
    company: { visible: { preset: 'mine' } as const, rights: ['edit' as const] },
  };
  const binh: Person = { id: 'binh', role: { id: 'r', name: 'r', settings: false, types }, departments: [] };
  const { devices, time, settle, heard, contact } = await world([an, binh]);
  const [theirs, his] = [newId('company', time.now()), newId('company', time.now() + 1)];
  const hoa = contact();
  await saved(
    devices[0]!,
    { id: theirs, changes: { name: 'Ánh Dương', ownerId: 'an', taxCode: 'canary-tax' }, create: true },
    { id: his, changes: { name: 'Bình Minh', ownerId: 'binh' }, create: true },
    { id: hoa, changes: { name: 'Hoa', [COMPANY_KEY]: theirs }, create: true },
  );
  await settle();
  const { columns, replica } = devices[1]!;
  expect(columns.ids('company')).toEqual([his]);
  expect(columns.listRow(hoa)).toMatchObject({ companyUnknown: true });
  expect(
    JSON.stringify(heard[1], (_, v: unknown) => (v instanceof Uint8Array ? Buffer.from(v).toString('latin1') : v)),
  ).not.toContain('canary-tax');

  // to edit is his right; to delete or to make one is not
  await saved(devices[1]!, { id: his, changes: { [REPRESENTATIVE_KEY]: hoa } });
  await settle();
  expect(devices[0]!.columns.get(his)!.values[REPRESENTATIVE_KEY]).toBe(hoa);
  const made = newId('company', time.now() + 2);
  await saved(devices[1]!, { id: his, changes: { deletedAt: time.now(), deletedBy: 'binh' } });
  await saved(devices[1]!, { id: made, changes: { name: 'Mới', ownerId: 'binh' }, create: true });
  await settle();
  expect(replica.refused().map(({ id, reason }) => [id, reason])).toEqual(
    expect.arrayContaining([
      [his, 'forbidden'],
      [made, 'forbidden'],
    ]),
  );
  expect(devices[0]!.columns.get(his)!.values).not.toHaveProperty('deletedAt');
  expect(devices[0]!.columns.has(made)).toBe(false);
  expect(columns.has(made)).toBe(false);

  // somebody else's by now: it leaves his device
  await saved(devices[0]!, { id: his, changes: { ownerId: 'an' } });
  await settle();
  expect(columns.ids('company')).toEqual([]);
}, 30_000);

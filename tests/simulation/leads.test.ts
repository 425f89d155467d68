import { expect, test } from 'vitest';
import type { Columns } from '#columns/columns.ts';
import { createCommands } from '#commands/run.ts';
import { CONVERTED_CONTACT } from '#core/lead/lead.ts';
import { ruleKey } from '#core/record/field-settings.ts';
import { RECORD_TYPES } from '#core/record/row.ts';
import { EMPTY_WORKSPACE, type WorkspaceData } from '#core/record/workspace-data.ts';
import { createContext } from '#data-worker/context.ts';
import type { Commands } from '#data-worker/port.ts';
import { administrator } from '../../sync-server/relay/testing/person.ts';
import { world } from './world.ts';

/** Owner and department need not be said: nobody here knows any. */
const DATA: WorkspaceData = {
  ...EMPTY_WORKSPACE,
  fieldRules: Object.fromEntries(
    RECORD_TYPES.flatMap((type) => ['ownerId', 'departmentId'].map((id) => [ruleKey(type, id), { required: false }])),
  ),
};

/** A lead on three devices that know nothing else of each other. */
async function leadWorld() {
  const its = await world(['an', 'binh', 'chi'].map(administrator));
  const { devices, time, settle } = its;
  const commands = devices.map((_, i) =>
    createCommands(
      createContext({
        user: ['an', 'binh', 'chi'][i]!,
        // a device that comes back is another program; what can be undone is remembered all the same
        columns: new Proxy({} as Columns, { get: (_, key) => Reflect.get(devices[i]!.columns, key) as unknown }),
        workspace: () => DATA,
        edits: () => devices[i]!.replica,
        now: () => time.now(),
        ask: async (intents) => intents.map(() => ({ allow: true })),
      }),
    ),
  );
  const run = async <C extends keyof Commands>(i: number, name: C, input: Commands[C]['input']) => {
    time.pass(1_000);
    const result = await commands[i]!.run(name, input);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };
  const lead = (await run(0, 'lead.create', { values: { name: 'Hạnh', status: 'qualified' } })).ids[0]!;
  await settle();
  const convert = (i: number, company: string) =>
    run(i, 'lead.convert', {
      id: lead,
      contact: { values: { name: `Hạnh của ${i}`, phones: ['0912345678'] } },
      company: { values: { name: company } },
    });
  /** What every device, and the relay's fold, says of the lead. */
  const everywhere = (values: Record<string, unknown>) => {
    for (const { columns } of devices) expect(columns.get(lead)!.values).toMatchObject(values);
  };
  return { ...its, lead, run, convert, everywhere };
}

test('C26: of two conversions made offline the later one wins as a whole; both contacts stay; its undo gives way', async () => {
  const { devices, settle, leave, comeBack, lead, convert, run, everywhere } = await leadWorld();
  leave(0);
  leave(1);
  const first = await convert(0, 'Ánh Dương');
  const second = await convert(1, 'Minh Phát');
  await comeBack(1);
  await comeBack(0);
  const company = devices[2]!.columns.get(second.contactId)!.values.companyId;
  everywhere({ status: 'converted', convertedContactId: second.contactId, convertedCompanyId: company });
  for (const { columns } of devices) {
    expect(columns.get(lead)!.conflicts).toContain(CONVERTED_CONTACT);
    expect(columns.get(first.contactId)!.values).toMatchObject({ name: 'Hạnh của 0' });
    expect(columns.duplicatesOf({ id: first.contactId }).map(({ row }) => row.id)).toEqual([second.contactId]);
    expect(columns.list({ sources: ['contact'], offset: 0, limit: 9 }).total).toBe(2);
  }

  // who lost undoes: their contact goes, the lead stays what the other made of it
  await run(0, 'undo', { token: first.undo });
  await settle();
  everywhere({ status: 'converted', convertedContactId: second.contactId });
  for (const { columns } of devices) expect(columns.list({ sources: ['contact'], offset: 0, limit: 9 }).total).toBe(1);
  // and who won: it is open again, as it was
  await run(1, 'undo', { token: second.undo });
  await settle();
  everywhere({ status: 'qualified' });
  for (const { columns } of devices) {
    expect(columns.get(lead)!.values[CONVERTED_CONTACT]).toBeUndefined();
    for (const source of ['contact', 'company'] as const)
      expect(columns.list({ sources: [source], offset: 0, limit: 9 }).total).toBe(0);
  }
}, 30_000);

test('C26 P4 P5: an edit made offline before a colleague’s conversion arrived is refused by the relay and kept in the tray', async () => {
  const { devices, leave, comeBack, settle, lead, convert, run, everywhere } = await leadWorld();
  leave(1);
  await run(1, 'lead.edit', { id: lead, values: { name: 'Hạnh Đỗ', status: 'contacting' } });
  const { contactId } = await convert(0, 'Ánh Dương');
  await settle();
  await comeBack(1);
  everywhere({ name: 'Hạnh', status: 'converted', convertedContactId: contactId });
  expect(devices[1]!.replica.refused()).toMatchObject([
    { id: lead, reason: 'forbidden', changes: { name: 'Hạnh Đỗ', status: 'contacting' } },
  ]);
  // deleting it is no edit; the contact stays
  await run(1, 'lead.delete', { ids: [lead] });
  await settle();
  for (const { columns } of devices) {
    expect(columns.list({ sources: ['lead'], offset: 0, limit: 9 }).total).toBe(0);
    expect(columns.list({ sources: ['lead'], where: 'bin', offset: 0, limit: 9 }).total).toBe(1);
    expect(columns.list({ sources: ['contact'], offset: 0, limit: 9 }).total).toBe(1);
  }
  expect(devices[1]!.replica.refused()).toHaveLength(1);
}, 30_000);

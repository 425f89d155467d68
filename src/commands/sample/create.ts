import { LIMITS } from '#core/protocol/messages.ts';
import type { SamplePerson } from '#core/sample/people.ts';
import { ok } from '#core/kit/result.ts';
import { SYSTEM_KEYS, textKey } from '#core/record/row.ts';
import * as v from 'valibot';
import { SAMPLE_BATCH } from '../batch.ts';
import type { Command } from '../command.ts';
import type { CommandContext, Write } from '../context.ts';
import { askAll, intentsOf } from '../guards.ts';
import { createCompanyFinder } from '../import/companies.ts';
import { createRowReader } from '../import/row-reader.ts';
import { createRows } from '../import/rows.ts';

/** Shown in every sample record, in both languages: a document has no locale. */
const MARK = 'Dữ liệu mẫu · Sample data';

/** Column → field of the contact, in the order of `cellsOf`. */
const COLUMNS = ['name', 'phones', 'emails', 'companyId', 'title', 'address', 'source', 'birthday', 'rating'];
const cellsOf = (p: SamplePerson) => [
  p.name,
  p.phones,
  p.emails,
  p.company,
  p.title,
  p.address,
  p.source,
  p.birthday,
  p.rating,
];

/**
 * Fills the workspace with made-up contacts, marked by their batch and description, so that a person sees what they are
 * and one click takes them away. They are read like rows of a file; the members own them in turn.
 */
export const createSamples: Command<'sample.create'> = {
  input: v.strictObject({ count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)) }),
  async run({ context, undo }, { count }) {
    const writes = await sampleWrites(context, count);
    const allowed = await askAll(context, intentsOf(context, writes));
    if (!allowed.ok) return allowed;
    // a company always comes before its contacts
    for (let at = 0; at < writes.length; at += LIMITS.pushChanges) {
      const done = await context.commitPack(writes.slice(at, at + LIMITS.pushChanges));
      if (!done.ok) return done;
    }
    const steps = writes.map(({ id }) => ({ id, wrote: {}, before: {}, created: true }));
    return ok({ ids: writes.map((w) => w.id), undo: undo.add(steps) });
  },
};

async function sampleWrites(context: CommandContext, count: number): Promise<readonly Write[]> {
  // only those who ask for samples load the lists of names
  const { samplePeople } = await import('#core/sample/people.ts');
  const there = context.find('contact', { field: SYSTEM_KEYS.batch, op: 'is', value: SAMPLE_BATCH }).length;
  const rows = createRows();
  rows.add([...samplePeople(there + 1, count)].map(cellsOf));
  const columns = Object.fromEntries(COLUMNS.map((field, i) => [i, field]));
  const reader = createRowReader(context, { type: 'contact', columns, defaults: {}, firstLine: 1 });
  const companies = createCompanyFinder(context, SAMPLE_BATCH);
  const owners = context.workspace.members.filter((m) => m.active);
  const writes: Write[] = [];
  for (const chunk of rows.chunks) {
    for (let i = 0; i < chunk.count; i++) {
      const reading = reader.read(chunk, i); // what is required of people is not required of samples
      const changes = marked(reading.changes, context.user);
      for (const { field, name } of reading.companies) {
        const company = companies.find(name);
        changes[field] = company.id;
        if (company.made) continue;
        company.made = true;
        const write = companies.write(company);
        writes.push({ ...write, changes: marked(write.changes, context.user) });
      }
      const owner = owners[i % Math.max(1, owners.length)];
      const department = owner?.departmentId ?? context.workspace.departments[0]?.id;
      changes.ownerId = owner?.id ?? context.user;
      if (department !== undefined) changes.departmentId = department;
      writes.push({ id: context.newId('contact'), changes, create: true });
    }
  }
  return writes;
}

const marked = (changes: Write['changes'], user: string) => ({
  ...changes,
  [textKey('description')]: MARK,
  [SYSTEM_KEYS.batch]: SAMPLE_BATCH,
  [SYSTEM_KEYS.createdBy]: user,
});

import { changesOf } from '../../src/commands/form-changes.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import type { Directory } from '#core/record/field.ts';
import { COMPANY_FIELDS, CONTACT_FIELDS } from '#core/record/fields.ts';
import type { Changes } from '#core/record/row.ts';
import { samplePeople } from '#core/sample/people.ts';

const fields = new Map(CONTACT_FIELDS.map((f) => [f.id, f]));
const nobody: Directory = {
  memberName: () => undefined,
  departmentName: () => undefined,
  companyName: () => undefined,
  memberByName: () => undefined,
  departmentByName: () => undefined,
};

export interface SampleRecord {
  readonly id: RecordId;
  readonly changes: Changes;
}

export interface SampleRecordsOptions {
  readonly seed?: number;
  /** Contacts are owned by these in turn. */
  readonly owners?: readonly string[];
  readonly departments?: readonly string[];
  /** Creation times end here and are a minute apart, ms since 1970. */
  readonly untilMs?: number;
}

/** `count` contacts of the deterministic generator as documents hold them, each company before its first contact. */
export function* sampleRecords(count: number, options: SampleRecordsOptions = {}): Generator<SampleRecord> {
  const { seed = 1, owners = ['owner-1', 'owner-2', 'owner-3', 'owner-4'], departments = ['sales', 'care'] } = options;
  const untilMs = options.untilMs ?? Date.now();
  const companies = new Map<string, RecordId>();
  let i = 0;
  for (const person of samplePeople(seed, count)) {
    const at = untilMs - (count - i) * 60_000;
    if (person.company !== undefined && !companies.has(person.company)) {
      const id = newId('company', at);
      companies.set(person.company, id);
      yield { id, changes: changesOf(COMPANY_FIELDS, { name: person.company }) };
    }
    const values: Record<string, Json> = {
      ownerId: owners[i % owners.length]!,
      departmentId: departments[i % departments.length]!,
    };
    for (const [key, typed] of Object.entries(person)) {
      const field = fields.get(key);
      const parsed = field && fieldType(field.type).parse(typed, field, nobody);
      if (parsed?.ok && parsed.value !== null) values[key] = parsed.value;
    }
    if (person.company !== undefined) values.companyId = companies.get(person.company)!;
    yield { id: newId('contact', at), changes: changesOf(CONTACT_FIELDS, values) };
    i++;
  }
}

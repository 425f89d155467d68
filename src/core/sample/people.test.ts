import { describe, expect, it } from 'vitest';
import { normalizeEmail } from '../contact/emails.ts';
import { normalizePhone, splitPhones } from '../contact/phones.ts';
import { CONTACT_FIELDS } from '../record/fields.ts';
import { samplePeople } from './people.ts';

describe('samplePeople', () => {
  it('is the same for a seed, another for another', () => {
    expect([...samplePeople(1, 50)]).toEqual([...samplePeople(1, 50)]);
    expect([...samplePeople(1, 50)]).not.toEqual([...samplePeople(2, 50)]);
  });

  it('is valid: NFC names, known numbers, good addresses, fields of a contact', () => {
    const fields = new Set(['company', ...CONTACT_FIELDS.map((field) => field.id)]);
    const sources = CONTACT_FIELDS.find((field) => field.id === 'source')!.choices!.map((choice) => choice.id);
    for (const person of samplePeople(5, 1000)) {
      expect(Object.keys(person).filter((key) => !fields.has(key))).toEqual([]);
      expect(person.name).toBe(person.name.normalize('NFC'));
      for (const phone of splitPhones(person.phones)) {
        const read = normalizePhone(phone);
        expect(read.ok && ['mobile', 'landline'].includes(read.value.kind), phone).toBe(true);
      }
      if (person.emails !== undefined) expect(normalizeEmail(person.emails).ok, person.emails).toBe(true);
      expect(sources).toContain(person.source);
    }
  });

  it('holds duplicates, and more kinds of damage in the messy mode', () => {
    const people = [...samplePeople(9, 2000)];
    const phones = people.map((p) => normalizePhone(splitPhones(p.phones)[0]!)).map((r) => (r.ok ? r.value.value : ''));
    expect(phones.length - new Set(phones).size).toBeGreaterThan(20);

    const messy = [...samplePeople(9, 2000, { messy: true })]
      .map((p) => splitPhones(p.phones).map((x) => normalizePhone(x)))
      .flat();
    const reasons = new Set(
      messy.map((r) =>
        r.ok ? (r.value.migrated ? 'migrated' : r.value.repaired ? 'repaired' : 'fine') : r.error.reason,
      ),
    );
    expect(reasons).toEqual(new Set(['fine', 'migrated', 'repaired', 'digits-lost', 'too-long', 'letters']));
  });
});

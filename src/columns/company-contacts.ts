import { MERGED_INTO, standsFor } from '#core/contact/merged.ts';
import { COMPANY_KEY, REPRESENTATIVE_KEY } from '#core/record/row.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { MERGED, USED, type Table } from './table.ts';

type Tables = Readonly<Record<'contact' | 'company', Table>>;

/** A company as its contacts show it. */
export interface CompanyFacts {
  readonly companyName?: string;
  readonly companyUnknown?: true;
  readonly isRepresentative?: true;
}

/** What a contact's row says of its company. */
export function companyFactsOf({ contact, company }: Tables, contactSlot: number, companyId: RecordId): CompanyFacts {
  const slot = company.slotOf.get(companyId);
  if (slot === undefined) return { companyUnknown: true };
  // a deleted company has no contacts any more (D30); the relay clears the links (P6)
  if (company.state[slot] !== USED) return {};
  const name = company.columns.get('name')?.get(slot);
  const chosen = company.columns.get(REPRESENTATIVE_KEY)?.get(slot);
  const represents =
    contact.state[contactSlot] === USED &&
    typeof chosen === 'string' &&
    presentContact(contact, chosen) === contact.ids[contactSlot];
  return {
    ...(typeof name === 'string' ? { companyName: name } : {}),
    ...(represents ? { isRepresentative: true } : {}),
  };
}

/** A company's representative, while it is a living contact of that company (E7, D21). */
export function representativeOf(
  { contact, company }: Tables,
  companySlot: number,
): { readonly id: RecordId; readonly name: string } | undefined {
  const chosen = company.columns.get(REPRESENTATIVE_KEY)?.get(companySlot);
  const id = typeof chosen === 'string' ? presentContact(contact, chosen) : undefined;
  const slot = id === undefined ? undefined : contact.slotOf.get(id);
  if (id === undefined || slot === undefined || contact.state[slot] !== USED) return undefined;
  if (contact.columns.get(COMPANY_KEY)?.get(slot) !== company.ids[companySlot]) return undefined;
  const name = contact.columns.get('name')?.get(slot);
  return { id, name: typeof name === 'string' ? name : '' };
}

/** Who stands for a contact that was merged; itself where it was not. */
const presentContact = (contacts: Table, id: RecordId): RecordId =>
  standsFor(id, (one) => {
    const slot = contacts.slotOf.get(one);
    if (slot === undefined || (contacts.state[slot]! & MERGED) === 0) return undefined;
    return { [MERGED_INTO]: contacts.value(slot, MERGED_INTO)! };
  });

/** How many living contacts each company has; counted over all of them when first asked after a change. */
export function createContactCounts(contacts: () => Table) {
  let counted: { readonly table: Table; readonly version: number; readonly byCode: Uint32Array } | undefined;

  function count(table: Table): Uint32Array {
    const { codes, dictionary } = table.column(COMPANY_KEY);
    const byCode = new Uint32Array(dictionary.length);
    // a field of ids always has codes
    if (codes) for (let slot = 0; slot < table.size; slot++) if (table.state[slot] === USED) byCode[codes[slot]!]!++;
    return byCode;
  }

  return function contactCount(company: RecordId): number {
    const table = contacts();
    if (counted?.table !== table || counted.version !== table.version)
      counted = { table, version: table.version, byCode: count(table) };
    const code = table.column(COMPANY_KEY).codeIfKnown(company);
    return code === undefined ? 0 : (counted.byCode[code] ?? 0);
  };
}

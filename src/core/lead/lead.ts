import { isId, type RecordId } from '../kit/ids.ts';
import type { Values } from '../record/row.ts';

/** The registers of a converted lead: the contact it became, and that one's company (C25, C26). */
export const CONVERTED_CONTACT = 'convertedContactId';
export const CONVERTED_COMPANY = 'convertedCompanyId';
export const CONVERTED_KEYS: readonly string[] = [CONVERTED_CONTACT, CONVERTED_COMPANY];

export const LEAD_STATUS = 'status';
/** The status nobody chooses: a lead has it while it names its contact. */
export const CONVERTED = 'converted';
/** The status of a lead that says none. */
export const NEW_LEAD = 'new';

/** The contact a lead was converted to; undefined while it is open. */
export function convertedTo(values: Values): RecordId | undefined {
  const contact = values[CONVERTED_CONTACT];
  return isId(contact, 'contact') ? contact : undefined;
}

/**
 * A lead's values as its row shows them: a converted one is "Đã chuyển đổi", whatever its status register says. So the
 * status of before is back when the conversion is undone, and somebody who set a status meanwhile undoes nothing (ADR 17).
 */
export function presentLead(values: Values): Values {
  if (convertedTo(values) !== undefined) return { ...values, [LEAD_STATUS]: CONVERTED };
  if (values[LEAD_STATUS] !== CONVERTED) return values;
  const { [LEAD_STATUS]: _, ...others } = values; // said by hand it means nothing
  return others;
}

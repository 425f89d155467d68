import { provinceByCode } from '../../contact/provinces.ts';
import { viSortKey } from '../../contact/names.ts';
import type { Json } from '../../kit/json.ts';
import { err, ok } from '../../kit/result.ts';
import type { FieldType } from '../field.ts';
import { cleanLine, inputText, invalid } from './text.ts';

/** An address in two levels (D8): province and ward since 2025, and the line that was there before. All parts optional. */
export interface Address {
  /** Code of `PROVINCES`. */
  readonly province?: string;
  readonly ward?: string;
  readonly street?: string;
  /** As it was typed or imported, also in the levels of before. */
  readonly legacyText?: string;
}

const PARTS = ['street', 'ward', 'province', 'legacyText'] as const;
const MOST = 500;

/** The parts of a stored value; none for anything else. */
export const addressOf = (value: Json | undefined): Address =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Address) : {};

/** The address in one line: its parts, or the old line where there are none. */
export function addressLine({ street, ward, province, legacyText }: Address): string {
  const name = province === undefined ? undefined : (provinceByCode(province)?.name ?? province);
  const line = [street, ward, name].filter((part) => typeof part === 'string' && part !== '').join(', ');
  return line || (typeof legacyText === 'string' ? legacyText : '');
}

/** Addresses: stored as objects of their parts; a text typed or imported is kept as the old line. */
export const address: FieldType = {
  id: 'address',
  check(value, field) {
    if (value === null || value === '') return ok(null);
    if (typeof value === 'string') return address.check({ legacyText: value }, field);
    if (typeof value !== 'object' || Array.isArray(value)) return invalid('value-invalid', value);
    const given = value as Readonly<Record<string, Json>>;
    const parts: Record<string, string> = {};
    for (const [part, text] of Object.entries(given)) {
      if (!PARTS.some((one) => one === part) || typeof text !== 'string') return invalid('value-invalid', value);
      const line = text.length > 4 * MOST ? text : cleanLine(text);
      if (line.length > MOST) return err({ type: 'too-long', max: MOST });
      if (line !== '') parts[part] = line;
    }
    if (parts.province !== undefined && !provinceByCode(parts.province))
      return invalid('value-invalid', parts.province);
    return ok(Object.keys(parts).length === 0 ? null : parts);
  },
  parse(input, field) {
    const text = inputText(input);
    if (text !== undefined) return address.check(text, field);
    return address.check(input as Json, field);
  },
  toText: (value) => addressLine(addressOf(value)),
  sortKey(value) {
    const line = addressLine(addressOf(value));
    return line === '' ? undefined : viSortKey(line);
  },
};

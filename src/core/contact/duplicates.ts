import type { RecordId } from '../kit/ids.ts';
import type { Json } from '../kit/json.ts';
import { COMPANY_KEY, itemKey, type Item, type Row, type Values } from '../record/row.ts';
import { normalizeEmail } from './emails.ts';
import { fold } from './fold.ts';
import { normalizeName } from './names.ts';
import { normalizePhone } from './phones.ts';

/**
 * What makes two contacts look like one person (D15, P7): a number, an address, or the same name at the same company.
 * It is a relation, never a constraint: both are kept, and people decide.
 */
export const MATCH_KINDS = ['phone', 'email', 'name'] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];

/** Two records with an equal key match. `value` is what a person is shown: the number, the address, the name. */
export interface MatchKey {
  readonly kind: MatchKind;
  readonly key: string;
  readonly value: string;
}

/** Stored mobile numbers in their present form, which nearly all are, need no second reading. */
const PRESENT_MOBILE = /^\+84[35789]\d{8}$/;

/** A number as E.164, old prefixes moved to the present ones. None for service numbers, short codes and what is unsure. */
export function phoneKey(value: string): string | undefined {
  if (PRESENT_MOBILE.test(value)) return value;
  const read = normalizePhone(value);
  return read.ok ? read.value.e164 : undefined;
}

/** An address in small letters, trimmed; none for what is no address. */
export function emailKey(value: string): string | undefined {
  const read = normalizeEmail(value);
  return read.ok ? read.value : undefined;
}

/** A name without accents and case at one company. None without a company: too many people share a name. */
export function nameKey(name: string, companyId: string): string | undefined {
  const folded = fold(normalizeName(name));
  return folded === '' || companyId === '' ? undefined : `${folded}\n${companyId}`;
}

/** All keys of a contact, each once. */
export function matchKeys(values: Values): MatchKey[] {
  const keys: MatchKey[] = [];
  const add = (kind: MatchKind, key: string | undefined, value: string) => {
    if (key !== undefined && !keys.some((known) => known.kind === kind && known.key === key))
      keys.push({ kind, key, value });
  };
  for (const { value } of itemsIn(values['phones'])) add('phone', phoneKey(value), value);
  for (const { value } of itemsIn(values['emails'])) add('email', emailKey(value), value);
  const { name, [COMPANY_KEY]: company } = values;
  if (typeof name === 'string' && typeof company === 'string') add('name', nameKey(name, company), name);
  return keys;
}

/** Items a record holds under a field; none where an earlier type of the field left something else. */
export const itemsIn = (value: Json | undefined): readonly Item[] =>
  Array.isArray(value) ? (value as readonly unknown[]).filter(isItem) : [];

const isItem = (value: unknown): value is Item => {
  const { id, value: text } = (value ?? {}) as Partial<Item>;
  return typeof id === 'string' && typeof text === 'string';
};

/**
 * The collection of a contact that names older contacts it is not the same as: "Không phải trùng", for everybody. It
 * stands in the younger one, an item each, so that two people who say it at once say one thing, and whoever sees both
 * records sees it (ADR 14).
 */
export const DISTINCT = 'distinct';

/** Where it is said that these two are two people: the record, and the key in it. */
export function distinctKey(
  a: RecordId,
  b: RecordId,
): { readonly id: RecordId; readonly key: string; other: RecordId } {
  const [older, younger] = a < b ? [a, b] : [b, a];
  return { id: younger, key: itemKey(DISTINCT, older), other: older };
}

/** Has somebody said that these two are not the same person? */
export function areDistinct(a: Pick<Row, 'id' | 'values'>, b: Pick<Row, 'id' | 'values'>): boolean {
  const [older, younger] = a.id < b.id ? [a, b] : [b, a];
  return itemsIn(younger.values[DISTINCT]).some((item) => item.id === older.id);
}

import type { Json } from '../kit/json.ts';
import { idType, type RecordId } from '../kit/ids.ts';

/**
 * What a record can be; ids carry the type (`contact_…`). What there is to know of each is its entry in
 * `record-types.ts`. New ones come last: what is saved on devices goes by their place.
 */
export const RECORD_TYPES = ['contact', 'company', 'lead'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** The type of a record by its id; undefined for one this build does not know. */
export function recordType(id: RecordId): RecordType | undefined {
  const type = idType(id);
  return RECORD_TYPES.find((known) => known === type);
}

/** Values by field id. A field nobody wrote is absent; the default appears where the value is read. */
export type Values = Readonly<Record<string, Json>>;

/**
 * A record as lists and forms see it: `fold(document)`, always (I10), on the device and on the relay.
 * - a register `name` → `values.name`
 * - a collection's registers `phones/<itemId>` → `values.phones`: `Item[]`, in order of item id, the primary first
 * - a text `text:description` → `values.description`: string
 * A register holding `null` is absent here.
 */
export interface Row {
  readonly id: RecordId;
  readonly values: Values;
  /** Time of the latest write, ms since 1970 (from its HLC). */
  readonly updatedAt: number;
  /** Keys of registers where two live values differ (architecture.md §3). Absent when there are none. */
  readonly conflicts?: readonly string[];
}

/** One item of a collection (a phone number, an email address). */
export interface Item {
  readonly id: string;
  /** Phones: E.164 where it parses, else the raw text. Emails: trimmed, lower case. */
  readonly value: string;
  /** What the person typed, where it differs from `value`. */
  readonly raw?: string;
  readonly label?: string;
}

/** What a write says: register, item or text key → new value; `null` empties it. */
export type Changes = Readonly<Record<string, Json>>;

/** The register that says which item of a collection is the primary one. */
export const primaryKey = (collection: string): string => `${collection}:primary`;
/** The register of one item. */
export const itemKey = (collection: string, itemId: string): string => `${collection}/${itemId}`;
/** The key of a text people type together. */
export const textKey = (field: string): string => `text:${field}`;

/** Field of a key: `phones/x1` → `phones`, `phones:primary` → `phones`, `text:note` → `note`, `name` → `name`. */
export function keyField(key: string): string {
  if (key.startsWith('text:')) return key.slice(5);
  const end = key.search(/[/:]/);
  return end < 0 ? key : key.slice(0, end);
}

/** System registers every record may hold; they are not fields of a form. */
export const SYSTEM_KEYS = {
  /** Recycle bin (B36): when it was deleted, ms since 1970. */
  deletedAt: 'deletedAt',
  deletedBy: 'deletedBy',
  /** Undone creation (import undone, samples removed): not shown in the recycle bin either. */
  discarded: 'discarded',
  /** The import or sample batch that made it. */
  batch: 'batch',
  createdBy: 'createdBy',
  /** The company this contact lost when that was deleted (P6), and at which clock: `[company, hlc]`. The relay writes it. */
  unlinked: 'unlinked',
} as const;

/** The register that says which company a contact belongs to. */
export const COMPANY_KEY = 'companyId';
/**
 * The register of a company that says which contact is its representative (E7). One for all of them, so that two choices
 * made offline converge to one. It counts while that contact is there and belongs to the company.
 */
export const REPRESENTATIVE_KEY = 'primaryContactId';

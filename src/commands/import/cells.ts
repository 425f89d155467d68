import { normalizePhone, splitPhones } from '#core/contact/phones.ts';
import type { Json } from '#core/kit/json.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { createFieldTypes } from '#core/record/field-types/field-types.ts';
import type { Directory, FieldDef, FieldError } from '#core/record/field.ts';
import type { Item } from '#core/record/row.ts';

/** Items of a new record are numbered when they are put together, so no random ids are drawn for them here. */
const fieldType = createFieldTypes(() => '0');

/** Reads the cells of one column. `null` = nothing in it. */
export type CellReader = (cell: unknown) => Result<Json, FieldError>;

/** What a spreadsheet shows where a formula failed; its place, not its value. */
const FORMULA_ERROR = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$/;
const SHOWN = 100;

/** Few different values stand in many rows (owners, sources): each is read once. */
const REPEATING: ReadonlySet<string> = new Set([
  'choice',
  'choices',
  'member',
  'department',
  'boolean',
  'rating',
  'company',
]);
const REMEMBERED = 5_000;

/** The reader of a column: the field type's `parse`, with an answer remembered where values repeat. */
export function cellReader(field: FieldDef, directory: Directory): CellReader {
  const type = fieldType(field.type);
  const isText = field.type === 'text' || field.type === 'long-text';
  const isAddress = field.type === 'address';
  const read: CellReader = (cell) => {
    if (typeof cell !== 'string') return type.parse(cell, field, directory);
    if ((isText || isAddress) && isCleanLine(cell)) return ok(isText ? cell : { legacyText: cell });
    if (cell.length < 20 && cell.includes('#') && FORMULA_ERROR.test(cell.trim()))
      return err({ type: 'value-invalid', input: cell });
    return type.parse(cell, field, directory);
  };
  return REPEATING.has(field.type) ? remembering(read) : read;
}

/**
 * Is this a text that every kind of text field keeps as it is? Most cells are: up to 500 characters of ASCII and
 * composed Latin and Vietnamese letters, no space at an end or beside another. Says so at a tenth of the cost of
 * cleaning it; anything else is for the field type. A `#` may begin a formula's error.
 */
export function isCleanLine(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > 500) return false;
  let before = 32;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === 32 ? before === 32 : !isPlain(code)) return false;
    before = code;
  }
  return before !== 32 && text.charCodeAt(0) !== 35;
}

/** Printable ASCII, Latin-1 letters, Latin Extended-A and -B without their odd ones, Vietnamese letters: NFC as they are. */
const isPlain = (code: number): boolean =>
  (code > 32 && code < 127) || (code >= 0xc0 && code < 0x250) || (code >= 0x1ea0 && code <= 0x1ef9);

function remembering(read: CellReader): CellReader {
  const known = new Map<string, Result<Json, FieldError>>();
  return (cell) => {
    if (typeof cell !== 'string' || cell.length > SHOWN) return read(cell);
    let result = known.get(cell);
    if (!result) {
      result = read(cell);
      if (known.size < REMEMBERED) known.set(cell, result);
    }
    return result;
  };
}

/** What a phone cell holds: its numbers (several may stand in one cell) and how many were put right. */
export interface PhoneCell {
  readonly items: readonly Omit<Item, 'id'>[];
  readonly migrated: number;
  readonly repaired: number;
}

/** Reads a phone cell; one bad number spoils it, so that none is lost unseen. */
export function readPhones(cell: unknown): Result<PhoneCell, FieldError> {
  if (typeof cell !== 'string' && typeof cell !== 'number') return err({ type: 'phone-invalid', input: shown(cell) });
  const items: Omit<Item, 'id'>[] = [];
  let migrated = 0;
  let repaired = 0;
  for (const part of typeof cell === 'number' ? [cell] : splitPhones(cell)) {
    const phone = normalizePhone(part);
    if (!phone.ok) return err({ ...phone.error, input: phone.error.input.slice(0, SHOWN) });
    if (phone.value.migrated) migrated++;
    if (phone.value.repaired) repaired++;
    const { value, raw } = phone.value;
    items.push(raw === value ? { value } : { value, raw });
  }
  return ok({ items, migrated, repaired });
}

const shown = (cell: unknown): string => String(cell).slice(0, SHOWN);

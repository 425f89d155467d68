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
const REPEATING: ReadonlySet<string> = new Set(['choice', 'choices', 'member', 'department', 'boolean', 'rating', 'company']);
const REMEMBERED = 5_000;

/** The reader of a column: the field type's `parse`, with an answer remembered where values repeat. */
export function cellReader(field: FieldDef, directory: Directory): CellReader {
  const type = fieldType(field.type);
  const read: CellReader = (cell) =>
    typeof cell === 'string' && cell.startsWith('#') && FORMULA_ERROR.test(cell.trim())
      ? err({ type: 'value-invalid', input: cell })
      : type.parse(cell, field, directory);
  return REPEATING.has(field.type) ? remembering(read) : read;
}

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

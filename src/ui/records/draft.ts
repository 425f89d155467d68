import { jsonEqual, type Json } from '#core/kit/json.ts';
import { ok, type Result } from '#core/kit/result.ts';
import { fieldType, presentValue } from '#core/record/field-types/field-types.ts';
import { addressOf } from '#core/record/field-types/address.ts';
import type { Directory, FieldDef, FieldError } from '#core/record/field.ts';
import type { Item, Values } from '#core/record/row.ts';
import { textValue } from './text-value.ts';

/**
 * What an editor holds while a person types, by type of field: text for everything that is typed, pickers and dates
 * ('' = none), `Address` for addresses, `Item[]` for phones and emails, booleans and lists as they are.
 */
export type Draft = Json;
export type Drafts = Record<string, Draft>;

/** Vietnam has one time zone and no summer time. */
const ZONE_MS = 7 * 3_600_000;

/** A value an earlier type of the field left (B9) is a draft as the present type reads it, or as its text. */
export function toDraft(field: FieldDef, stored: Json | undefined, directory: Directory): Draft {
  const value = presentOrText(field, stored, directory);
  switch (field.type) {
    case 'boolean':
      return value === true;
    case 'choices':
    case 'phones':
    case 'emails':
      return Array.isArray(value) ? (value as readonly Json[]) : [];
    case 'rating':
      return typeof value === 'number' ? value : 0;
    case 'address':
      return { ...addressOf(value) };
    case 'date-time':
      return typeof value === 'number' ? new Date(value + ZONE_MS).toISOString().slice(0, 16) : '';
    default:
      return typeof value === 'number' ? String(value) : textValue(value);
  }
}

function presentOrText(field: FieldDef, stored: Json | undefined, directory: Directory): Json | undefined {
  if (!field.was || stored === undefined || stored === null) return stored;
  const read = presentValue(stored, field, directory);
  return read.ok ? read.value : fieldType(field.type).toText(stored, field, directory, 'vi');
}

/** The value a draft stands for, checked by the field's type; `null` = none. */
export function fromDraft(field: FieldDef, draft: Draft, directory: Directory): Result<Json, FieldError> {
  switch (field.type) {
    case 'boolean':
      return ok(draft === true ? true : null);
    case 'rating':
      return ok(typeof draft === 'number' && draft > 0 ? draft : null);
    case 'address':
      return fieldType('address').check(draft, field);
    case 'choices':
      return ok(Array.isArray(draft) && draft.length > 0 ? draft : null);
    case 'phones':
    case 'emails': {
      const items = ((Array.isArray(draft) ? draft : []) as unknown as readonly Item[]).filter(
        (i) => i.value.trim() !== '',
      );
      return items.length === 0 ? ok(null) : fieldType(field.type).check(items as unknown as Json, field);
    }
    case 'date-time': {
      const at = typeof draft === 'string' && draft !== '' ? Date.parse(`${draft}:00Z`) - ZONE_MS : NaN;
      return Number.isNaN(at) ? ok(null) : fieldType(field.type).check(at, field);
    }
    case 'choice':
    case 'member':
    case 'department':
    case 'company':
    case 'date':
      return draft === '' || draft === null ? ok(null) : fieldType(field.type).check(draft, field);
    default:
      return textValue(draft).trim() === ''
        ? ok(null)
        : fieldType(field.type).parse(textValue(draft), field, directory);
  }
}

/** For what is added to a record that is there. */
export const NOTHING_REQUIRED: ReadonlySet<string> = new Set();

export interface Checked {
  readonly values: Record<string, Json>;
  readonly problems: readonly { readonly field: string; readonly error: FieldError }[];
}

/**
 * The values of the fields whose drafts differ from what the record holds. Of what was not touched only that is asked
 * whether a required one is there, so that old content never blocks a new edit.
 */
export function checkDrafts(
  fields: readonly FieldDef[],
  drafts: Drafts,
  before: Values,
  required: ReadonlySet<string>,
  directory: Directory,
  isNew: boolean,
): Checked {
  const values: Record<string, Json> = {};
  const problems: { field: string; error: FieldError }[] = [];
  for (const field of fields) {
    const draft = drafts[field.id];
    const untouched = draft === undefined || jsonEqual(draft, toDraft(field, before[field.id], directory));
    if (untouched && !isNew) {
      // made required after the record was written: the next edit asks for it (B7)
      if (required.has(field.id) && isNone(before[field.id] ?? null))
        problems.push({ field: field.id, error: { type: 'required' } });
      continue;
    }
    const checked = draft === undefined ? ok(null) : fromDraft(field, draft, directory);
    if (!checked.ok) problems.push({ field: field.id, error: checked.error });
    else if (isNone(checked.value)) {
      if (required.has(field.id)) problems.push({ field: field.id, error: { type: 'required' } });
      else if (!isNew) values[field.id] = null;
    } else values[field.id] = checked.value;
  }
  return { values, problems };
}

const isNone = (value: Json): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0);

import { jsonEqual, type Json } from '#core/kit/json.ts';
import { err, ok, type Result } from '#core/kit/result.ts';
import { CONVERTED, LEAD_STATUS } from '#core/lead/lead.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import type { FieldDef, FieldError } from '#core/record/field.ts';
import type { Item, RecordType, Row, Values } from '#core/record/row.ts';
import type { FormValues } from '#data-worker/port.ts';
import type { Problem } from './command.ts';
import type { CommandContext } from './context.ts';
import { isCollection } from './form-changes.ts';
import { itemsOf } from './keys.ts';

/** Ids of the fields that must have a value (conflict 1, B7). */
export const requiredFields = (context: CommandContext, type: RecordType): ReadonlySet<string> =>
  new Set(context.fields(type).flatMap((field) => (field.required ? [field.id] : [])));

/**
 * Checks the values of a form, all at once, one message per field (A21). With `row`, an edit: only the given fields
 * count, and a value that is not changed is not checked again, so that old content never blocks a new edit.
 */
export function checkValues(
  context: CommandContext,
  type: RecordType,
  given: FormValues,
  row?: Row,
): Result<Values, { readonly type: 'invalid'; readonly fields: readonly Problem[] }> {
  const fields = context.fields(type);
  const required = requiredFields(context, type);
  const values: Record<string, Json> = {};
  const problems: Problem[] = [];
  for (const field of fields) {
    const value = Object.hasOwn(given, field.id) ? given[field.id]! : row ? undefined : null;
    if (value === undefined) continue;
    const checked = checkValue(context, field, value, row);
    if (!checked.ok) problems.push({ field: field.id, error: { ...checked.error } });
    else if (isEmpty(checked.value) && required.has(field.id))
      problems.push({ field: field.id, error: { type: 'required' } });
    else values[field.id] = isEmpty(checked.value) ? null : checked.value;
  }
  for (const id of Object.keys(given)) {
    if (!fields.some((f) => f.id === id)) problems.push({ field: id, error: { type: 'field-unknown' } });
  }
  return problems.length > 0 ? err({ type: 'invalid', fields: problems }) : ok(values);
}

/** Has nothing in it? `false` and 0 are answers. */
export const isEmpty = (value: Json): boolean =>
  value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Checks one value that is to be written; references must be known. */
export function checkValue(context: CommandContext, field: FieldDef, value: Json, row?: Row): Result<Json, FieldError> {
  if (isEmpty(value) || (row && jsonEqual(value, row.values[field.id]))) return ok(value);
  if (isCollection(field)) return checkItems(field, value, row);
  if (field.entity === 'lead' && field.id === LEAD_STATUS && value === CONVERTED)
    return err({ type: 'choice-unknown', input: CONVERTED }); // it comes with a conversion only
  const checked = fieldType(field.type).check(value, field);
  return checked.ok ? checkReference(context, field, checked.value) : checked;
}

/** Members and departments must be known; a company may be one that has not arrived yet (dangling is legal). */
function checkReference(context: CommandContext, field: FieldDef, value: Json): Result<Json, FieldError> {
  if (typeof value !== 'string') return ok(value);
  const { directory } = context;
  if (field.type === 'member' && directory.memberName(value) === undefined) {
    return err({ type: 'member-unknown', input: value });
  }
  if (field.type === 'department' && directory.departmentName(value) === undefined) {
    return err({ type: 'department-unknown', input: value });
  }
  return ok(value);
}

/** Items that did not change stay as they are (a number that never parsed is still a number); the others are checked. */
function checkItems(field: FieldDef, value: Json, row?: Row): Result<Json, FieldError> {
  if (!Array.isArray(value)) return fieldType(field.type).check(value, field);
  const before = itemsOf(row, field.id);
  const kept: (Item | undefined)[] = [];
  const changed: Json[] = [];
  for (const item of value as readonly Json[]) {
    const same = before.find((b) => jsonEqual(b as unknown as Json, item));
    kept.push(same);
    if (!same) changed.push(item);
  }
  if (changed.length === 0) return ok(value);
  const checked = fieldType(field.type).check(changed, field);
  if (!checked.ok) return checked;
  const fresh = [...((checked.value ?? []) as unknown as readonly Item[])];
  return ok([...kept.map((k) => k ?? fresh.shift()), ...fresh].filter((i) => i !== undefined) as unknown as Json);
}

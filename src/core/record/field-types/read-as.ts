import type { Json } from '../../kit/json.ts';
import { ok, type Result } from '../../kit/result.ts';
import type { Directory, FieldDef, FieldError, FieldType, FieldTypeId } from '../field.ts';
import { invalid } from './text.ts';

/** Names nobody: for checks, which must say the same on every device. */
const NO_NAMES: Directory = {
  memberName: () => undefined,
  departmentName: () => undefined,
  companyName: () => undefined,
  memberByName: () => undefined,
  departmentByName: () => undefined,
};

/**
 * A field whose type was changed (B9) keeps its values as they were stored: they are read anew each time, as the text
 * they would show, by the type the field has now. So nothing is lost with a change, changing back brings everything
 * back, and what a colleague writes offline under the old type is read like the rest. The error is that of `parse`.
 */
export function readAs(
  value: Json,
  field: FieldDef,
  directory: Directory,
  types: (id: FieldTypeId) => FieldType,
): Result<Json, FieldError> {
  if (!field.was) return ok(value);
  const now = types(field.type);
  if (now.check(value, field).ok) return ok(value);
  const text = oldText(value, field, directory, types);
  return text === undefined ? invalid('value-invalid', value) : now.parse(text, field, directory);
}

/** The text of a value under the first of the field's earlier types that takes it. */
function oldText(
  value: Json,
  field: FieldDef,
  directory: Directory,
  types: (id: FieldTypeId) => FieldType,
): string | undefined {
  for (const id of field.was ?? []) {
    const type = types(id);
    if (!type.check(value, field).ok) continue;
    const text = type.toText(value, field, directory, 'vi');
    if (text !== '') return text;
  }
  return typeof value === 'string' ? value : undefined;
}

/** The same types, except that every one of them also understands what its field's earlier types have stored. */
export function withEarlierTypes(types: (id: FieldTypeId) => FieldType): (id: FieldTypeId) => FieldType {
  const made = new Map<FieldTypeId, FieldType>();
  const wrap = (type: FieldType): FieldType => ({
    id: type.id,
    check(value, field) {
      const checked = type.check(value, field);
      if (checked.ok || !field.was) return checked;
      const read = readAs(value, field, NO_NAMES, types);
      return read.ok ? read : checked;
    },
    parse: (input, field, directory) => type.parse(input, field, directory),
    toText(value, field, directory, locale) {
      if (!field.was) return type.toText(value, field, directory, locale);
      const read = readAs(value, field, directory, types);
      // what the type cannot read is shown as it was
      return read.ok
        ? type.toText(read.value, field, directory, locale)
        : (oldText(value, field, directory, types) ?? JSON.stringify(value));
    },
    sortKey(value, field, directory) {
      if (!field.was) return type.sortKey(value, field, directory);
      const read = readAs(value, field, directory, types);
      return read.ok ? type.sortKey(read.value, field, directory) : undefined;
    },
  });
  return (id) => {
    let type = made.get(id);
    if (!type) made.set(id, (type = wrap(types(id))));
    return type;
  };
}

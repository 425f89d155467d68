import { jsonEqual, type Json } from '../../kit/json.ts';
import { ok, type Result } from '../../kit/result.ts';
import type { Directory, FieldDef, FieldError, FieldType, FieldTypeId } from '../field.ts';
import { invalid } from './text.ts';

type Types = (id: FieldTypeId) => FieldType;

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
export function readAs(value: Json, field: FieldDef, directory: Directory, types: Types): Result<Json, FieldError> {
  if (!field.was) return ok(value);
  const now = types(field.type);
  if (isOf(field.type, value, field, directory, types)) {
    // a plain text may be the id or the day an earlier type stored
    const earlier =
      isPlain(field.type) && field.was.find((id) => !isPlain(id) && isOf(id, value, field, directory, types));
    if (!earlier) return ok(value);
  }
  const text = oldText(value, field, directory, types);
  return text === undefined ? invalid('value-invalid', value) : now.parse(text, field, directory);
}

/** Types that take any text. */
const isPlain = (id: FieldTypeId): boolean => id === 'text' || id === 'long-text';

/** Is it a value as that type stores it? Ids must be known ones, for every short text could be an id. */
function isOf(id: FieldTypeId, value: Json, field: FieldDef, directory: Directory, types: Types): boolean {
  if (id === 'member') return typeof value === 'string' && directory.memberName(value) !== undefined;
  if (id === 'department') return typeof value === 'string' && directory.departmentName(value) !== undefined;
  const checked = types(id).check(value, field);
  return checked.ok && jsonEqual(checked.value, value);
}

/** The text of a value under the first of the field's earlier types whose it is; plain texts come last. */
function oldText(value: Json, field: FieldDef, directory: Directory, types: Types): string | undefined {
  const found = field.was?.find((id) => !isPlain(id) && isOf(id, value, field, directory, types));
  const text = found === undefined ? '' : types(found).toText(value, field, directory, 'vi');
  if (text !== '') return text;
  if (typeof value === 'string') return value;
  // a number that never parsed is still a number
  return field.was?.map((id) => types(id).toText(value, field, directory, 'vi')).find((one) => one !== '');
}

/** The same types, except that every one of them also understands what its field's earlier types have stored. */
export function withEarlierTypes(types: Types): Types {
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

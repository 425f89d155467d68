import { viSortKey } from '../../contact/names.ts';
import { isId } from '../../kit/ids.ts';
import { ok } from '../../kit/result.ts';
import type { Directory, FieldType } from '../field.ts';
import { cleanLine, inputText, invalid } from './text.ts';

/** Fields whose value is the id of something that has a name: lists show, sort and search the name. */
function referenceType(
  id: 'member' | 'department' | 'company',
  nameOf: (directory: Directory, id: string) => string | undefined,
  find: (directory: Directory, name: string) => string | undefined,
): FieldType {
  const unknown = id === 'member' ? 'member-unknown' : id === 'department' ? 'department-unknown' : 'value-invalid';
  return {
    id,
    check(value) {
      if (value === null || value === '') return ok(null);
      const fits = typeof value === 'string' && value.length <= 100 && (id !== 'company' || isId(value, 'company'));
      // whether it exists is not asked: a reference may point at what is not on this device, or was deleted
      return fits ? ok(value) : invalid(unknown, value);
    },
    parse(input, _field, directory) {
      const text = inputText(input);
      if (text === undefined) return invalid(unknown, input);
      const line = cleanLine(text);
      if (line === '') return ok(null);
      if (nameOf(directory, line) !== undefined) return ok(line);
      const found = find(directory, line);
      return found === undefined ? invalid(unknown, line) : ok(found);
    },
    toText: (value, _field, directory) => (typeof value === 'string' ? (nameOf(directory, value) ?? '') : ''),
    sortKey(value, _field, directory) {
      const name = typeof value === 'string' ? nameOf(directory, value) : undefined;
      return name === undefined || name === '' ? undefined : viSortKey(name);
    },
  };
}

export const member = referenceType(
  'member',
  (directory, id) => directory.memberName(id),
  (directory, name) => directory.memberByName(name),
);
export const department = referenceType(
  'department',
  (directory, id) => directory.departmentName(id),
  (directory, name) => directory.departmentByName(name),
);
/** `parse` gives an id as it is and any other text as the NAME of a company: the caller finds or makes the company. */
export const company = referenceType(
  'company',
  (directory, id) => (isId(id, 'company') ? (directory.companyName(id) ?? '') : undefined),
  (_directory, name) => (name.length <= 500 ? name : undefined),
);

import { fold } from '../contact/fold.ts';
import { phoneNeedles, phoneSearchText } from '../contact/phones.ts';
import type { Json } from '../kit/json.ts';
import { ok } from '../kit/result.ts';
import type { Directory, FieldDef } from '../record/field.ts';
import { addressLine, addressOf } from '../record/field-types/address.ts';
import { dayEndMs, dayStartMs, isIsoDay } from '../record/field-types/dates.ts';
import { fieldType, presentValue } from '../record/field-types/field-types.ts';
import type { Item } from '../record/row.ts';
import type { Filter } from './filter.ts';
import { comparisonOf } from './ops.ts';

/** What a filter's words mean to its reader. */
export interface FilterContext {
  readonly field: (id: string) => FieldDef | undefined;
  readonly directory: Directory;
  /** `@me` and `@myDepartments`. */
  readonly me: string;
  readonly myDepartments: readonly string[];
}

export type Leaf = Extract<Filter, { readonly field: string }>;
/** The value of a field of one row; `undefined` where there is none. */
export type ValueOf = (field: string) => Json | undefined;
export type ValueTest = (value: Json | undefined) => boolean;

export const isLeaf = (filter: Filter): filter is Leaf => 'field' in filter;

/**
 * Makes a filter into a question about rows. Texts compare without accents and case; an absent value is empty, false,
 * and neither less nor greater than anything; negative operators are the exact contrary of their positive ones, so an
 * absent value "is not" everything. What `validateFilter` refuses matches nothing here and never throws.
 */
export function compile(filter: Filter, context: FilterContext): (valueOf: ValueOf) => boolean {
  if ('all' in filter) {
    const parts = filter.all.map((part) => compile(part, context));
    return (valueOf) => parts.every((part) => part(valueOf));
  }
  if ('any' in filter) {
    const parts = filter.any.map((part) => compile(part, context));
    return (valueOf) => parts.some((part) => part(valueOf));
  }
  if ('not' in filter) {
    const part = compile(filter.not, context);
    return (valueOf) => !part(valueOf);
  }
  const { field } = filter;
  const test = compileLeaf(filter, context);
  return (valueOf) => test(valueOf(field));
}

const never: ValueTest = () => false;
const isEmpty: ValueTest = (value) =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** The question a single condition asks of its field's value. */
export function compileLeaf(leaf: Leaf, context: FilterContext): ValueTest {
  const field = context.field(leaf.field);
  if (!field) return never;
  const test = compileField(leaf, field, context);
  if (!field.was || leaf.op === 'empty' || leaf.op === 'notEmpty') return test;
  return (value) => {
    const read = value === undefined ? ok(null) : presentValue(value, field, context.directory);
    return test(read.ok ? (read.value ?? undefined) : undefined);
  };
}

function compileField(leaf: Leaf, field: FieldDef, context: FilterContext): ValueTest {
  const { op } = leaf;
  const value = leaf.value ?? null;
  const comparison = comparisonOf(field.type);
  if (op === 'empty' && comparison !== 'boolean') return isEmpty;
  if (op === 'notEmpty' && comparison !== 'boolean') return not(isEmpty);
  switch (comparison) {
    case 'text':
      if (field.type === 'address') return textTest(op, value, (v) => addressLine(addressOf(v)));
      return textTest(op, value, (v) => (typeof v === 'string' ? v : ''));
    case 'id': {
      if (op === 'in' || op === 'notIn') return idTest(op, value, context);
      const type = fieldType(field.type);
      const name = (v: Json | undefined): string =>
        v === undefined ? '' : `${type.toText(v, field, context.directory, 'vi')}`;
      return textTest(op, value, name);
    }
    case 'ids':
      return idTest(op, value, context);
    case 'number':
      return orderTest(
        op,
        value,
        (v) => (typeof v === 'number' ? [v, v] : undefined),
        (v) => (typeof v === 'number' ? v : undefined),
      );
    case 'date': {
      const read = (v: Json | undefined) => (typeof v === 'string' && v !== '' ? v : undefined);
      return orderTest(op, value, (v) => (typeof v === 'string' && isIsoDay(v) ? [v, v] : undefined), read);
    }
    case 'moment':
      return orderTest(op, value, momentRange, (v) => (typeof v === 'number' ? v : undefined));
    case 'boolean':
      if (op === 'isTrue') return (v) => v === true;
      return op === 'isFalse' ? (v) => v !== true : never;
    case 'items':
      return itemsTest(op, value, field.type === 'phones');
  }
}

const not =
  (test: ValueTest): ValueTest =>
  (value) =>
    !test(value);

function textTest(op: string, value: Json, textOf: (value: Json | undefined) => string): ValueTest {
  if (typeof value !== 'string') return never;
  const wanted = fold(value).trim();
  switch (op) {
    case 'is':
      return (v) => fold(textOf(v)) === wanted;
    case 'isNot':
      return (v) => fold(textOf(v)) !== wanted;
    case 'contains':
      return (v) => fold(textOf(v)).includes(wanted);
    case 'notContains':
      return (v) => !fold(textOf(v)).includes(wanted);
    case 'startsWith':
      return (v) => fold(textOf(v)).startsWith(wanted);
    default:
      return never;
  }
}

function idTest(op: string, value: Json, context: FilterContext): ValueTest {
  if (!Array.isArray(value)) return never;
  const wanted = new Set<unknown>();
  for (const id of value as readonly Json[]) {
    if (id === '@me') wanted.add(context.me);
    else if (id === '@myDepartments') for (const department of context.myDepartments) wanted.add(department);
    else wanted.add(id);
  }
  const found: ValueTest = (v) => (Array.isArray(v) ? v.some((id) => wanted.has(id)) : wanted.has(v));
  if (op === 'in') return found;
  return op === 'notIn' ? not(found) : never;
}

/** A moment is a number (ms since 1970), or a day, which stands for all its moments in Asia/Ho_Chi_Minh. */
function momentRange(value: Json): readonly [number, number] | undefined {
  if (typeof value === 'number') return [value, value];
  if (typeof value === 'string' && isIsoDay(value)) return [dayStartMs(value), dayEndMs(value) - 1];
  return undefined;
}

function orderTest<T extends string | number>(
  op: string,
  value: Json,
  rangeOf: (value: Json) => readonly [T, T] | undefined,
  read: (value: Json | undefined) => T | undefined,
): ValueTest {
  const between = op === 'between';
  const ends = between && Array.isArray(value) && value.length === 2 ? (value as readonly Json[]) : [value, value];
  const from = rangeOf(ends[0]!)?.[0];
  const to = rangeOf(ends[1]!)?.[1];
  if (from === undefined || to === undefined) return never;
  const test =
    (matches: (v: T) => boolean): ValueTest =>
    (v) => {
      const known = read(v);
      return known !== undefined && matches(known);
    };
  switch (op) {
    case 'between':
    case 'eq':
      return test((v) => v >= from && v <= to);
    case 'ne':
      return not(test((v) => v >= from && v <= to));
    case 'lt':
      return test((v) => v < from);
    case 'lte':
      return test((v) => v <= to);
    case 'gt':
      return test((v) => v > to);
    case 'gte':
      return test((v) => v >= from);
    default:
      return never;
  }
}

/** Numbers are compared as numbers (phoneNeedles); what is none, and addresses, as texts. */
function itemsTest(op: string, value: Json, phones: boolean): ValueTest {
  if (typeof value !== 'string' || (op !== 'is' && op !== 'contains')) return never;
  const needles = phones ? phoneNeedles(value) : [];
  const folded = fold(value).trim();
  const one = (item: Partial<Item> | null): boolean => {
    if (typeof item?.value !== 'string') return false; // whatever a document may hold
    if (needles.length === 0) return op === 'is' ? fold(item.value) === folded : fold(item.value).includes(folded);
    const text = phoneSearchText(item.value);
    return needles.some((needle) => (op === 'is' ? text === `:${needle.replace(/^:/, '')}` : text.includes(needle)));
  };
  return (v) => Array.isArray(v) && (v as unknown as (Partial<Item> | null)[]).some(one);
}

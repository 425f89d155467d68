import type { Json } from '../kit/json.ts';
import type { FieldTypeId, Text } from '../record/field.ts';
import { isIsoDay } from '../record/field-types/dates.ts';
import { fieldType } from '../record/field-types/field-types.ts';
import type { Filter } from './filter.ts';
import { comparisonOf } from './ops.ts';
import type { FilterContext, Leaf } from './test.ts';

type Locale = 'vi' | 'en';

const WORDS: Readonly<Record<string, { readonly vi: string; readonly en: string }>> = {
  is: { vi: 'là', en: 'is' },
  isNot: { vi: 'không phải là', en: 'is not' },
  contains: { vi: 'chứa', en: 'contains' },
  notContains: { vi: 'không chứa', en: 'does not contain' },
  startsWith: { vi: 'bắt đầu bằng', en: 'starts with' },
  empty: { vi: 'để trống', en: 'is empty' },
  notEmpty: { vi: 'có giá trị', en: 'is not empty' },
  in: { vi: 'là', en: 'is' },
  notIn: { vi: 'không phải là', en: 'is not' },
  eq: { vi: 'bằng', en: 'equals' },
  ne: { vi: 'khác', en: 'does not equal' },
  lt: { vi: 'nhỏ hơn', en: 'is less than' },
  lte: { vi: 'không quá', en: 'is at most' },
  gt: { vi: 'lớn hơn', en: 'is greater than' },
  gte: { vi: 'ít nhất', en: 'is at least' },
  between: { vi: 'từ', en: 'is between' },
  isTrue: { vi: 'có', en: 'is yes' },
  isFalse: { vi: 'không', en: 'is no' },
};
/** Days and moments have words of their own. */
const TIME_WORDS: typeof WORDS = {
  eq: { vi: 'vào', en: 'is on' },
  ne: { vi: 'không vào', en: 'is not on' },
  lt: { vi: 'trước', en: 'is before' },
  lte: { vi: 'đến hết', en: 'is on or before' },
  gt: { vi: 'sau', en: 'is after' },
  gte: { vi: 'từ', en: 'is on or after' },
};

const LINKS = {
  all: { vi: ' và ', en: ' and ' },
  any: { vi: ' hoặc ', en: ' or ' },
  not: { vi: 'không phải', en: 'not' },
  everything: { vi: 'mọi bản ghi', en: 'everything' },
  nothing: { vi: 'không bản ghi nào', en: 'nothing' },
  me: { vi: 'tôi', en: 'me' },
  myDepartments: { vi: 'phòng của tôi', en: 'my departments' },
} as const;

/** A filter as a sentence: `Họ và tên chứa "an" và (Nguồn là Zalo hoặc Facebook)`. */
export function explainFilter(filter: Filter, context: FilterContext, locale: Locale): string {
  return explain(filter, context, locale, false);
}

function explain(filter: Filter, context: FilterContext, locale: Locale, inner: boolean): string {
  const parts = 'all' in filter ? filter.all : 'any' in filter ? filter.any : undefined;
  if (parts) {
    const link = 'all' in filter ? 'all' : 'any';
    if (parts.length === 0) return LINKS[link === 'all' ? 'everything' : 'nothing'][locale];
    if (parts.length === 1) return explain(parts[0]!, context, locale, inner);
    const text = parts.map((part) => explain(part, context, locale, true)).join(LINKS[link][locale]);
    return inner ? `(${text})` : text;
  }
  if ('not' in filter) return `${LINKS.not[locale]} (${explain(filter.not, context, locale, false)})`;
  return explainLeaf(filter as Leaf, context, locale);
}

/** The words of an operator: "chứa", "trước". */
export function opWord(type: FieldTypeId, op: string, locale: Locale): string {
  const comparison = comparisonOf(type);
  const timed = comparison === 'date' || comparison === 'moment';
  return ((timed ? TIME_WORDS[op] : undefined) ?? WORDS[op])?.[locale] ?? op;
}

function explainLeaf(leaf: Leaf, context: FilterContext, locale: Locale): string {
  const field = context.field(leaf.field);
  const title = field ? textOf(field.title, locale) : leaf.field;
  const comparison = field ? comparisonOf(field.type) : 'text';
  const word = opWord(field?.type ?? 'text', leaf.op, locale);
  const { value } = leaf;
  if (value === undefined || value === null) return `${title} ${word}`;

  const isText =
    comparison === 'text' || comparison === 'items' || (comparison === 'id' && leaf.op !== 'in' && leaf.op !== 'notIn');
  const show = (one: Json): string => {
    if (one === '@me') return LINKS.me[locale];
    if (one === '@myDepartments') return LINKS.myDepartments[locale];
    if (isText) return `"${plain(one)}"`;
    if (typeof one === 'string' && isIsoDay(one)) return locale === 'vi' ? one.split('-').reverse().join('/') : one;
    // what has lost its name still says what it is
    const shown = field
      ? fieldType(field.type).toText(comparison === 'ids' ? [one] : one, field, context.directory, locale)
      : '';
    return shown === '' ? plain(one) : shown;
  };
  if (!Array.isArray(value)) return `${title} ${word} ${show(value)}`;
  if (leaf.op === 'between')
    return `${title} ${word} ${(value as readonly Json[]).map(show).join(locale === 'vi' ? ' đến ' : ' and ')}`;
  return `${title} ${word} ${(value as readonly Json[]).map(show).join(LINKS.any[locale])}`;
}

const textOf = (text: Text, locale: Locale): string => (typeof text === 'string' ? text : text[locale]);

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

import { fold } from '../../contact/fold.ts';
import type { Json } from '../../kit/json.ts';
import type { Result } from '../../kit/result.ts';
import { ok } from '../../kit/result.ts';
import type { FieldError, FieldType, FieldTypeId } from '../field.ts';
import { cleanLine, invalid } from './text.ts';

/** Beyond it a cell's number has already lost digits. */
const GREATEST = 1e15;

/**
 * Reads a number as Vietnamese (`1.234,5`) or English (`1,234.5`) people write it; NaN for anything else. A single
 * separator before exactly three digits parts thousands (`1.234`, `1,234` = 1234), unless the number starts with 0.
 */
export function parseNumber(text: string): number {
  const match = /^([-+−]?)\s*([\d.,'\s]*\d)$/u.exec(text.trim());
  if (!match) return NaN;
  const body = match[2]!.replace(/\s/gu, '').replace(/'/g, '');
  const lastDot = body.lastIndexOf('.');
  const lastComma = body.lastIndexOf(',');
  const decimal = lastDot < 0 && lastComma < 0 ? '' : lastDot > lastComma ? '.' : ',';
  let whole = body;
  let fraction = '';
  if (decimal !== '') {
    const at = Math.max(lastDot, lastComma);
    const other = decimal === '.' ? ',' : '.';
    const parts = body.split(decimal);
    const thousands =
      !body.includes(other) && /^[1-9]\d{0,2}$/.test(parts[0]!) && parts.slice(1).every((p) => p.length === 3);
    if (!thousands && parts.length === 2) {
      whole = body.slice(0, at);
      fraction = body.slice(at + 1);
    }
    const groups = whole.split(/[.,]/);
    if (groups.length > 1 && !groups.every((g, i) => (i === 0 ? /^\d{1,3}$/.test(g) : /^\d{3}$/.test(g)))) return NaN;
    if (/[.,]/.test(whole) && new Set(whole.replace(/\d/g, '')).size > 1) return NaN;
  }
  const digits = whole.replace(/[.,]/g, '');
  if (digits === '' && fraction === '') return NaN;
  const number = Number(`${digits === '' ? '0' : digits}.${fraction === '' ? '0' : fraction}`);
  return match[1] === '-' || match[1] === '−' ? -number : number;
}

function numberType(id: FieldTypeId, read: (text: string) => number, allowed: (n: number) => boolean): FieldType {
  const check = (value: Json): Result<Json, FieldError> => {
    if (value === null) return ok(null);
    if (typeof value !== 'number' || !Number.isFinite(value) || Math.abs(value) > GREATEST || !allowed(value))
      return invalid('number-invalid', value);
    return ok(value === 0 ? 0 : value); // no −0: it is not equal to itself after JSON
  };
  return {
    id,
    check,
    parse(input) {
      if (typeof input === 'number') return check(input);
      if (input === null || input === undefined) return ok(null);
      if (typeof input !== 'string') return invalid('number-invalid', input);
      const line = cleanLine(input);
      if (line === '') return ok(null);
      const result = check(read(line));
      return result.ok ? result : invalid('number-invalid', input);
    },
    toText(value, _field, _directory, locale) {
      if (typeof value !== 'number') return '';
      const text = format(locale).format(value);
      return id === 'money' ? `${text} ₫` : text;
    },
    sortKey: (value) => (typeof value === 'number' ? value : undefined),
  };
}

const formats = new Map<string, Intl.NumberFormat>();
function format(locale: 'vi' | 'en'): Intl.NumberFormat {
  let found = formats.get(locale);
  if (!found) formats.set(locale, (found = new Intl.NumberFormat(locale, { maximumFractionDigits: 10 })));
  return found;
}

/** Takes off the currency; "1,5 triệu" and the like are left to the person. */
const parseMoney = (line: string): number => parseNumber(fold(line).replace(/\s*(?:vnd|dong|d|₫)\.?$/u, ''));

/** Stars: `4`, `4/5`, `★★★★`. */
function parseRating(line: string): number {
  const stars = /^(★+)☆*$/u.exec(line)?.[1];
  return stars !== undefined ? stars.length : parseNumber(line.replace(/\s*(?:\/\s*5|sao|stars?|★)$/iu, ''));
}

export const number = numberType('number', parseNumber, () => true);
export const money = numberType('money', parseMoney, () => true);
export const rating = numberType('rating', parseRating, (n) => Number.isInteger(n) && n >= 1 && n <= 5);

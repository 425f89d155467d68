import { viSortKey } from '../../contact/names.ts';
import type { Json } from '../../kit/json.ts';
import type { Result } from '../../kit/result.ts';
import { err, ok } from '../../kit/result.ts';
import { LIMITS } from '../../protocol/messages.ts';
import type { FieldDef, FieldError, FieldType } from '../field.ts';

/** Most characters of a name. */
const NAME_LENGTH = 500;
/** Invisible characters that come with pasted text; they would make equal texts differ. Joiners stay: emoji need them. */
const INVISIBLE = /[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** One line: NFC, white space to single spaces, no control characters. */
export const cleanLine = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(INVISIBLE, '')
    .trim();

const cleanLines = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .replace(INVISIBLE, '')
    .replace(/[ \t]+$/gm, '')
    .trim();

/** A cell or a typed value as text; numbers as JSON writes them. `undefined` for what is no text. */
export function inputText(input: unknown): string | undefined {
  if (input === null || input === undefined) return '';
  if (typeof input === 'string') return input;
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  return undefined;
}

export const invalid = (type: Exclude<FieldError['type'], 'required' | 'too-long'>, input: unknown) =>
  err<FieldError>({ type, input: (typeof input === 'string' ? input : (JSON.stringify(input) ?? '')).slice(0, 200) });

function textType(id: 'text' | 'long-text', clean: (text: string) => string): FieldType {
  const check = (value: Json, field: FieldDef): Result<Json, FieldError> => {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return invalid('value-invalid', value);
    const max = field.id === 'name' ? NAME_LENGTH : LIMITS.textLength;
    // a cell of megabytes is not worth cleaning first
    if (value.length > 4 * LIMITS.textLength) return err({ type: 'too-long', max });
    const text = clean(value);
    if (text.length > max) return err({ type: 'too-long', max });
    return ok(text === '' ? null : text);
  };
  return {
    id,
    check,
    parse(input, field) {
      if (input instanceof Date)
        return check(Number.isNaN(input.getTime()) ? '' : input.toISOString().slice(0, 10), field);
      const text = inputText(input);
      return text === undefined ? invalid('value-invalid', input) : check(text, field);
    },
    toText: (value) => (typeof value === 'string' ? value : ''),
    sortKey: (value) => (typeof value === 'string' && value !== '' ? viSortKey(value) : undefined),
  };
}

export const text = textType('text', cleanLine);
export const longText = textType('long-text', cleanLines);

/** Web addresses: `http` and `https` alone, so that a link of the list never runs code; a missing scheme is added. */
export const url: FieldType = {
  id: 'url',
  check(value) {
    if (value === null) return ok(null);
    if (typeof value !== 'string') return invalid('url-invalid', value);
    const line = cleanLine(value);
    if (line === '') return ok(null);
    if (line.length > 2000) return err({ type: 'too-long', max: 2000 });
    const parsed = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(line) ? line : `https://${line}`);
    const usable =
      parsed !== null && /^https?:$/.test(parsed.protocol) && /^[^.].*\.[^.]+$/.test(parsed.hostname) && !/\s/.test(line) &&
      parsed.username === '' && parsed.password === ''; // prettier-ignore
    if (!usable) return invalid('url-invalid', value);
    return ok(parsed.protocol + line.replace(/^[a-z][a-z0-9+.-]*:(?=\/\/)/i, '').replace(/^(?!\/\/)/, '//'));
  },
  parse(input, field) {
    const line = inputText(input);
    return line === undefined ? invalid('url-invalid', input) : url.check(line, field);
  },
  toText: (value) => (typeof value === 'string' ? value : ''),
  sortKey: (value) => (typeof value === 'string' && value !== '' ? viSortKey(value) : undefined),
};

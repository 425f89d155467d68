import type { Result } from '../kit/result.ts';
import { err, ok } from '../kit/result.ts';

/**
 * Vietnamese phone numbers (channels.md §4.7) by our own prefix rules: pure, fast enough for an import of 100,000 rows.
 * The rule is "warn, do not block": what looks like a number but follows no known plan is kept as `unsure`; only what
 * cannot be a number (letters, too few or too many digits, digits a spreadsheet has lost) is an error.
 */
export interface Phone {
  /** `+` and 7–15 digits (E.164), the key by which duplicates are found. Absent where nobody abroad could dial it. */
  readonly e164?: string;
  /** What is stored and dialled: `e164`, else the bare digits. */
  readonly value: string;
  readonly kind: PhoneKind;
  /** An 11-digit mobile number of before 2018 was moved to its present prefix. */
  readonly migrated?: true;
  /** A lost leading zero, an `o` for a zero or a spreadsheet's notation was put right. */
  readonly repaired?: true;
  /** What was typed, trimmed. */
  readonly raw: string;
}

/** `service`: 1800 and 1900 numbers. `short`: internal extensions and short codes. `unsure`: show a warning, allow. */
export type PhoneKind = 'mobile' | 'landline' | 'service' | 'short' | 'foreign' | 'unsure';

export interface PhoneError {
  readonly type: 'phone-invalid';
  readonly input: string;
  /** `digits-lost`: a spreadsheet's 9.12E+08, whose last digits are gone; format the column as text and export again. */
  readonly reason: 'letters' | 'too-short' | 'too-long' | 'digits-lost';
}

/** Old three digits after the zero → the two digits of today; the last seven stay (15 Sep 2018 – 30 Jun 2019). */
const OLD_PREFIXES: Readonly<Record<string, string>> = {
  162: '32', 163: '33', 164: '34', 165: '35', 166: '36', 167: '37', 168: '38', 169: '39', // Viettel
  120: '70', 121: '79', 122: '77', 126: '76', 128: '78', // MobiFone
  123: '83', 124: '84', 125: '85', 127: '81', 129: '82', // VinaPhone
  186: '56', 188: '58', // Vietnamobile
  199: '59', // Gmobile
}; // prettier-ignore

const MOBILE = new Set(
  '32 33 34 35 36 37 38 39 52 55 56 58 59 70 76 77 78 79 81 82 83 84 85 86 87 88 89 90 91 92 93 94 96 97 98 99'.split(
    ' ',
  ),
);

/** Area codes of three digits since 2017; Hà Nội (24) and TP. Hồ Chí Minh (28) have two. */
const AREAS = new Set(
  (
    '203 204 205 206 207 208 209 210 211 212 213 214 215 216 218 219 220 221 222 225 226 227 228 229 232 233 234 235 ' +
    '236 237 238 239 251 252 254 255 256 257 258 259 260 261 262 263 269 270 271 272 273 274 275 276 277 290 291 292 ' +
    '293 294 296 297 299'
  ).split(' '),
);

/** A spreadsheet's notation: one digit, maybe a fraction, an exponent. */
const SCIENTIFIC = /^(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})$/;
const EXTENSION = /\s*(?:\(?(?:ext|extension|máy lẻ|may le|lẻ|ml)[.:]?\s*|[x#]\s*)(\d{1,6})\)?$/i;
const LABEL = /^(?:tel|phone|mobile|đtdđ|sđt|sdt|đt|dt|di động|điện thoại)\s*[:.]?\s*(?=[+\d(])/i;

/**
 * Reads one number. Numbers of spreadsheet cells are taken as they are: 912345678 lost its zero, 9.12345678E8 is the
 * same. `input` is text of any length; longer than 40 characters is never a number.
 */
export function normalizePhone(input: string | number): Result<Phone, PhoneError> {
  if (typeof input === 'number') {
    if (!Number.isSafeInteger(input) || input < 0) return fail(String(input), 'digits-lost');
    return readDigits(String(input), false, String(input), false);
  }
  const raw = input.trim();
  if (raw.length > 40) return fail(raw, 'too-long');
  // "912345678.0": a spreadsheet's number as text; anywhere else a point is a separator like any other
  const read = /^\d{6,}\.0$/.test(raw) ? undefined : readText(raw);
  if (read) return readDigits(read.digits, read.plus, raw, read.repaired);

  const scientific = SCIENTIFIC.exec(raw);
  if (scientific) {
    const [, lead, fraction = '', exponent] = scientific;
    // fewer digits than the exponent says: the rest were rounded away
    if (fraction.length < Number(exponent)) return fail(raw, 'digits-lost');
    const rest = fraction.slice(Number(exponent));
    if (!/^0*$/.test(rest)) return fail(raw, 'digits-lost');
    return readDigits(lead + fraction.slice(0, Number(exponent)), false, raw, true);
  }
  const bare = raw
    .normalize('NFC')
    .replace(LABEL, '')
    .replace(EXTENSION, '')
    .replace(/^(\d{6,})[.,]0+$/, '$1');
  const again = bare === raw ? undefined : readText(bare);
  if (again) return readDigits(again.digits, again.plus, raw, again.repaired);
  return fail(raw, 'letters');
}

/** Cuts what somebody typed into a phone field into single numbers: `/ ; , |`, new lines, "hoặc", "or", " - ". */
export function splitPhones(input: string): string[] {
  if (/^\+?\d{1,15}$/.test(input)) return [input]; // nearly all are one number
  if (SCIENTIFIC.test(input.trim())) return [input.trim()];
  const parts = input
    .normalize('NFC')
    .split(/[/;,|\n\r]+|\s+(?:hoặc|hoac|or)\s+/i)
    .flatMap(splitLoose);
  const found = parts.map((part) => part.trim()).filter((part) => part !== '');
  // "912345678,0" of a spreadsheet is one number
  return found.length === 2 && /^0+$/.test(found[1]!) ? [found[0]!] : found;
}

/** "0912345678 - 0987654321" and "0912345678 0987654321": every part must be a number of its own. */
function splitLoose(part: string): string[] {
  const whole = part.trim();
  if (whole.length < 17) return [whole];
  for (const between of [/\s+[-–—]+\s+/, /\s+/]) {
    const pieces = whole.split(between);
    if (pieces.length > 1 && pieces.every((piece) => digitsOf(piece).length >= 9)) return pieces;
  }
  return [whole];
}

/** Digits by which a stored number is found: national where it is Vietnamese (0912345678), else all its digits. */
export function phoneDigits(value: string): string {
  if (value.startsWith('+84')) return `0${digitsOf(value.slice(3))}`;
  return digitsOf(value);
}

/** How a stored number is shown: 0912 345 678 · 024 3825 6789 · 0236 3821 234 · 1900 1234; others as they are. */
export function formatPhone(value: string): string {
  if (/^1[89]00\d{2,6}$/.test(value)) return `${value.slice(0, 4)} ${group(value.slice(4))}`;
  if (!/^\+84\d{9,10}$/.test(value)) return value;
  const digits = `0${value.slice(3)}`;
  if (digits.length === 10) return `${digits.slice(0, 4)} ${digits.slice(4, 7)} ${digits.slice(7)}`;
  if (digits.startsWith('024') || digits.startsWith('028'))
    return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  return `${digits.slice(0, 4)} ${digits.slice(4, 8)} ${digits.slice(8)}`;
}

const group = (digits: string): string => (digits.length === 6 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits);

/** All digits of a text, in order. */
export const digitsOf = (text: string): string => text.replace(/\D+/g, '');

/** Digits and a leading plus of a text that holds nothing else but what people put between digits. */
function readText(text: string): { digits: string; plus: boolean; repaired: boolean } | undefined {
  let digits = '';
  let plus = false;
  let repaired = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 48 && code <= 57) {
      digits += text[i];
    } else if (code === 43) {
      if (digits !== '' || plus) return undefined;
      plus = true;
    } else if ((code === 111 || code === 79) && digits === '' && !plus) {
      digits = '0'; // "o912345678"
      repaired = true;
    } else if (!isBetween(code)) return undefined;
  }
  return digits === '' ? undefined : { digits, plus, repaired };
}

/** Space, ' ( ) * - . _ · – and the invisible marks that come with pasted numbers. */
const isBetween = (code: number): boolean =>
  code === 32 || (code >= 39 && code <= 42) || code === 45 || code === 46 || code === 95 || code === 9 ||
  code === 0xa0 || code === 0xb7 || code === 0xfeff || (code >= 0x2000 && code <= 0x2015) ||
  (code >= 0x2028 && code <= 0x202f) || (code >= 0x2060 && code <= 0x2069); // prettier-ignore

function readDigits(digits: string, plus: boolean, raw: string, repaired: boolean): Result<Phone, PhoneError> {
  if (!plus && digits.startsWith('00') && digits.length > 8) return readDigits(digits.slice(2), true, raw, repaired);
  if (plus) {
    if (!digits.startsWith('84')) {
      if (digits.length < 7 || digits.startsWith('0')) return fail(raw, 'too-short');
      if (digits.length > 15) return fail(raw, 'too-long');
      return phone(`+${digits}`, 'foreign', raw, repaired);
    }
    const national = digits.slice(2);
    return readNational(national.startsWith('0') ? national.slice(1) : national, raw, repaired);
  }
  if (digits.startsWith('0')) return readNational(digits.slice(1), raw, repaired);
  if (isService(digits)) return phone(undefined, 'service', raw, repaired, digits);
  if (digits.startsWith('84') && digits.length >= 11) {
    const national = digits[2] === '0' ? digits.slice(3) : digits.slice(2);
    // only what is a number with the country code taken off has one; 84… may also start a longer foreign number
    if (national.length <= 10) return readNational(national, raw, repaired);
  }
  if (digits.length <= 6)
    return digits.length < 2 ? fail(raw, 'too-short') : phone(undefined, 'short', raw, repaired, digits);
  // a spreadsheet took the leading zero: nine digits of a mobile number, ten of a fixed or old mobile one
  if (digits.length === 9 && /^[35789]/.test(digits)) return readNational(digits, raw, true);
  if (digits.length === 10 && (digits.startsWith('2') || OLD_PREFIXES[digits.slice(0, 3)]))
    return readNational(digits, raw, true);
  if (digits.length > 15) return fail(raw, 'too-long');
  return phone(undefined, 'unsure', raw, repaired, digits);
}

/** `national`: the digits after the zero or the country code. */
function readNational(national: string, raw: string, repaired: boolean): Result<Phone, PhoneError> {
  const length = national.length;
  if (isService(national)) return phone(undefined, 'service', raw, repaired, national);
  if (length < 7) return fail(raw, 'too-short');
  switch (national[0]) {
    case '2': {
      if (length < 10) return fail(raw, 'too-short');
      if (length > 10) return fail(raw, 'too-long');
      const known = national.startsWith('24') || national.startsWith('28') || AREAS.has(national.slice(0, 3));
      return phone(`+84${national}`, known ? 'landline' : 'unsure', raw, repaired);
    }
    case '3':
    case '5':
    case '7':
    case '8':
    case '9': {
      if (length < 9) return fail(raw, 'too-short');
      if (length > 9) return fail(raw, 'too-long');
      return phone(`+84${national}`, MOBILE.has(national.slice(0, 2)) ? 'mobile' : 'unsure', raw, repaired);
    }
    case '1': {
      const present = length === 10 ? OLD_PREFIXES[national.slice(0, 3)] : undefined;
      if (present) return phone(`+84${present}${national.slice(3)}`, 'mobile', raw, repaired, undefined, true);
    }
  }
  if (length > 10) return fail(raw, 'too-long');
  return phone(undefined, 'unsure', raw, repaired, `0${national}`);
}

const isService = (digits: string): boolean =>
  (digits.startsWith('1900') || digits.startsWith('1800')) && digits.length >= 6 && digits.length <= 10;

function phone(
  e164: string | undefined,
  kind: PhoneKind,
  raw: string,
  repaired: boolean,
  digits = '',
  migrated = false,
): Result<Phone, PhoneError> {
  const found: { -readonly [K in keyof Phone]: Phone[K] } = { value: e164 ?? digits, kind, raw };
  if (e164 !== undefined) found.e164 = e164;
  if (migrated) found.migrated = true;
  if (repaired) found.repaired = true;
  return ok(found);
}

const fail = (input: string, reason: PhoneError['reason']) => err<PhoneError>({ type: 'phone-invalid', input, reason });

/** How a stored number stands in what searches scan: a mark of its start and its digits, `:0912345678`. */
export const phoneSearchText = (value: string): string => `:${phoneDigits(value)}`;

/**
 * What to look for in `phoneSearchText` for a query that is (part of) a number: "0912…", "+84912…", "84 912 345 678",
 * the last digits, a number of before 2018 (A22); any of the needles will do. Empty for a query that is no number.
 */
export function phoneNeedles(query: string): string[] {
  const read = readText(query.trim());
  if (!read) return [];
  const { digits } = read;
  const needles = new Set<string>();
  const international = read.plus ? digits : digits.startsWith('00') ? digits.slice(2) : undefined;
  const withCountry = international ?? digits;
  if (withCountry.startsWith('84') && withCountry.length > 2)
    needles.add(`:0${withCountry.slice(2).replace(/^0/, '')}`);
  else if (international !== undefined && '84'.startsWith(international)) needles.add(':0');
  else if (international !== undefined) needles.add(`:${international}`);
  if (!read.plus) needles.add(digits);
  if (digits.length >= 9) {
    const whole = normalizePhone(query);
    if (whole.ok) needles.add(phoneSearchText(whole.value.value));
  }
  return [...needles];
}

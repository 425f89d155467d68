import type { Json } from '../../kit/json.ts';
import type { Result } from '../../kit/result.ts';
import { ok } from '../../kit/result.ts';
import type { FieldError, FieldType } from '../field.ts';
import { cleanLine, invalid } from './text.ts';

/** Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975. */
export const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;
/** Excel's day 0 (1899-12-30, which makes up for its 29 February 1900), ms since 1970. */
const EXCEL_EPOCH_MS = -2_209_161_600_000;
/** Serials from 1900-03-01 to 2999-12-31; smaller ones are more likely years or days. */
const EXCEL_MIN = 61;
const EXCEL_MAX = 401_768;

/** 'YYYY-MM-DD' of a day that exists, else undefined. Years 1000–9999. */
export function isoDay(year: number, month: number, day: number): string | undefined {
  if (year < 1000 || year > 9999 || month < 1 || month > 12 || day < 1) return undefined;
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return dayText(year, month, day);
}

const dayText = (year: number, month: number, day: number): string =>
  `${year}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;

/** Is this text a day that exists, as it is stored? */
export function isIsoDay(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return match !== null && isoDay(Number(match[1]), Number(match[2]), Number(match[3])) !== undefined;
}

/** The day of a moment in Asia/Ho_Chi_Minh. `ms` since 1970. */
export function dayOfMs(ms: number): string {
  const shown = new Date(ms + ZONE_MS);
  // a tenth of the time of toISOString, and an import reads 100,000 of them
  return dayText(shown.getUTCFullYear(), shown.getUTCMonth() + 1, shown.getUTCDate());
}

/** When a day begins in Asia/Ho_Chi_Minh, ms since 1970. */
export const dayStartMs = (day: string): number => Date.parse(`${day}T00:00:00Z`) - ZONE_MS;
export const dayEndMs = (day: string): number => dayStartMs(day) + DAY_MS;

interface Moment {
  readonly day: string;
  /** Time of day; undefined where none was given. */
  readonly timeMs?: number;
  /** Minutes east of UTC, where the text says so. */
  readonly zoneMin?: number;
}

const DAY_FIRST = /^(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4}|\d{2})(?:$|[\sT,]+)/;
const YEAR_FIRST = /^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:$|[\sT,]+)/;
const TIME = /^(\d{1,2})[:h](\d{2})?(?::(\d{2})(?:\.\d+)?)?\s*(am|pm|sa|ch)?\s*(z|[+-]\d{2}:?\d{2})?$/i;

/** Reads dd/mm/yyyy (day first, as in Việt Nam), yyyy-mm-dd and ISO 8601, with or without a time. */
function readMoment(line: string): Moment | undefined {
  const trimmed = line.replace(/^ngày\s+/i, '');
  const dayFirst = DAY_FIRST.exec(trimmed);
  const yearFirst = dayFirst ? null : YEAR_FIRST.exec(trimmed);
  const match = dayFirst ?? yearFirst;
  if (!match) return undefined;
  const [a, b, c] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const day = dayFirst ? isoDay(match[3]!.length === 2 ? c + (c < 50 ? 2000 : 1900) : c, b, a) : isoDay(a, b, c);
  if (day === undefined) return undefined;
  const rest = trimmed.slice(match[0].length).trim();
  if (rest === '') return { day };
  const time = TIME.exec(rest);
  if (!time) return undefined;
  const half = time[4]?.toLowerCase();
  const afternoon = half === 'pm' || half === 'ch';
  let hour = Number(time[1]);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (afternoon ? 12 : 0);
  }
  const minute = Number(time[2] ?? 0);
  const second = Number(time[3] ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const timeMs = ((hour * 60 + minute) * 60 + second) * 1000;
  const zone = time[5]?.toLowerCase();
  if (zone === undefined) return { day, timeMs };
  if (zone === 'z') return { day, timeMs, zoneMin: 0 };
  const [h, m] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return { day, timeMs, zoneMin: (zone.startsWith('-') ? -1 : 1) * (h * 60 + m) };
}

const momentMs = ({ day, timeMs = 0, zoneMin }: Moment): number =>
  Date.parse(`${day}T00:00:00Z`) + timeMs - (zoneMin === undefined ? ZONE_MS : zoneMin * 60_000);

const isSerial = (n: number): boolean => n >= EXCEL_MIN && n <= EXCEL_MAX;

/** Days without a time of day: 'YYYY-MM-DD'. */
export const date: FieldType = {
  id: 'date',
  check(value): Result<Json, FieldError> {
    if (value === null || value === '') return ok(null);
    return typeof value === 'string' && isIsoDay(value) ? ok(value) : invalid('date-invalid', value);
  },
  parse(input) {
    if (input === null || input === undefined) return ok(null);
    // a spreadsheet reader gives midnight of UTC or of Việt Nam: both are that day in our zone
    if (input instanceof Date) {
      const ms = input.getTime();
      // not beyond what a Date holds once the zone is added
      return checkDay(Math.abs(ms) <= 8e15 ? dayOfMs(ms) : undefined, input);
    }
    if (typeof input === 'number') return checkDay(isSerial(input) ? serialDay(input) : undefined, input);
    if (typeof input !== 'string') return invalid('date-invalid', input);
    const line = cleanLine(input);
    if (line === '') return ok(null);
    if (/^\d{3,6}$/.test(line) && Number(line) > 9999)
      return checkDay(isSerial(Number(line)) ? serialDay(Number(line)) : undefined, input);
    const moment = readMoment(line);
    if (!moment) return invalid('date-invalid', input);
    return checkDay(moment.zoneMin === undefined ? moment.day : dayOfMs(momentMs(moment)), input);
  },
  toText(value, _field, _directory, locale) {
    if (typeof value !== 'string' || !isIsoDay(value)) return '';
    return locale === 'vi' ? `${value.slice(8)}/${value.slice(5, 7)}/${value.slice(0, 4)}` : value;
  },
  sortKey: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
};

/** Moments: ms since 1970; texts without a zone are meant in Asia/Ho_Chi_Minh. */
export const dateTime: FieldType = {
  id: 'date-time',
  check(value) {
    if (value === null) return ok(null);
    return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= 8.64e15
      ? ok(value)
      : invalid('date-invalid', value);
  },
  parse(input) {
    if (input === null || input === undefined) return ok(null);
    if (input instanceof Date)
      return Number.isNaN(input.getTime()) ? invalid('date-invalid', 'Invalid Date') : ok(input.getTime());
    if (typeof input === 'number') {
      // serials count days of the wall clock; greater numbers are ms
      if (isSerial(input)) return ok(Math.round((EXCEL_EPOCH_MS + input * DAY_MS - ZONE_MS) / 1000) * 1000);
      return Math.abs(input) > 1e8 && Number.isSafeInteger(input) && Math.abs(input) <= 8.64e15
        ? ok(input)
        : invalid('date-invalid', input);
    }
    if (typeof input !== 'string') return invalid('date-invalid', input);
    const line = cleanLine(input);
    if (line === '') return ok(null);
    const moment = readMoment(line);
    return moment ? ok(momentMs(moment)) : invalid('date-invalid', input);
  },
  toText(value, _field, _directory, locale) {
    if (typeof value !== 'number' || !(Math.abs(value) <= 8e15)) return '';
    const iso = new Date(value + ZONE_MS).toISOString();
    const [day, time] = iso.split('T') as [string, string];
    const shown = locale === 'vi' ? day.split('-').reverse().join('/') : day;
    return `${shown} ${time.slice(0, 5)}`;
  },
  sortKey: (value) => (typeof value === 'number' ? value : undefined),
};

const checkDay = (day: string | undefined, input: unknown): Result<Json, FieldError> =>
  day === undefined || !isIsoDay(day) ? invalid('date-invalid', input) : ok(day);

const serialDay = (serial: number): string =>
  new Date(EXCEL_EPOCH_MS + Math.floor(serial) * DAY_MS).toISOString().slice(0, 10);

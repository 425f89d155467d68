import type { Cell, Text } from '#plugin-api';

/** One sheet as it was read, before headings are looked for. Rows are in file order, from line 1. */
export interface Sheet {
  readonly name: string;
  /** All sheets a person may choose from. */
  readonly names: readonly string[];
  readonly length: number;
  /** Cells of a row; absent ones at the end are left out. */
  row(index: number): readonly Cell[];
  /** Gives a row's memory back; it is empty from then on. */
  release(index: number): void;
  /** Merged areas: how many reach line `fromRow` (an index) or below. */
  merged(fromRow: number): number;
  /** Cells with an error that were read as empty; complete when every row was read. */
  errors(): number;
  readonly notes: readonly Text[];
}

/** What is known of a sheet besides its rows. */
export interface SheetFacts {
  readonly name: string;
  readonly names: readonly string[];
  readonly notes: readonly Text[];
  /** Index of the last row of each merged area. */
  readonly mergeEnds: readonly number[];
  readonly errors: number;
}

/** A sheet all of whose rows are in memory. It takes the array over and empties it. */
export function sheetOfRows(rows: (readonly Cell[])[], facts: SheetFacts): Sheet {
  const { name, names, notes, mergeEnds, errors } = facts;
  return {
    name,
    names,
    length: rows.length,
    row: (index) => rows[index] ?? NO_CELLS,
    release: (index) => void (rows[index] = NO_CELLS),
    merged: (fromRow) => mergeEnds.filter((end) => end >= fromRow).length,
    errors: () => errors,
    notes,
  };
}

export const NO_CELLS: readonly Cell[] = [];

/**
 * A text as a cell: empty and blank ones are null. An apostrophe before = + - @ is what Excel and our own failed-rows
 * file put there to keep a text from being a formula (see `safeText`); it is not part of the value.
 */
export function textCell(text: string): Cell {
  const first = text.charCodeAt(0);
  if (first > 32 && first < 127 && first !== 39) return text; // as nearly all do: neither blank nor marked
  if (text.trim() === '') return null;
  return /^'[=+\-@\t\r]/.test(text) ? text.slice(1) : text;
}

/** Asia/Ho_Chi_Minh has been UTC+7 without summer time since 1975. */
const ZONE_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/**
 * A cell's day as midnight UTC; a cell's day and time as the moment it is in Việt Nam. `shown` has what the cell shows
 * in its UTC parts, with the noise of fractions of a day. `shownDate` goes the other way.
 */
export function dateCell(shown: Date): Date {
  const ms = Math.round(shown.getTime() / 1000) * 1000;
  return new Date(ms % DAY_MS === 0 ? ms : ms - ZONE_MS);
}

/**
 * A number in a cell with a date format, as a cell: a day is 1, counted from 1899-12-31 with the 29 February 1900 there
 * never was. That day stays a number, as does what is no day at all (a phone number in a column formatted as dates).
 * `date1904`: the workbook counts from 1904-01-01.
 */
export function serialCell(serial: number, date1904: boolean): Cell {
  const days = date1904 ? serial + 1462 : serial;
  if (days >= 60 && days < 61) return days;
  // multiplied in the order in which SheetJS does it: the same rounding
  const date = dateCell(new Date((days > 60 ? days : days + 1) * 24 * 60 * 60 * 1000 + DAY_ZERO));
  return Number.isNaN(date.getTime()) ? serial : date;
}
const DAY_ZERO = Date.UTC(1899, 11, 30);

export function shownDate(cell: Date): Date {
  const ms = cell.getTime();
  return new Date(ms % DAY_MS === 0 ? ms : ms + ZONE_MS);
}

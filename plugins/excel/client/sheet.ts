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

export function sheetOfRows(name: string, rows: readonly (readonly Cell[])[], notes: readonly Text[]): Sheet {
  const held: (readonly Cell[] | undefined)[] = [...rows];
  return {
    name,
    names: [name],
    length: rows.length,
    row: (index) => held[index] ?? [],
    release: (index) => void (held[index] = undefined),
    merged: () => 0,
    errors: () => 0,
    notes,
  };
}

/**
 * A text as a cell: empty and blank ones are null. An apostrophe before = + - @ is what Excel and our own failed-rows
 * file put there to keep a text from being a formula (see `safeText`); it is not part of the value.
 */
export function textCell(text: string): Cell {
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

export function shownDate(cell: Date): Date {
  const ms = cell.getTime();
  return new Date(ms % DAY_MS === 0 ? ms : ms + ZONE_MS);
}

import * as XLSX from 'xlsx';
import type { Cell, TransferSheet } from '#plugin-api';
import { shownDate } from './sheet.ts';

/** Longest text Excel takes in a cell. */
const MAX_TEXT = 32_767;

/** The bytes of an .xlsx with one sheet: bold is left to Excel, texts are text cells (a phone keeps its zero). */
export function buildWorkbook(sheet: TransferSheet): ArrayBuffer {
  const data = [sheet.headings, ...sheet.rows].map((row) => row.map(toCell));
  const width = Math.max(1, ...data.map((row) => row.length));
  const worksheet = {
    '!data': data,
    '!ref': XLSX.utils.encode_range({ s: { r: 0, c: 0 }, e: { r: Math.max(0, data.length - 1), c: width - 1 } }),
    '!cols': Array.from({ length: width }, (_, i) => ({ wch: columnWidth(sheet, i) })),
  } as unknown as XLSX.WorkSheet;
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, worksheet, sheetName(sheet.name));
  return XLSX.write(book, { bookType: 'xlsx', type: 'array', compression: true }) as ArrayBuffer;
}

/**
 * A text that no spreadsheet takes for a formula, wherever the file goes next (saved as CSV and opened again, a text
 * cell becomes a live formula). Signed numbers stay: "+84912345678" is a phone and harmless. `textCell` takes the
 * apostrophe off again when the corrected file is read.
 */
export function safeText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-][\d\s().,-]*$/.test(text) ? `'${text}` : text;
}

function toCell(value: Cell | undefined): XLSX.CellObject | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value === 'string') return { t: 's', v: safeText(value).slice(0, MAX_TEXT), z: '@' };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : dateToCell(shownDate(value));
  if (typeof value === 'number') return { t: 'n', v: value, z: Number.isInteger(value) ? '0' : 'General' };
  return { t: 'b', v: value };
}

function dateToCell(shown: Date): XLSX.CellObject {
  const serial = shown.getTime() / 86_400_000 + 25_569; // days since 1899-12-30
  return { t: 'n', v: serial, z: Number.isInteger(serial) ? 'dd/mm/yyyy' : 'dd/mm/yyyy hh:mm:ss' };
}

function columnWidth(sheet: TransferSheet, column: number): number {
  const sample = [sheet.headings, ...sheet.rows.slice(0, 50)];
  return Math.min(60, Math.max(10, ...sample.map((row) => String(row[column] ?? '').length + 2)));
}

/** Sheet names have at most 31 characters and none of : \ / ? * [ ] */
const sheetName = (name: string): string =>
  name
    .replace(/[:\\/?*[\]]/g, ' ')
    .trim()
    .slice(0, 31) || 'Sheet1';

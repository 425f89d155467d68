import type { Cell, Text, TransferChunk } from '#plugin-api';
import { TransferError } from '#plugin-api';
import { errorNote, mergedNote, noHeadingsNote, titleNote, wideNote } from './notes.ts';
import type { Sheet } from './sheet.ts';

/** Rows of one chunk, at most. */
export const CHUNK_ROWS = 2_000;
/** Columns that are read, at most. */
export const MAX_COLUMNS = 500;
/** So many filled rows are looked at to find the headings. */
const LOOK_ROWS = 20;

/** A sheet cut into headings and data rows, trailing empty rows and columns left out. */
export interface Layout {
  readonly head: NonNullable<TransferChunk['head']>;
  chunks(): Generator<LayoutChunk>;
}
export interface LayoutChunk {
  readonly head?: Layout['head'];
  readonly rows: readonly (readonly Cell[])[];
}

/** Throws `empty` for a sheet without data rows. */
export function layOut(sheet: Sheet): Layout {
  const { firstFilled, end, width } = extent(sheet);
  if (end === 0) throw new TransferError('empty', { sheet: sheet.name });
  const headRow = findHeadings(sheet, firstFilled, end);
  const columns = Math.min(width, MAX_COLUMNS);
  const hasHeadings = !looksLikeData(sheet.row(headRow));
  const first = hasHeadings ? headRow + 1 : headRow;
  if (first >= end) throw new TransferError('empty', { sheet: sheet.name });
  const headings = Array.from({ length: columns }, (_, i) =>
    hasHeadings ? headingText(sheet.row(headRow)[i]) : columnName(i),
  );
  const merged = sheet.merged(first);
  const notes: Text[] = [...sheet.notes];
  if (headRow > firstFilled) notes.push(titleNote(filledBetween(sheet, firstFilled, headRow)));
  if (!hasHeadings) notes.push(noHeadingsNote());
  if (width > columns) notes.push(wideNote(columns));
  if (merged > 0) notes.push(mergedNote(merged));
  if (sheet.errors() > 0) notes.push(errorNote(sheet.errors()));
  const { names, name } = sheet;
  const head = { sheets: names, sheet: name, headings, firstLine: first + 1, total: end - first, notes };
  return { head, chunks: () => chunksOf(sheet, head, first, end, columns) };
}

function* chunksOf(
  sheet: Sheet,
  head: Layout['head'],
  first: number,
  end: number,
  columns: number,
): Generator<LayoutChunk> {
  for (let start = first; start < end; start += CHUNK_ROWS) {
    const rows: (readonly Cell[])[] = [];
    for (let i = start; i < Math.min(end, start + CHUNK_ROWS); i++) {
      const row = sheet.row(i);
      rows.push(row.length > columns ? row.slice(0, columns) : row);
      sheet.release(i);
    }
    yield start === first ? { head, rows } : { rows };
  }
}

/** First filled row, the row after the last filled one, and the column after the last filled one. */
function extent(sheet: Sheet): { firstFilled: number; end: number; width: number } {
  let firstFilled = -1;
  let end = 0;
  let width = 0;
  for (let i = 0; i < sheet.length; i++) {
    const length = filledLength(sheet.row(i));
    if (length === 0) continue;
    if (firstFilled < 0) firstFilled = i;
    end = i + 1;
    if (length > width) width = length;
  }
  return { firstFilled, end, width };
}

/**
 * The row of the headings: the first filled one, unless titles stand above a table ("DANH SÁCH KHÁCH HÀNG", "Ngày
 * xuất: 1/2/2026"). A row is taken for a title only where that is obvious: one or two cells, in a table at least three
 * times as wide.
 */
function findHeadings(sheet: Sheet, firstFilled: number, end: number): number {
  const looked: { readonly index: number; readonly filled: number }[] = [];
  for (let i = firstFilled; i < end && looked.length < LOOK_ROWS; i++) {
    const filled = sheet.row(i).filter((cell) => cell !== null).length;
    if (filled > 0) looked.push({ index: i, filled });
  }
  const widest = Math.max(...looked.map(({ filled }) => filled));
  return looked.find(({ filled }) => filled > 2 || filled * 3 > widest)?.index ?? firstFilled;
}

/** A phone number or a mail address is never a heading. */
function looksLikeData(row: readonly Cell[]): boolean {
  return row.some((cell) => {
    if (typeof cell === 'number') return cell >= 1e7;
    return typeof cell === 'string' && (/^\+?[\d\s().-]{8,}$/.test(cell.trim()) || /^\S+@\S+\.\S+$/.test(cell.trim()));
  });
}

function headingText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  const text = cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell);
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, 200);
}

/** 0 → A, 25 → Z, 26 → AA. */
export function columnName(index: number): string {
  return (index >= 26 ? columnName(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + (index % 26));
}

function filledLength(row: readonly Cell[]): number {
  let length = row.length;
  while (length > 0 && (row[length - 1] ?? null) === null) length--;
  return length;
}

function filledBetween(sheet: Sheet, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) if (filledLength(sheet.row(i)) > 0) count++;
  return count;
}

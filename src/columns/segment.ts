import type { RecordId } from '#core/kit/ids.ts';
import type { Cell } from './cells.ts';
import { SEGMENT_ROWS } from './haystack.ts';
import type { Table } from './table.ts';
import { stateOf } from './table.ts';

/**
 * The saved form of up to 4,096 rows: UTF-8 JSON, column by column. It is a cache (architecture.md §2): another version,
 * or anything that is not what `dumpRows` writes, is refused as a whole and the rows are rebuilt from the documents.
 */
const VERSION = 1;

interface Saved {
  readonly v: typeof VERSION;
  readonly type: string;
  readonly ids: readonly RecordId[];
  /** ms since 1970. */
  readonly updatedAt: readonly number[];
  readonly packs: readonly number[];
  /** Row → keys with two live values. */
  readonly conflicts: readonly (readonly [number, readonly string[]])[];
  readonly columns: Readonly<Record<string, SavedColumn>>;
}

/** Dictionary (`d` = cells from code 1 on, `c` = code by row, 0 = absent) or plain (`p`, null = absent). */
type SavedColumn =
  | { readonly d: readonly Exclude<Cell, undefined>[]; readonly c: readonly number[] }
  | { readonly p: readonly (Exclude<Cell, undefined> | null)[] };

/** `undefined` for a segment without rows. */
export function dumpRows(table: Table, type: string, segment: number): Uint8Array | undefined {
  const slots: number[] = [];
  const end = Math.min(table.size, (segment + 1) * SEGMENT_ROWS);
  for (let slot = segment * SEGMENT_ROWS; slot < end; slot++) if (table.ids[slot] !== undefined) slots.push(slot);
  if (slots.length === 0) return undefined;
  const conflicts: [number, readonly string[]][] = [];
  slots.forEach((slot, row) => {
    const keys = table.conflicts.get(slot);
    if (keys) conflicts.push([row, keys]);
  });
  const columns: Record<string, SavedColumn> = {};
  for (const [field, column] of table.columns) {
    if (slots.every((slot) => column.get(slot) === undefined)) continue;
    if (!column.codes) {
      columns[field] = { p: slots.map((slot) => column.get(slot) ?? null) };
      continue;
    }
    const { codes, dictionary } = column;
    const saved = new Map<number, number>([[0, 0]]);
    const cells: Exclude<Cell, undefined>[] = [];
    const rowCodes = slots.map((slot) => {
      const code = codes[slot]!;
      let own = saved.get(code);
      if (own === undefined) {
        cells.push(dictionary[code]!);
        saved.set(code, (own = cells.length));
      }
      return own;
    });
    columns[field] = { d: cells, c: rowCodes };
  }
  const saved: Saved = {
    v: VERSION,
    type,
    ids: slots.map((slot) => table.ids[slot]!),
    updatedAt: slots.map((slot) => table.updatedAt[slot]!),
    packs: slots.map((slot) => table.packs[slot]!),
    conflicts,
    columns,
  };
  return new TextEncoder().encode(JSON.stringify(saved));
}

/** False, and nothing changed, for bytes that are not a segment of this type, or a place that is taken. */
export function loadRows(table: Table, type: string, segment: number, bytes: Uint8Array): boolean {
  const saved = readSaved(bytes, type);
  if (!saved) return false;
  const base = segment * SEGMENT_ROWS;
  const rows = saved.ids.length;
  for (let row = 0; row < SEGMENT_ROWS; row++) if (table.ids[base + row] !== undefined) return false;
  // a crash between two saved segments may leave a row in both: then none of them can be trusted
  if (new Set(saved.ids).size !== rows || saved.ids.some((id) => table.slotOf.has(id))) return false;

  table.reserve(base + rows);
  saved.ids.forEach((id, row) => table.place(id, base + row));
  for (let row = 0; row < rows; row++) {
    table.updatedAt[base + row] = saved.updatedAt[row]!;
    table.packs[base + row] = saved.packs[row]!;
  }
  for (const [row, keys] of saved.conflicts) table.conflicts.set(base + row, keys);
  for (const field in saved.columns) {
    const column = table.column(field);
    const from = saved.columns[field]!;
    if (!('d' in from)) {
      for (let row = 0; row < rows; row++) column.set(base + row, from.p[row] ?? undefined);
    } else if (column.codes) {
      const codes = from.d.map((cell) => column.code(cell));
      codes.unshift(0);
      // the column may have given up its dictionary while it learned these cells
      if (column.codes) for (let row = 0; row < rows; row++) column.codes[base + row] = codes[from.c[row]!]!;
      else for (let row = 0; row < rows; row++) column.set(base + row, from.d[from.c[row]! - 1]);
    } else {
      for (let row = 0; row < rows; row++) column.set(base + row, from.d[from.c[row]! - 1]);
    }
  }
  if ('deletedAt' in saved.columns || 'discarded' in saved.columns)
    for (let slot = base; slot < base + rows; slot++)
      table.setState(slot, stateOf(table.value(slot, 'deletedAt'), table.value(slot, 'discarded')));
  table.reloaded();
  return true;
}

function readSaved(bytes: Uint8Array, type: string): Saved | undefined {
  let saved: Partial<Saved> | null;
  try {
    saved = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Partial<Saved> | null;
  } catch {
    return undefined; // broken bytes: the caller rebuilds
  }
  if (typeof saved !== 'object' || saved === null || saved.v !== VERSION || saved.type !== type) return undefined;
  const rows = Array.isArray(saved.ids) ? saved.ids.length : 0;
  const isList = (list: unknown): list is readonly unknown[] => Array.isArray(list) && list.length === rows;
  if (rows === 0 || rows > SEGMENT_ROWS || !isList(saved.updatedAt) || !isList(saved.packs)) return undefined;
  if (!Array.isArray(saved.conflicts) || typeof saved.columns !== 'object') return undefined;
  for (const column of Object.values(saved.columns)) {
    if ('d' in column) {
      if (!Array.isArray(column.d) || !isList(column.c)) return undefined;
      if (column.c.some((code) => !(code >= 0 && code <= column.d.length))) return undefined;
    } else if (!isList(column.p)) return undefined;
  }
  return saved as Saved;
}

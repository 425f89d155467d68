import type { RecordId } from '#core/kit/ids.ts';
import type { Cell, Column } from './cells.ts';
import type { SavedCells } from './deferred.ts';
import { SEGMENT_ROWS } from './haystack.ts';
import { SavedTexts } from './saved-texts.ts';
import { SectionReader, SectionWriter, type Section } from './segment-bytes.ts';
import type { Table } from './table.ts';
import { USED } from './table.ts';

/**
 * The saved form of up to 4,096 rows, column by column. Loading it copies numbers and leaves texts encoded until they
 * are asked for, so that a cold start costs little more than reading the bytes. It is a cache (architecture.md §2):
 * another version, or anything that is not what `dumpRows` writes, is refused as a whole and the rows are rebuilt from
 * the documents.
 */
const VERSION = 2;

interface Saved {
  readonly v: typeof VERSION;
  readonly type: string;
  readonly rows: number;
  readonly ids: SavedText;
  /** Float64, ms since 1970. */
  readonly createdAt: Section;
  readonly updatedAt: Section;
  /** Int32. */
  readonly packs: Section;
  /** Bytes. */
  readonly state: Section;
  /** Row → keys with two live values. */
  readonly conflicts: readonly (readonly [number, readonly string[]])[];
  readonly columns: Readonly<Record<string, SavedColumn>>;
}

/** Texts one after the other, and the UTF-16 length of each (Int32, -1 = absent). */
interface SavedText {
  readonly text: Section;
  readonly lengths: Section;
}

type SavedColumn =
  /** Cells from code 1 on, and the code by row (Uint32, 0 = absent). */
  | { readonly cells: readonly Exclude<Cell, undefined>[]; readonly codes: Section }
  /** Float64, NaN = absent. */
  | { readonly numbers: Section }
  /** Texts; `odd` = the cells that are none, by row. */
  | (SavedText & { readonly odd: readonly (readonly [number, number | boolean])[] });

/** `undefined` for a segment without rows. */
export function dumpRows(table: Table, type: string, segment: number): Uint8Array | undefined {
  const slots: number[] = [];
  const end = Math.min(table.size, (segment + 1) * SEGMENT_ROWS);
  for (let slot = segment * SEGMENT_ROWS; slot < end; slot++) if (table.ids[slot] !== undefined) slots.push(slot);
  if (slots.length === 0) return undefined;
  table.deferred.settleSegment(segment);
  const out = new SectionWriter();
  const conflicts: [number, readonly string[]][] = [];
  slots.forEach((slot, row) => {
    const keys = table.conflicts.get(slot);
    if (keys) conflicts.push([row, keys]);
  });
  const columns: Record<string, SavedColumn> = {};
  for (const [field, column] of table.columns) {
    const saved = dumpColumn(column, slots, out);
    if (saved) columns[field] = saved;
  }
  const saved: Saved = {
    v: VERSION,
    type,
    rows: slots.length,
    ids: dumpTexts(
      slots.map((slot) => table.ids[slot]!),
      out,
    ),
    createdAt: out.add(Float64Array.from(slots, (slot) => table.createdAt[slot]!)),
    updatedAt: out.add(Float64Array.from(slots, (slot) => table.updatedAt[slot]!)),
    packs: out.add(Int32Array.from(slots, (slot) => table.packs[slot]!)),
    state: out.add(Uint8Array.from(slots, (slot) => table.state[slot]!)),
    conflicts,
    columns,
  };
  return out.finish(saved);
}

function dumpColumn(column: Column, slots: readonly number[], out: SectionWriter): SavedColumn | undefined {
  if (column.codes) {
    const { codes, dictionary } = column;
    const own = new Map<number, number>([[0, 0]]);
    const cells: Exclude<Cell, undefined>[] = [];
    const rowCodes = Uint32Array.from(slots, (slot) => {
      const code = codes[slot]!;
      let saved = own.get(code);
      if (saved === undefined) {
        cells.push(dictionary[code]!);
        own.set(code, (saved = cells.length));
      }
      return saved;
    });
    return cells.length > 0 ? { cells, codes: out.add(rowCodes) } : undefined;
  }
  const { numbers } = column;
  if (numbers) {
    const own = Float64Array.from(slots, (slot) => numbers[slot]!);
    return own.every((number) => Number.isNaN(number)) ? undefined : { numbers: out.add(own) };
  }
  const odd: [number, number | boolean][] = [];
  const texts = slots.map((slot, row) => {
    const cell = column.get(slot);
    if (typeof cell === 'string') return cell;
    if (cell !== undefined) odd.push([row, cell]);
    return undefined;
  });
  if (odd.length === 0 && texts.every((text) => text === undefined)) return undefined;
  return { ...dumpTexts(texts, out), odd };
}

function dumpTexts(texts: readonly (string | undefined)[], out: SectionWriter): SavedText {
  return {
    text: out.add(new TextEncoder().encode(texts.join(''))),
    lengths: out.add(Int32Array.from(texts, (text) => text?.length ?? -1)),
  };
}

/** False, and nothing changed, for bytes that are not a segment of this type, or a place that is taken. */
export function loadRows(table: Table, type: string, segment: number, bytes: Uint8Array): boolean {
  const base = segment * SEGMENT_ROWS;
  for (let row = 0; row < SEGMENT_ROWS; row++) if (table.ids[base + row] !== undefined) return false;
  const read = readSaved(bytes, type);
  if (!read) return false;
  const { rows, ids, createdAt, updatedAt, packs, state } = read;
  table.reserve(base + rows);
  table.createdAt.set(createdAt, base);
  table.updatedAt.set(updatedAt, base);
  table.packs.set(packs, base);
  for (let row = 0; row < rows; row++) table.place(ids[row]!, base + row, state[row]!);
  for (const [row, keys] of read.conflicts) table.conflicts.set(base + row, keys);
  for (const column of read.columns) {
    if (column.field.includes('.')) table.deferred.add(segment, column);
    else column.load(table.column(column.field), base);
  }
  table.reloaded();
  return true;
}

interface Read {
  readonly rows: number;
  readonly ids: readonly RecordId[];
  readonly createdAt: Float64Array;
  readonly updatedAt: Float64Array;
  readonly packs: Int32Array;
  readonly state: Uint8Array;
  readonly conflicts: Saved['conflicts'];
  readonly columns: readonly SavedCells[];
}

/** Everything that can be wrong is found here, before anything of the table changes. */
function readSaved(bytes: Uint8Array, type: string): Read | undefined {
  try {
    const input = new SectionReader(bytes);
    const saved = input.header as Saved;
    if (saved.v !== VERSION || saved.type !== type || !Array.isArray(saved.conflicts)) return undefined;
    const { rows } = saved;
    if (!(rows > 0 && rows <= SEGMENT_ROWS)) return undefined;
    const texts = readTexts(input, saved.ids, rows);
    const ids = Array.from({ length: rows }, (_, row) => texts.get(row) ?? '');
    const createdAt = input.float64(saved.createdAt);
    const updatedAt = input.float64(saved.updatedAt);
    const packs = input.int32(saved.packs);
    const state = input.bytes(saved.state);
    if (ids.includes('') || [createdAt, updatedAt, packs, state].some((list) => list.length !== rows)) return undefined;
    if (state.some((s) => (s & USED) === 0)) return undefined;
    const columns = Object.entries(saved.columns).map(([field, column]) => readColumn(input, field, column, rows));
    return { rows, ids, createdAt, updatedAt, packs, state, conflicts: saved.conflicts, columns };
  } catch {
    return undefined; // broken bytes: the caller rebuilds
  }
}

function readTexts(input: SectionReader, saved: SavedText, rows: number): SavedTexts {
  const lengths = input.int32(saved.lengths);
  if (lengths.length !== rows) throw new RangeError('lengths');
  return new SavedTexts(input.bytes(saved.text), lengths);
}

function readColumn(input: SectionReader, field: string, saved: SavedColumn, rows: number): SavedCells {
  if ('cells' in saved) {
    const { cells } = saved;
    const codes = input.uint32(saved.codes);
    if (codes.length !== rows || codes.some((code) => code > cells.length)) throw new RangeError('codes');
    return {
      field,
      cell: (row) => cells[codes[row]! - 1],
      load: (column, base) => column.adoptCodes(base, cells, codes),
    };
  }
  if ('numbers' in saved) {
    const numbers = input.float64(saved.numbers);
    if (numbers.length !== rows) throw new RangeError('numbers');
    return {
      field,
      cell: (row) => (Number.isNaN(numbers[row]!) ? undefined : numbers[row]),
      load: (column, base) => column.adoptNumbers(base, numbers),
    };
  }
  const texts = readTexts(input, saved, rows);
  return {
    field,
    cell: (row) => saved.odd.find(([at]) => at === row)?.[1] ?? texts.get(row),
    load(column, base) {
      column.adoptTexts(base, texts, rows);
      for (const [row, cell] of saved.odd) column.set(base + row, cell);
    },
  };
}

import type { Json } from '#core/kit/json.ts';
import type { FieldTypeId } from '#core/record/field.ts';
import type { Item } from '#core/record/row.ts';
import { SEGMENT_BITS, SEGMENT_ROWS } from './haystack.ts';
import type { SavedTexts } from './saved-texts.ts';

/**
 * A value as a column keeps it: no objects, so that 100,000 rows cost no 100,000 objects a field.
 * - texts, numbers and booleans as they are, unless a text begins with one of the two marks
 * - items: ITEMS, then items parted by ITEM_END, each `id PART value [PART raw [PART label]]`
 * - everything else: JSON_MARK and its JSON text
 */
export type Cell = string | number | boolean | undefined;

const JSON_MARK = '\u0001';
export const ITEMS = '\u0002';
export const ITEM_END = '\u001e';
export const PART = '\u001f';
// eslint-disable-next-line no-control-regex -- these are the marks
const MARKS = /[\u001e\u001f]/;

export function encodeCell(value: Json | undefined): Cell {
  if (typeof value === 'string')
    return value.startsWith(JSON_MARK) || value.startsWith(ITEMS) ? JSON_MARK + JSON.stringify(value) : value;
  if (typeof value !== 'object') return value;
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = encodeItems(value as readonly Json[]);
    if (items !== undefined) return items;
  }
  return JSON_MARK + JSON.stringify(value);
}

export function decodeCell(cell: Cell): Json | undefined {
  if (typeof cell !== 'string') return cell;
  if (cell.startsWith(ITEMS)) return decodeItems(cell) as unknown as Json;
  return cell.startsWith(JSON_MARK) ? (JSON.parse(cell.slice(1)) as Json) : cell;
}

/** The values of a cell's items; none for a cell that holds something else. */
export function itemValues(cell: Cell): string[] {
  if (typeof cell !== 'string') return [];
  if (cell.startsWith(ITEMS)) return decodeItems(cell).map((item) => item.value);
  const value = decodeCell(cell);
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[])
    .map((item) => (item as Partial<Item> | null)?.value)
    .filter((v) => typeof v === 'string');
}

export const isEmptyCell = (cell: Cell): boolean => cell === undefined || cell === '' || cell === `${JSON_MARK}[]`;

function encodeItems(values: readonly Json[]): string | undefined {
  if (values.length === 0) return undefined;
  let text = ITEMS;
  for (let i = 0; i < values.length; i++) {
    const item = values[i] as unknown as Item | null;
    if (typeof item !== 'object' || item === null) return undefined;
    const { id, value, raw, label } = item;
    if (typeof id !== 'string' || typeof value !== 'string') return undefined;
    let known = 2;
    let part = id + PART + value;
    if (raw !== undefined || label !== undefined) {
      // an empty raw means none: an empty text of its own goes the long way
      if (raw !== undefined) {
        if (typeof raw !== 'string' || raw === '') return undefined;
        known++;
      }
      part += PART + (raw ?? '');
      if (label !== undefined) {
        if (typeof label !== 'string' || label === '') return undefined;
        known++;
        part += PART + label;
      }
    }
    if (Object.keys(item).length !== known || MARKS.test(id + value + (raw ?? '') + (label ?? ''))) return undefined;
    text += i === 0 ? part : ITEM_END + part;
  }
  return text;
}

function decodeItems(cell: string): Item[] {
  return cell
    .slice(1)
    .split(ITEM_END)
    .map((text) => {
      const [id, value, raw, label] = text.split(PART);
      const item: { -readonly [K in keyof Item]: Item[K] } = { id: id!, value: value! };
      if (raw !== undefined && raw !== '') item.raw = raw;
      if (label !== undefined) item.label = label;
      return item;
    });
}

/** How a column starts: `dictionary` stays one; `auto` begins as one and gives up when most values differ. */
export type ColumnHint = 'dictionary' | 'auto' | 'plain' | 'number';

export function columnHint(type: FieldTypeId | undefined): ColumnHint {
  switch (type) {
    case 'member':
    case 'department':
    case 'company':
    case 'choice':
    case 'boolean':
    case 'rating':
    case 'date': // there are not many days
      return 'dictionary';
    case 'phones':
    case 'emails':
    case 'long-text':
      return 'plain';
    case 'number':
    case 'money':
    case 'date-time':
      return 'number';
    default:
      return 'auto';
  }
}

/** Distinct values at which an `auto` column asks itself whether a dictionary is worth it. */
const FIRST_CHECK = 1024;

/** One field's cells by slot. Exactly one of the three stores is in use at a time. */
export class Column {
  /** Dictionary: code by slot (0 = absent), cell by code. */
  codes: Uint32Array | undefined;
  dictionary: Cell[] = [undefined];
  plain: Cell[] | undefined;
  /** NaN = absent. */
  numbers: Float64Array | undefined;
  /** Of a plain column: texts that came from a saved segment and were not written since, by segment. */
  private saved: (SavedTexts | undefined)[] = [];
  private codeOf = new Map<Cell, number>();
  private readonly auto: boolean;
  private nextCheck = FIRST_CHECK;
  private capacity: number;

  constructor(hint: ColumnHint, capacity: number) {
    this.auto = hint === 'auto';
    this.capacity = capacity;
    if (hint === 'plain') this.plain = new Array<Cell>(capacity);
    else if (hint === 'number') this.numbers = new Float64Array(capacity).fill(NaN);
    else this.codes = new Uint32Array(capacity);
  }

  get(slot: number): Cell {
    if (this.codes) return this.dictionary[this.codes[slot]!];
    if (this.plain) {
      const cell = this.plain[slot];
      return cell === undefined && this.saved.length > 0
        ? this.saved[slot >> SEGMENT_BITS]?.get(slot & (SEGMENT_ROWS - 1))
        : cell;
    }
    const number = this.numbers![slot]!;
    return Number.isNaN(number) ? undefined : number;
  }

  /** Returns whether the cell changed. */
  set(slot: number, cell: Cell): boolean {
    if (this.codes) {
      const code = cell === undefined ? 0 : this.code(cell);
      // asking for the code may have turned the column into a plain one
      if (this.codes) {
        if (this.codes[slot] === code) return false;
        this.codes[slot] = code;
        return true;
      }
    }
    if (this.numbers) {
      if (cell === undefined || typeof cell === 'number') {
        const number = cell ?? NaN;
        const before = this.numbers[slot]!;
        this.numbers[slot] = number;
        return !Object.is(before, number);
      }
      this.becomePlain();
    }
    if (this.get(slot) === cell) return false;
    this.plain![slot] = cell;
    this.saved[slot >> SEGMENT_BITS]?.strike(slot & (SEGMENT_ROWS - 1));
    return true;
  }

  /** Takes over rows of a saved segment from slot `base` on: cells from code 1 on, and the code of each row. */
  adoptCodes(base: number, cells: readonly Cell[], rowCodes: Uint32Array): void {
    if (this.codes) {
      const own = [0, ...cells.map((cell) => this.code(cell))];
      // the column may have given up its dictionary while it learned these cells
      const { codes } = this as { codes: Uint32Array | undefined };
      if (codes) {
        for (let row = 0; row < rowCodes.length; row++) codes[base + row] = own[rowCodes[row]!]!;
        return;
      }
    }
    for (let row = 0; row < rowCodes.length; row++) this.set(base + row, cells[rowCodes[row]! - 1]);
  }

  /** The same with numbers, NaN = absent. */
  adoptNumbers(base: number, numbers: Float64Array): void {
    if (this.numbers) return this.numbers.set(numbers, base);
    numbers.forEach((number, row) => this.set(base + row, Number.isNaN(number) ? undefined : number));
  }

  /** The same with texts; they stay encoded until one is asked for. `base` is a segment's first slot. */
  adoptTexts(base: number, texts: SavedTexts, rows: number): void {
    // saved as plain, so a dictionary was not worth it
    if (this.codes && this.dictionary.length === 1) this.becomePlain();
    if (this.plain) this.saved[base >> SEGMENT_BITS] = texts;
    else for (let row = 0; row < rows; row++) this.set(base + row, texts.get(row));
  }

  /** The code of a cell in the dictionary, made where there is none. */
  code(cell: Cell): number {
    let code = this.codeOf.get(cell);
    if (code === undefined) {
      code = this.dictionary.length;
      this.dictionary.push(cell);
      this.codeOf.set(cell, code);
      if (this.auto && code === this.nextCheck) this.check();
    }
    return code;
  }

  codeIfKnown(cell: Cell): number | undefined {
    return this.codeOf.get(cell);
  }

  grow(capacity: number): void {
    this.capacity = capacity;
    if (this.codes) this.codes = grown(this.codes, new Uint32Array(capacity));
    else if (this.numbers) this.numbers = grown(this.numbers, new Float64Array(capacity).fill(NaN));
    else this.plain!.length = capacity;
  }

  private check(): void {
    let filled = 0;
    for (const code of this.codes!) if (code !== 0) filled++;
    this.nextCheck *= 2;
    if (this.dictionary.length > 0.5 * filled) this.becomePlain();
  }

  private becomePlain(): void {
    const plain = new Array<Cell>(this.capacity);
    for (let slot = 0; slot < this.capacity; slot++) plain[slot] = this.get(slot);
    this.plain = plain;
    this.codes = undefined;
    this.numbers = undefined;
    this.dictionary = [undefined];
    this.codeOf = new Map();
  }
}

export function grown<T extends Uint32Array | Float64Array | Uint8Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

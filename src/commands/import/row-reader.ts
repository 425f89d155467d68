import { isId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { itemKey, textKey, type Item } from '#core/record/row.ts';
import type { FieldDef } from '#core/record/field.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { ImportPlan, ImportProblem } from '#data-worker/port.ts';
import { checkValue, isEmpty, requiredFields } from '../check-values.ts';
import type { CommandContext } from '../context.ts';
import { firstItemId, isCollection } from '../form-changes.ts';
import { cellReader, readPhones, type CellReader } from './cells.ts';
import { itemValue } from '../keys.ts';
import { isBlank, type RowChunk } from './rows.ts';

/** What one row says. The same object is filled again for the next row; `changes` and `companies` are new each time. */
export interface Reading {
  /** Nothing in any column that is mapped. */
  empty: boolean;
  /** Keys of the new document; company fields are missing here, see `companies`. */
  changes: Record<string, Json>;
  /** Company fields with the names the file holds, NFC. */
  companies: { readonly field: string; readonly name: string }[];
  problems: ImportProblem[];
  migratedPhones: number;
  repairedPhones: number;
  /** At most so many bytes of document (a record may have 256 kB, P3). */
  bytes: number;
}

const BYTES_A_CHARACTER = 3;
const BYTES_A_KEY = 60;

export interface RowReader {
  /** Reads row `i` of a chunk. */
  read(chunk: RowChunk, i: number): Reading;
}

interface Column {
  readonly index: number;
  readonly field: FieldDef;
  readonly key: string;
  readonly kind: 'phones' | 'emails' | 'company' | 'value';
  readonly read: CellReader;
}

/**
 * Reads rows by a plan: each cell through its field's type, several columns of phones or emails together, defaults
 * where the file has nothing, then the required fields (B7). A field of one value takes the first column that has one.
 * Throws `RangeError` for a plan that names a field there is none of.
 */
export function createRowReader(context: CommandContext, plan: ImportPlan): RowReader {
  const fields = new Map(context.fields(plan.type).map((f) => [f.id, f]));
  const columns = Object.entries(plan.columns).map(([index, id]) => columnOf(context, Number(index), fieldOf(fields, id)));
  const defaults = defaultsOf(context, fields, plan);
  const required = [...requiredFields(context, plan.type)].map((id) => ({
    field: id,
    column: columns.find((c) => c.field.id === id)?.index,
  }));
  const given = new Set<string>();
  const reading: Reading = { empty: true, changes: {}, companies: [], problems: [], migratedPhones: 0, repairedPhones: 0, bytes: 0 };

  return {
    read(chunk, i) {
      const start = chunk.starts[i]!;
      const width = chunk.starts[i + 1]! - start;
      given.clear();
      reading.empty = true;
      reading.changes = {};
      reading.companies = [];
      reading.problems = [];
      reading.migratedPhones = reading.repairedPhones = 0;
      for (const column of columns) {
        const cell = column.index < width ? chunk.cells[start + column.index] : undefined;
        if (isBlank(cell)) continue;
        reading.empty = false;
        readCell(reading, column, cell, given);
      }
      if (reading.empty) return reading;
      for (const [id, fill] of defaults) if (!given.has(id)) fill(reading, given);
      for (const { field, column } of required) {
        if (!given.has(field)) reading.problems.push(problem(column, field, { type: 'required' }));
      }
      reading.bytes = bytesOf(reading.changes);
      if (reading.bytes > LIMITS.updateBytes) {
        reading.problems.push({ error: { type: 'too-long', max: LIMITS.updateBytes / BYTES_A_CHARACTER } });
      }
      return reading;
    },
  };
}

/** Puts a cell's value into the reading; a value that cannot be read counts as given, so it is reported once. */
function readCell(reading: Reading, column: Column, cell: unknown, given: Set<string>): void {
  const id = column.field.id;
  if (column.kind === 'phones') {
    const phones = readPhones(cell);
    if (!phones.ok || phones.value.items.length > 0) given.add(id);
    if (!phones.ok) return void reading.problems.push(problem(column.index, id, phones.error));
    reading.migratedPhones += phones.value.migrated;
    reading.repairedPhones += phones.value.repaired;
    for (const item of phones.value.items) addItem(reading.changes, id, item);
    return;
  }
  if (column.kind !== 'emails' && given.has(id)) return;
  const result = column.read(cell);
  if (!result.ok) {
    given.add(id);
    reading.problems.push(problem(column.index, id, result.error));
  } else if (!isEmpty(result.value)) {
    given.add(id);
    if (column.kind === 'emails') for (const item of result.value as unknown as readonly Item[]) addItem(reading.changes, id, item);
    else if (column.kind === 'company' && typeof result.value === 'string' && !isId(result.value, 'company')) {
      reading.companies.push({ field: id, name: result.value }); // the field type gives unknown text as a name
    } else reading.changes[column.key] = result.value;
  }
}

/** Adds an item behind those that are there, unless its value is: the same number in two columns is one number. */
function addItem(changes: Record<string, Json>, field: string, item: Omit<Item, 'id'> & { id?: string }): void {
  for (let n = 0; ; n++) {
    const key = itemKey(field, firstItemId(n));
    const there = changes[key] as { value?: string } | undefined;
    if (there?.value === item.value) return;
    if (there) continue;
    changes[key] = itemValue(item);
    return;
  }
}

type Fill = (reading: Reading, given: Set<string>) => void;

/** The plan's defaults, checked once; a bad one is a problem of every row that needs it. Source is 'file' by itself. */
function defaultsOf(
  context: CommandContext,
  fields: ReadonlyMap<string, FieldDef>,
  plan: ImportPlan,
): readonly (readonly [string, Fill])[] {
  const values = { ...(fields.has('source') && { source: 'file' }), ...plan.defaults };
  const fills: [string, Fill][] = [];
  for (const [id, value] of Object.entries(values)) {
    if (isEmpty(value)) continue;
    const field = fieldOf(fields, id);
    const checked = checkValue(context, field, value);
    if (!checked.ok) {
      const { error } = checked;
      fills.push([id, (reading, given) => (given.add(id), reading.problems.push(problem(undefined, id, error)))]);
    } else if (isCollection(field)) {
      const items = checked.value as unknown as readonly Item[];
      fills.push([id, ({ changes }, given) => (given.add(id), items.forEach((item) => addItem(changes, id, item)))]);
    } else if (!isEmpty(checked.value)) {
      const key = keyOf(field);
      fills.push([id, ({ changes }, given) => (given.add(id), (changes[key] = checked.value))]);
    }
  }
  return fills;
}

function columnOf(context: CommandContext, index: number, field: FieldDef): Column {
  const kind = field.type === 'phones' || field.type === 'emails' || field.type === 'company' ? field.type : 'value';
  return { index, field, key: keyOf(field), kind, read: cellReader(field, context.directory) };
}

const keyOf = (field: FieldDef): string => (field.type === 'long-text' ? textKey(field.id) : field.id);

function fieldOf(fields: ReadonlyMap<string, FieldDef>, id: string): FieldDef {
  const field = fields.get(id);
  if (!field) throw new RangeError(`import plan names an unknown field: ${id}`);
  return field;
}

function problem(column: number | undefined, field: string, error: ImportProblem['error'] | { type: string }): ImportProblem {
  return { ...(column !== undefined && { column }), field, error: { ...error } };
}

function bytesOf(changes: Record<string, Json>): number {
  let bytes = 0;
  for (const key in changes) {
    const value = changes[key]!;
    const length = typeof value === 'string' ? value.length : typeof value === 'object' ? JSON.stringify(value).length : 0;
    bytes += BYTES_A_KEY + length * BYTES_A_CHARACTER;
  }
  return bytes;
}

import { contactProblems } from '#core/contact/contact-rules.ts';
import { isId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import type { FieldDef } from '#core/record/field.ts';
import { itemKey, textKey, type Item } from '#core/record/row.ts';
import type { ImportPlan, ImportProblem } from '#data-worker/port.ts';
import { checkValue, isEmpty, requiredFields } from '../check-values.ts';
import type { CommandContext } from '../context.ts';
import { firstItemId, isCollection } from '../form-changes.ts';
import { itemValue } from '../keys.ts';
import { cellReader, readPhones, type CellReader } from './cells.ts';
import { isBlank, type RowChunk } from './rows.ts';

/** What one row says. The same object is filled again for the next row; its objects and arrays are new each time. */
export interface Reading {
  /** Nothing in any column that is mapped. */
  empty: boolean;
  /** Keys of the new document; companies by name are missing here, see `companies`. */
  changes: Record<string, Json>;
  /** Company fields with the names the file holds, NFC. */
  companies: readonly { readonly field: string; readonly name: string }[];
  problems: readonly ImportProblem[];
  migratedPhones: number;
  repairedPhones: number;
  /** The document has at most so many bytes (a record may have 256 kB, P3). */
  bytes: number;
}

export interface RowReader {
  /** Reads row `i` of a chunk. */
  read(chunk: RowChunk, i: number): Reading;
}

/** A field of the plan while rows are read: `slot` is its place among `given`. */
interface Target {
  readonly id: string;
  readonly slot: number;
  readonly key: string;
  readonly kind: 'phones' | 'emails' | 'company' | 'value';
  /** Keys of its first items. */
  readonly itemKeys: readonly string[];
}

interface Column extends Target {
  readonly index: number;
  readonly read: CellReader;
}

/** A value every row gets that has none of its own; `error` where the plan's value is no good. */
interface Default extends Target {
  readonly value: Json;
  readonly error?: ImportProblem['error'];
}

const BYTES_A_CHARACTER = 3;
const BYTES_A_KEY = 60;
const NONE: readonly never[] = [];
/** Fields that must go together with others. */
const RULED: ReadonlySet<string> = new Set(['supportStart', 'supportEnd', 'portalAllowed']);

/**
 * Reads rows by a plan: each cell through its field's type, several columns of phones or emails together, defaults
 * where the file has nothing, then the required fields (B7). A field of one value takes the first column that has one.
 * Throws `RangeError` for a plan that names a field there is none of.
 *
 * Runs 100,000 times: it allocates what goes into the document and little else.
 */
export function createRowReader(context: CommandContext, plan: ImportPlan): RowReader {
  const fields = new Map(context.fields(plan.type).map((field, slot) => [field.id, { field, slot }]));
  const find = (id: string) => {
    const found = fields.get(id);
    if (!found) throw new RangeError(`import plan names an unknown field: ${id}`);
    return found;
  };
  const columns = Object.entries(plan.columns).map(([index, id]): Column => {
    const { field, slot } = find(id);
    return { ...targetOf(field, slot), index: Number(index), read: cellReader(field, context.directory) };
  });
  const defaults = Object.entries({ ...(fields.has('source') && { source: 'file' }), ...plan.defaults })
    .filter(([, value]) => !isEmpty(value))
    .map(([id, value]): Default => {
      const { field, slot } = find(id);
      const checked = checkValue(context, field, value);
      const target = targetOf(field, slot);
      return checked.ok ? { ...target, value: checked.value } : { ...target, value: null, error: { ...checked.error } };
    });
  const required = [...requiredFields(context, plan.type)].map((id) => ({
    id,
    slot: find(id).slot,
    column: columns.find((column) => column.id === id)?.index,
  }));

  const isRuled = plan.type === 'contact' && [...columns, ...defaults].some(({ id }) => RULED.has(id));

  /** Slots that have a value, a good one or not: a bad one is reported once, not as missing too. */
  const given = new Uint8Array(fields.size);
  let problems: ImportProblem[] | undefined;
  let companies: { field: string; name: string }[] | undefined;
  const reading: Reading = {
    empty: true, changes: {}, companies: NONE, problems: NONE, migratedPhones: 0, repairedPhones: 0, bytes: 0,
  }; // prettier-ignore

  const report = (column: number | undefined, field: string, error: { readonly type: string }) => {
    (problems ??= []).push({ ...(column !== undefined && { column }), field, error: { ...error } });
  };

  const put = (key: string, value: Json) => {
    reading.changes[key] = value;
    reading.bytes += BYTES_A_KEY + BYTES_A_CHARACTER * (typeof value === 'string' ? value.length : sizeOf(value));
  };

  /** Adds an item behind those that are there, unless its value is: the same number in two columns is one number. */
  const putItem = (target: Target, item: Omit<Item, 'id'>) => {
    for (let n = 0; ; n++) {
      const key = target.itemKeys[n] ?? itemKey(target.id, firstItemId(n));
      const there = reading.changes[key] as { value?: string } | undefined;
      if (there === undefined) return put(key, itemValue(item));
      if (there.value === item.value) return;
    }
  };

  const readPhoneCell = (column: Column, cell: unknown) => {
    const phones = readPhones(cell);
    if (!phones.ok) {
      given[column.slot] = 1;
      return report(column.index, column.id, phones.error);
    }
    const { items, migrated, repaired } = phones.value;
    if (items.length > 0) given[column.slot] = 1;
    reading.migratedPhones += migrated;
    reading.repairedPhones += repaired;
    for (const item of items) putItem(column, item);
  };

  const readCell = (column: Column, cell: unknown) => {
    if (column.kind === 'phones') return readPhoneCell(column, cell);
    if (column.kind !== 'emails' && given[column.slot] === 1) return;
    const result = column.read(cell);
    if (!result.ok) {
      given[column.slot] = 1;
      return report(column.index, column.id, result.error);
    }
    const { value } = result;
    if (isEmpty(value)) return;
    given[column.slot] = 1;
    if (column.kind === 'emails') for (const item of value as unknown as readonly Item[]) putItem(column, item);
    else if (column.kind === 'company' && typeof value === 'string' && !isId(value, 'company')) {
      (companies ??= []).push({ field: column.id, name: value }); // the field type gives unknown text as a name
    } else put(column.key, value);
  };

  const fillDefault = (fill: Default) => {
    given[fill.slot] = 1;
    if (fill.error) report(undefined, fill.id, fill.error);
    else if (fill.kind === 'phones' || fill.kind === 'emails') {
      for (const item of fill.value as unknown as readonly Item[]) putItem(fill, item);
    } else put(fill.key, fill.value);
  };

  /** Values that do not go together are told like those that are wrong by themselves. */
  const reportRules = () => {
    const values = { ...reading.changes, emails: reading.changes[itemKey('emails', firstItemId(0))] ? [true] : [] };
    for (const { field, error } of contactProblems(values, () => true))
      report(columns.find((column) => column.id === field)?.index, field, error);
  };

  return {
    read(chunk, i) {
      const start = chunk.starts[i]!;
      const width = chunk.starts[i + 1]! - start;
      given.fill(0);
      problems = companies = undefined;
      reading.empty = true;
      reading.changes = {};
      reading.migratedPhones = reading.repairedPhones = reading.bytes = 0;
      for (const column of columns) {
        const cell = column.index < width ? chunk.cells[start + column.index] : undefined;
        if (isBlank(cell)) continue;
        reading.empty = false;
        readCell(column, cell);
      }
      if (!reading.empty) {
        for (const fill of defaults) if (given[fill.slot] === 0) fillDefault(fill);
        for (const { id, slot, column } of required) if (given[slot] === 0) report(column, id, { type: 'required' });
        if (isRuled) reportRules();
        if (reading.bytes > LIMITS.updateBytes) {
          const max = Math.floor(LIMITS.updateBytes / BYTES_A_CHARACTER);
          (problems ??= []).push({ error: { type: 'too-long', max } });
        }
      }
      reading.companies = companies ?? NONE;
      reading.problems = problems ?? NONE;
      return reading;
    },
  };
}

function targetOf(field: FieldDef, slot: number): Target {
  const kind = field.type === 'phones' || field.type === 'emails' || field.type === 'company' ? field.type : 'value';
  const itemKeys = isCollection(field) ? [0, 1, 2, 3].map((n) => itemKey(field.id, firstItemId(n))) : NONE;
  return { id: field.id, slot, key: field.type === 'long-text' ? textKey(field.id) : field.id, kind, itemKeys };
}

/** Characters of a value that is no text: an item's, an address's. */
function sizeOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0;
  const item = value as Partial<Item>;
  if (typeof item.value === 'string') return item.value.length + (item.raw?.length ?? 0) + (item.label?.length ?? 0);
  let size = 0;
  for (const [key, part] of Object.entries(value))
    size += key.length + (typeof part === 'string' ? part.length : JSON.stringify(part).length);
  return size;
}

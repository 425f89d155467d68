import { fold, foldInto } from '#core/contact/fold.ts';
import { mergedInto } from '#core/contact/merged.ts';
import { givenNameSortKey } from '#core/contact/names.ts';
import { phoneSearchText } from '#core/contact/phones.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import type { Row } from '#core/record/row.ts';
import type { Cell } from './cells.ts';
import { Column, columnHint, decodeCell, encodeCell, grown, ITEM_END, ITEMS, itemValues, PART } from './cells.ts';
import { Deferred } from './deferred.ts';
import type { HaystackSource } from './haystack.ts';
import { Haystack, SEGMENT_BITS, SEGMENT_ROWS } from './haystack.ts';
import { Order } from './order.ts';
import { SlotIndex } from './slot-index.ts';
import { WordIndex } from './word-index.ts';

/** What the table needs to know of the workspace; read at each use, so it is always the present one. */
export interface TableContext {
  field(id: string): FieldDef | undefined;
  readonly directory: Directory;
}

/** States of a slot; a row in use that is neither deleted nor discarded nor merged away is live. */
export const USED = 1;
export const DELETED = 2;
export const DISCARDED = 4;
/** Merged into another contact, which stands for it. */
export const MERGED = 8;

/** Field by which people are sorted by given name; the value is that of `name`. */
export const GIVEN_NAME = 'givenName';
/** Parts the values of a collection in a haystack; folded texts never hold it. */
const BETWEEN = '\r';
/** Key of a field's words with their accents. */
const ACCENTED = ' accented';

/** An order, a haystack or a word index: to be told which slots changed. */
interface Derived {
  touch(slot: number): void;
}

/** Names behind the codes of a field of ids, as something to search; `size` = codes known when last searched. */
interface NameTexts {
  readonly column: Column;
  size: number;
  readonly haystack: Haystack;
}

/**
 * The rows of one source, column by column. A row has a slot for as long as it is known; its cells, times and state
 * stand at that slot in every array. Whatever is derived from cells (orders, haystacks) is told which slots changed.
 */
export class Table {
  readonly slotOf = new SlotIndex((slot) => this.ids[slot]);
  readonly ids: (RecordId | undefined)[] = [];
  readonly columns = new Map<string, Column>();
  readonly conflicts = new Map<number, readonly string[]>();
  createdAt = new Float64Array(SEGMENT_ROWS);
  updatedAt = new Float64Array(SEGMENT_ROWS);
  state = new Uint8Array(SEGMENT_ROWS);
  packs = new Int32Array(SEGMENT_ROWS).fill(-1);
  /** Counts every change of a row. */
  version = 0;
  /** Rows in use, and live ones among them. */
  used = 0;
  live = 0;
  /** Segments whose saved form is out of date. */
  readonly dirty = new Set<number>();
  private freeSlots: number[] | undefined = [];
  private readonly createdAtOf: (id: RecordId) => number;
  private readonly context: TableContext;
  private readonly orders = new Map<string, Order>();
  private readonly haystacks = new Map<string, Haystack>();
  private readonly wordIndexes = new Map<string, WordIndex>();
  private readonly nameTexts = new Map<string, NameTexts>();
  /** What of loaded segments nobody has asked for yet. */
  readonly deferred = new Deferred((field) => this.make(field));
  /** What was derived from a field's cells, by field. */
  private readonly derived = new Map<string, Derived[]>();

  constructor(context: TableContext, createdAtOf: (id: RecordId) => number) {
    this.context = context;
    this.createdAtOf = createdAtOf;
  }

  /** Slots in use or free below it. */
  get size(): number {
    return this.ids.length;
  }

  apply(row: Row): void {
    const known = this.slotOf.get(row.id);
    const slot = known ?? this.take(row.id);
    this.deferred.settleSegment(slot >> SEGMENT_BITS);
    for (const [field, column] of this.columns) this.put(field, column, slot, row.values[field]);
    // names that every object answers to would show up in rows that do not hold them
    for (const field in row.values)
      if (!this.columns.has(field) && !(field in Object.prototype))
        this.put(field, this.make(field), slot, row.values[field]);
    if (this.updatedAt[slot] !== row.updatedAt) {
      this.updatedAt[slot] = row.updatedAt;
      this.touch('updatedAt', slot);
    }
    if (row.conflicts && row.conflicts.length > 0) this.conflicts.set(slot, row.conflicts);
    else this.conflicts.delete(slot);
    this.setState(slot, stateOf(row));
    this.changed(slot);
  }

  remove(id: RecordId): void {
    const slot = this.slotOf.get(id);
    if (slot === undefined) return;
    this.deferred.settleSegment(slot >> SEGMENT_BITS);
    this.slotOf.delete(id);
    this.ids[slot] = undefined;
    this.setState(slot, 0);
    this.packs[slot] = -1;
    this.conflicts.delete(slot);
    for (const [field, column] of this.columns) if (column.set(slot, undefined)) this.touch(field, slot);
    for (const order of this.orders.values()) order.touch(slot);
    this.freeSlots?.push(slot);
    this.changed(slot);
  }

  row(slot: number): Row {
    const values: Record<string, Json> = {};
    for (const [field, column] of this.columns) {
      const cell = column.get(slot);
      if (cell !== undefined) values[field] = decodeCell(cell)!;
    }
    for (const { field, cell: read } of this.deferred.of(slot >> SEGMENT_BITS)) {
      const cell = read(slot & (SEGMENT_ROWS - 1));
      if (cell !== undefined) values[field] = decodeCell(cell)!;
    }
    const conflicts = this.conflicts.get(slot);
    const row = { id: this.ids[slot]!, values, updatedAt: this.updatedAt[slot]! };
    return conflicts ? { ...row, conflicts } : row;
  }

  value(slot: number, field: string): Json | undefined {
    if (field === 'createdAt') return this.createdAt[slot];
    if (field === 'updatedAt') return this.updatedAt[slot];
    return decodeCell(this.known(field)?.get(slot));
  }

  setPack(id: RecordId, pack: number): void {
    const slot = this.slotOf.get(id);
    if (slot === undefined || this.packs[slot] === pack) return;
    this.packs[slot] = pack;
    this.dirty.add(Math.floor(slot / SEGMENT_ROWS));
  }

  /** The column of a field, for reading it whole; undefined where there is none. */
  known(field: string): Column | undefined {
    this.deferred.settleField(field);
    return this.columns.get(field);
  }

  /** The same, made empty where there is none. */
  column(field: string): Column {
    this.deferred.settleField(field);
    return this.make(field);
  }

  private make(field: string): Column {
    let column = this.columns.get(field);
    if (!column) {
      column = new Column(
        field === 'deletedAt' ? 'number' : columnHint(this.context.field(field)?.type),
        this.state.length,
      );
      this.columns.set(field, column);
    }
    return column;
  }

  /** Makes room for slots below `size`; new slots are free. */
  reserve(size: number): void {
    if (size > this.state.length) {
      const capacity = Math.ceil(Math.max(size, this.state.length * 1.5) / SEGMENT_ROWS) * SEGMENT_ROWS;
      this.createdAt = grown(this.createdAt, new Float64Array(capacity));
      this.updatedAt = grown(this.updatedAt, new Float64Array(capacity));
      this.state = grown(this.state, new Uint8Array(capacity));
      this.packs = grown(this.packs, new Int32Array(capacity).fill(-1));
      for (const column of this.columns.values()) column.grow(capacity);
    }
    while (this.ids.length < size) {
      this.ids.push(undefined);
      this.freeSlots = undefined;
    }
  }

  /** Puts a saved row into a slot that is free and reserved; its times are there, and `reloaded` must follow. */
  place(id: RecordId, slot: number, state: number): void {
    this.ids[slot] = id;
    this.slotOf.later(slot);
    this.setState(slot, state);
  }

  setState(slot: number, state: number): void {
    const before = this.state[slot]!;
    this.used += (state & USED) - (before & USED);
    this.live += (state === USED ? 1 : 0) - (before === USED ? 1 : 0);
    this.state[slot] = state;
  }

  /** Rows came in from outside `apply` (a segment): nothing that was derived holds any more. */
  reloaded(): void {
    this.freeSlots = undefined;
    for (const order of this.orders.values()) order.forget();
    for (const haystack of this.haystacks.values()) haystack.forget();
    for (const index of this.wordIndexes.values()) index.forget();
    this.version++;
  }

  /** All slots in use, sorted by a field; equal ones newest first. */
  order(field: string, desc: boolean): Order {
    const key = `${desc ? '-' : '+'}${field}`;
    let order = this.orders.get(key);
    if (!order) {
      this.orders.set(key, (order = this.makeOrder(field, desc)));
      this.derive(field === GIVEN_NAME ? 'name' : field, order);
    }
    return order;
  }

  /**
   * By code of a field of ids: does the name behind it hold `part` (folded, or in small letters with its accents)?
   * `undefined` where the field has no such codes.
   */
  namesHolding(field: string, part: string, form: 'folded' | 'accented'): Uint8Array | undefined {
    const texts = this.names(field, form);
    if (!texts) return undefined;
    const { column, haystack } = texts;
    // codes that came since the last search have texts too
    if (texts.size < column.dictionary.length) {
      haystack.touch(texts.size);
      texts.size = column.dictionary.length;
    }
    const named = new Uint8Array(column.dictionary.length);
    haystack.scan(part, named, 1);
    return named;
  }

  private names(field: string, form: 'folded' | 'accented'): NameTexts | undefined {
    const known = this.nameTexts.get(form + field);
    if (known?.column.codes) return known;
    const column = this.columns.get(field);
    const def = this.context.field(field);
    if (!column?.codes || !def) return undefined;
    const type = fieldType(def.type);
    const write = form === 'folded' ? fold : accented;
    const text = (code: number): string => {
      const id = column.dictionary[code];
      return typeof id === 'string' ? write(type.toText(id, def, this.context.directory, 'vi')) : '';
    };
    const haystack = new Haystack({ size: () => column.dictionary.length, text });
    const texts: NameTexts = { column, size: column.dictionary.length, haystack };
    this.nameTexts.set(form + field, texts);
    return texts;
  }

  /** Names behind ids changed: orders by them do not hold any more. */
  forgetNames(): void {
    this.nameTexts.clear();
    for (const [key, order] of this.orders) {
      const type = this.context.field(key.slice(1))?.type;
      if (type === 'member' || type === 'department' || type === 'company' || type === 'choice' || type === 'choices')
        order.forget();
    }
  }

  /** Fields were defined anew: a field may have become one of another type. */
  forgetFields(): void {
    this.orders.clear();
    this.haystacks.clear();
    this.wordIndexes.clear();
    this.nameTexts.clear();
    this.derived.clear();
  }

  /** The folded text of a field, made for searching: texts as they are, items by their values, phones as digits. */
  haystack(field: string): Haystack {
    let haystack = this.haystacks.get(field);
    if (!haystack) {
      this.haystacks.set(field, (haystack = new Haystack(this.haystackSource(field))));
      this.derive(field, haystack);
    }
    return haystack;
  }

  private haystackSource(field: string): HaystackSource {
    const column = this.column(field);
    const type = this.context.field(field)?.type;
    if (type === 'phones' || type === 'emails') {
      const textOf = type === 'phones' ? phoneSearchText : fold;
      const write = type === 'phones' ? writePhone : foldInto;
      return this.source(
        (slot) => itemValues(column.get(slot)).map(textOf).join(BETWEEN),
        (slot) => encodedText(column.get(slot)),
        (cell, into, at) => writeItems(cell, into, at, write),
      );
    }
    return this.source(
      (slot) => fold(cellText(column.get(slot))),
      (slot) => cellText(column.get(slot)),
      foldInto,
    );
  }

  /** The words of a text field: folded, or in small letters with their accents. */
  words(field: string, form: 'folded' | 'accented'): WordIndex {
    const name = form === 'folded' ? field : field + ACCENTED;
    let index = this.wordIndexes.get(name);
    if (!index) {
      const column = this.column(field);
      const write = form === 'folded' ? fold : accented;
      const text = (slot: number) => write(cellText(column.get(slot)));
      this.wordIndexes.set(name, (index = new WordIndex({ size: () => this.size, text })));
      this.derive(field, index);
    }
    return index;
  }

  /** Newest first, then the greater id. */
  readonly tie = (a: number, b: number): number =>
    this.createdAt[b]! - this.createdAt[a]! || (this.ids[a]! > this.ids[b]! ? -1 : 1);

  /** `write` does in bytes to what `read` gives what `text` does; it may give up with -1. */
  private source(
    text: (slot: number) => string,
    read?: (slot: number) => string,
    write?: (text: string, into: Uint8Array, at: number) => number,
  ): HaystackSource {
    const source: HaystackSource = { size: () => this.size, text };
    if (!read || !write) return source;
    return { ...source, bytes: (slot, into, at) => write(read(slot), into, at), length: (slot) => read(slot).length };
  }

  private makeOrder(field: string, desc: boolean): Order {
    const base = {
      size: () => this.size,
      isUsed: (slot: number) => (this.state[slot]! & USED) !== 0,
      tie: this.tie,
    };
    if (field === 'createdAt') return new Order({ ...base, key: (slot) => this.createdAt[slot] }, desc);
    const byTie = () => this.order('createdAt', true).get();
    if (field === 'updatedAt') return new Order({ ...base, byTie, key: (slot) => this.updatedAt[slot] }, desc);
    const column = this.column(field === GIVEN_NAME ? 'name' : field);
    const def = this.context.field(field === GIVEN_NAME ? 'name' : field);
    const type = fieldType(def?.type ?? 'text');
    const keyOf = (cell: Cell): string | number | undefined => {
      if (cell === undefined && type.id !== 'boolean') return undefined;
      if (field === GIVEN_NAME) return typeof cell === 'string' ? givenNameSortKey(cell) : undefined;
      if (field === 'deletedAt') return typeof cell === 'number' ? cell : undefined;
      return type.sortKey(decodeCell(cell) ?? null, def ?? UNKNOWN_FIELD, this.context.directory);
    };
    return new Order(
      {
        ...base,
        byTie,
        key: (slot) => keyOf(column.get(slot)),
        coded: () =>
          column.codes && {
            codes: column.codes,
            count: column.dictionary.length,
            key: (code) => keyOf(column.dictionary[code]),
          },
      },
      desc,
    );
  }

  private put(field: string, column: Column, slot: number, value: Json | undefined): void {
    if (column.set(slot, encodeCell(value))) this.touch(field, slot);
  }

  private derive(field: string, derived: Derived): void {
    const list = this.derived.get(field);
    if (list) list.push(derived);
    else this.derived.set(field, [derived]);
  }

  private touch(field: string, slot: number): void {
    const list = this.derived.get(field);
    if (list) for (const derived of list) derived.touch(slot);
  }

  private changed(slot: number): void {
    this.version++;
    this.dirty.add(Math.floor(slot / SEGMENT_ROWS));
  }

  /** Gives a new row a free slot. */
  private take(id: RecordId): number {
    this.freeSlots ??= this.free();
    let slot = this.freeSlots.pop();
    if (slot === undefined) {
      slot = this.ids.length;
      this.reserve(slot + 1);
      this.freeSlots = [];
    }
    this.ids[slot] = id;
    this.slotOf.set(id, slot);
    this.createdAt[slot] = this.createdAtOf(id);
    this.setState(slot, USED);
    for (const order of this.orders.values()) order.touch(slot);
    return slot;
  }

  private free(): number[] {
    const slots: number[] = [];
    for (let slot = this.ids.length - 1; slot >= 0; slot--) if (this.ids[slot] === undefined) slots.push(slot);
    return slots;
  }
}

export const stateOf = ({ id, values }: Row): number =>
  USED |
  (typeof values['deletedAt'] === 'number' ? DELETED : 0) |
  (values['discarded'] === true ? DISCARDED : 0) |
  (mergedInto(id, values) === undefined ? 0 : MERGED);

export const accented = (text: string): string => text.normalize('NFC').toLowerCase().replaceAll('\n', ' ');

/** The text in a cell; '' for what is none. */
function cellText(cell: Cell): string {
  if (typeof cell !== 'string') return '';
  // below a space stand the marks of encoded cells
  if (cell.charCodeAt(0) >= 32) return cell;
  const value = decodeCell(cell);
  return typeof value === 'string' ? value : '';
}

const encodedText = (cell: Cell): string => (typeof cell === 'string' ? cell : '');

const UNKNOWN_FIELD: FieldDef = { id: '', entity: 'contact', type: 'text', title: '', order: 0, group: 'more' };

/** The values of a cell's items, straight from its text: id PART value [PART raw [PART label]] ITEM_END … */
function writeItems(
  cell: string,
  into: Uint8Array,
  at: number,
  write: (value: string, into: Uint8Array, at: number) => number,
): number {
  if (cell === '') return at;
  if (!cell.startsWith(ITEMS)) return -1;
  let end = at;
  let item = 1;
  while (item < cell.length) {
    let itemEnd = cell.indexOf(ITEM_END, item);
    if (itemEnd < 0) itemEnd = cell.length;
    const from = cell.indexOf(PART, item) + 1;
    const rawPart = cell.indexOf(PART, from);
    const to = rawPart < 0 || rawPart > itemEnd ? itemEnd : rawPart;
    if (item > 1) into[end++] = 13; // BETWEEN
    end = write(cell.slice(from, to), into, end);
    if (end < 0) return -1;
    item = itemEnd + 1;
  }
  return end;
}

/** `phoneSearchText` in bytes. */
function writePhone(value: string, into: Uint8Array, at: number): number {
  let end = at;
  into[end++] = 58; // ':'
  const vietnamese = value.startsWith('+84');
  if (vietnamese) into[end++] = 48;
  for (let i = vietnamese ? 3 : 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code >= 48 && code <= 57) into[end++] = code;
  }
  return end;
}

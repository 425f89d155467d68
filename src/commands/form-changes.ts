import { HLC_EPOCH_MS } from '#core/kit/hlc.ts';
import type { Json } from '#core/kit/json.ts';
import type { FieldDef } from '#core/record/field.ts';
import { itemKey, primaryKey, textKey, type Changes, type Item, type Row, type Values } from '#core/record/row.ts';
import { differences, itemsOf, itemValue } from './keys.ts';

/** Fields whose items are registers of their own. */
export const isCollection = (field: FieldDef): boolean => field.type === 'phones' || field.type === 'emails';

/** The record as it is, and the time (ms since 1970) that new items get into their ids. */
export interface Edited {
  readonly row: Row;
  readonly nowMs: number;
}

/**
 * Checked form values as changes of a document: registers by field, collections (given whole) as one register per item
 * with `null` for removed ones, long texts as texts. Without `edited` for a new record, which holds no empty values; with
 * it only what differs.
 */
export function changesOf(fields: readonly FieldDef[], values: Values, edited?: Edited): Changes {
  const changes: Record<string, Json> = {};
  for (const field of fields) {
    const value = values[field.id];
    if (value === undefined) continue;
    if (field.was && edited) emptyEarlier(changes, field, edited.row);
    if (isCollection(field)) addItems(changes, field.id, (value ?? []) as unknown as readonly Item[], edited);
    else if (field.type === 'long-text') changes[textKey(field.id)] = value;
    else changes[field.id] = value;
  }
  return edited ? differences(changes, edited.row) : withoutNulls(changes);
}

/**
 * A field whose type was changed (B9) may hold a value where its earlier types keep theirs, and that would go on showing
 * beside or instead of the new one: the first edit empties it.
 */
function emptyEarlier(changes: Record<string, Json>, field: FieldDef, row: Row): void {
  const now = storeOf(field.type);
  const earlier = new Set(field.was?.map(storeOf));
  earlier.delete(now);
  if (earlier.has('text')) changes[textKey(field.id)] = null;
  if (earlier.has('register')) changes[field.id] = null;
  if (earlier.has('items')) for (const { id } of itemsOf(row, field.id)) changes[itemKey(field.id, id)] = null;
}

function storeOf(type: FieldDef['type']): 'text' | 'items' | 'register' {
  if (type === 'long-text') return 'text';
  return type === 'phones' || type === 'emails' ? 'items' : 'register';
}

/** Id of the nth item of a new record: digits, so that items added later (`newItemIds`) sort behind them. */
export const firstItemId = (n: number): string => (n < 9 ? String(n) : `9${String(n).padStart(4, '0')}`);

/**
 * Ids of items added to a record that exists: `i`, seconds since 2020 and place in base 36, three random letters. Two
 * devices that add at once make different ids, and items sort in the order in which they were added.
 */
export function newItemIds(count: number, nowMs: number): string[] {
  const seconds = Math.floor((nowMs - HLC_EPOCH_MS) / 1000);
  const time = Math.max(0, seconds).toString(36).padStart(6, '0');
  const random = crypto.getRandomValues(new Uint8Array(count * 3));
  return Array.from({ length: count }, (_, n) => {
    const letters = random.subarray(n * 3, n * 3 + 3);
    return `i${time}${n.toString(36).padStart(2, '0')}${Array.from(letters, (b) => (b % 36).toString(36)).join('')}`;
  });
}

function addItems(changes: Record<string, Json>, field: string, given: readonly Item[], edited?: Edited): void {
  const before = itemsOf(edited?.row, field);
  const known = new Set(before.map((i) => i.id));
  const fresh = edited ? newItemIds(given.length, edited.nowMs) : [];
  const used = new Set<string>();
  const seen = new Set<string>();
  const after: Item[] = [];
  given.forEach((item, n) => {
    if (seen.has(item.value)) return; // the same number twice is one number
    seen.add(item.value);
    // an id the record does not have is the form's own; taken over it could meet one of another device
    const id = !edited ? firstItemId(after.length) : known.has(item.id) && !used.has(item.id) ? item.id : fresh[n]!;
    used.add(id);
    after.push({ ...item, id });
  });
  for (const item of before) if (!used.has(item.id)) changes[itemKey(field, item.id)] = null;
  for (const item of after) changes[itemKey(field, item.id)] = itemValue(item);
  // without a primary register the lowest id comes first, so a new record needs none
  const lowest = after.reduce<string | undefined>(
    (low, i) => (low === undefined || i.id < low ? i.id : low),
    undefined,
  );
  const first = after[0]?.id;
  if (first !== undefined && first !== (before[0]?.id ?? lowest)) changes[primaryKey(field)] = first;
}

function withoutNulls(changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
}

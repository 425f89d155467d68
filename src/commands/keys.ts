import { jsonEqual, type Json } from '#core/kit/json.ts';
import { keyField, primaryKey, type Changes, type Item, type Row } from '#core/record/row.ts';

/**
 * Between the keys a document holds (`name`, `phones/x1`, `phones:primary`, `text:note`) and the values a row shows.
 * Commands see rows, never documents, so "what does this key hold now" is answered from the row.
 */

/** Items of a collection as the row shows them, the primary one first. */
export const itemsOf = (row: Row | undefined, field: string): readonly Item[] => {
  const value = row?.values[field];
  // a field that was of another type before may hold something else
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isItem) : [];
};

const isItem = (value: unknown): value is Item => typeof (value as Item | null)?.id === 'string';

/** What an item's register holds: the item without its id. */
export function itemValue({ value, raw, label }: Omit<Item, 'id'>): Json {
  if (raw === undefined && label === undefined) return { value };
  return { value, ...(raw !== undefined && { raw }), ...(label !== undefined && { label }) };
}

/** What a key of this record holds now; `null` for nothing. The primary one is the item shown first. */
export function keyValue(row: Row, key: string): Json {
  const field = keyField(key);
  if (key === primaryKey(field)) return itemsOf(row, field)[0]?.id ?? null;
  const slash = key.indexOf('/');
  if (slash < 0) return row.values[field] ?? null;
  const item = itemsOf(row, field).find((i) => i.id === key.slice(slash + 1));
  if (!item) return null;
  const { id: _, ...value } = item;
  return value;
}

/** Does a key still hold what was written to it? "No primary item" holds as long as the lowest id comes first. */
export function holds(row: Row, key: string, wrote: Json): boolean {
  const field = keyField(key);
  if (wrote === null && key === primaryKey(field)) {
    const [first, ...others] = itemsOf(row, field);
    return first === undefined || others.every((item) => first.id < item.id);
  }
  return jsonEqual(keyValue(row, key), wrote);
}

/** Changes as guards see them: the touched fields with the values they will have. */
export function patchOf(changes: Changes, row?: Row): Record<string, Json> {
  const patch: Record<string, Json> = {};
  for (const key in changes) {
    const value = changes[key]!;
    const field = keyField(key);
    const slash = key.indexOf('/');
    if (slash > 0) {
      const before = (patch[field] ?? itemsOf(row, field)) as unknown as readonly Item[];
      const id = key.slice(slash + 1);
      const after = value === null ? [] : [{ ...(value as object), id } as unknown as Item];
      const at = before.findIndex((i) => i.id === id);
      patch[field] = (at < 0 ? [...before, ...after] : before.toSpliced(at, 1, ...after)) as unknown as Json;
    } else if (key === primaryKey(field)) {
      const items = (patch[field] ?? itemsOf(row, field)) as unknown as readonly Item[];
      const first = items.filter((i) => i.id === value);
      patch[field] = [...first, ...items.filter((i) => i.id !== value)] as unknown as Json;
    } else patch[field] = value;
  }
  return patch;
}

/** The changes that differ from what the record holds. */
export function differences(changes: Changes, row: Row): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([key, value]) => !jsonEqual(value, keyValue(row, key))));
}

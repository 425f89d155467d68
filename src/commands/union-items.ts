import { emailKey, phoneKey } from '#core/contact/duplicates.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { Item } from '#core/record/row.ts';

/** Those of `others` that `mine` does not hold yet, in whatever spelling; each once. */
export function missingItems(field: FieldDef, mine: readonly Item[], others: readonly Item[]): Item[] {
  const keyOf = ({ value }: Item) => (field.type === 'phones' ? phoneKey(value) : emailKey(value)) ?? value;
  const known = new Set(mine.map(keyOf));
  return others.filter((item) => {
    const key = keyOf(item);
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

import { normalizeEmail, splitEmails } from '../../contact/emails.ts';
import { formatPhone, normalizePhone, phoneDigits, splitPhones } from '../../contact/phones.ts';
import type { Json } from '../../kit/json.ts';
import type { Result } from '../../kit/result.ts';
import { err, ok } from '../../kit/result.ts';
import type { FieldError, FieldType } from '../field.ts';
import type { Item } from '../row.ts';
import { cleanLine, inputText, invalid } from './text.ts';

/** Most items of one collection of a record; more is a mistake in a file's columns. */
const MOST_ITEMS = 50;
const MOST_LABEL = 100;

interface Read {
  readonly value: string;
  readonly raw: string;
}

/** Collections: phones and email addresses. Values are `Item[]`; the same value is kept once. */
function itemsType(
  id: 'phones' | 'emails',
  newItemId: () => string,
  split: (text: string) => string[],
  read: (text: string | number) => Result<Read, FieldError>,
  show: (value: string) => string,
  sortText: (value: string) => string,
): FieldType {
  const collect = (inputs: readonly { text: string | number; item?: Item }[]): Result<Json, FieldError> => {
    if (inputs.length > MOST_ITEMS) return err({ type: 'too-long', max: MOST_ITEMS });
    const items: Item[] = [];
    for (const { text, item } of inputs) {
      const result = read(text);
      if (!result.ok) return result;
      const { value } = result.value;
      if (items.some((other) => other.value === value)) continue;
      // what was typed first is kept: reading `raw` of a stored item again must not lose it
      const raw = item?.raw ?? result.value.raw;
      const label = item?.label === undefined ? '' : cleanLine(item.label).slice(0, MOST_LABEL);
      items.push({
        id: item?.id ?? newItemId(),
        value,
        ...(raw === value ? {} : { raw: raw.slice(0, 200) }),
        ...(label === '' ? {} : { label }),
      });
    }
    return ok(items.length === 0 ? null : (items as unknown as Json));
  };

  /** Items, single texts, or both: what a form, a command or a file may hand over. */
  const checkItems = (value: unknown): Result<Json, FieldError> => {
    if (value === null || value === undefined) return ok(null);
    if (typeof value === 'string') return collect(split(value).map((text) => ({ text })));
    if (typeof value === 'number') return collect([{ text: value }]);
    if (!Array.isArray(value)) return invalid('value-invalid', value);
    const inputs: { text: string | number; item?: Item }[] = [];
    const ids = new Set<string>();
    for (const entry of value as unknown[]) {
      if (typeof entry === 'string') {
        inputs.push(...split(entry).map((text) => ({ text })));
        continue;
      }
      if (!isItem(entry) || ids.has(entry.id)) return invalid('value-invalid', entry);
      ids.add(entry.id);
      if (entry.value.trim() !== '') inputs.push({ text: entry.value, item: entry });
    }
    return collect(inputs);
  };

  const values = (value: Json): string[] =>
    Array.isArray(value)
      ? (value as readonly (Partial<Item> | null)[])
          .map((item) => item?.value)
          .filter((text) => typeof text === 'string')
      : [];
  return {
    id,
    check: (value) => checkItems(value),
    parse(input) {
      if (Array.isArray(input) || typeof input === 'number') return checkItems(input);
      const text = inputText(input);
      return text === undefined
        ? invalid(id === 'phones' ? 'phone-invalid' : 'email-invalid', input)
        : checkItems(text);
    },
    toText: (value) => values(value).map(show).join(', '),
    sortKey(value) {
      const first = values(value)[0];
      return first === undefined ? undefined : sortText(first);
    },
  };
}

function isItem(entry: unknown): entry is Item {
  if (typeof entry !== 'object' || entry === null) return false;
  const { id, value, raw, label } = entry as Partial<Record<keyof Item, unknown>>;
  return (
    typeof id === 'string' && /^[\w-]{1,40}$/.test(id) && typeof value === 'string' &&
    (raw === undefined || typeof raw === 'string') && (label === undefined || typeof label === 'string')
  ); // prettier-ignore
}

/** Errors of `check` and `parse` are `PhoneError`: they say why a number is none (`reason`). */
export const phonesType = (newItemId: () => string): FieldType =>
  itemsType('phones', newItemId, splitPhones, normalizePhone, formatPhone, phoneDigits);

export const emailsType = (newItemId: () => string): FieldType =>
  itemsType(
    'emails',
    newItemId,
    splitEmails,
    (text) => {
      const result = normalizeEmail(String(text));
      return result.ok ? ok({ value: result.value, raw: String(text).trim() }) : result;
    },
    (value) => value,
    (value) => value,
  );

import { DISTINCT } from '#core/contact/duplicates.ts';
import { CONVERTED_COMPANY, CONVERTED_CONTACT } from '#core/lead/lead.ts';
import { MERGED_INTO, MERGES } from '#core/contact/merged.ts';
import type { FieldChange } from '#core/history/history.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import type { Directory, FieldDef } from '#core/record/field.ts';
import { keyField, REPRESENTATIVE_KEY, SYSTEM_KEYS, type Item, type Values } from '#core/record/row.ts';
import { locale, textOf } from '../../locale.svelte.ts';
import { itemsOf, phoneText } from '../items.ts';
import { t } from './history-texts.ts';

/** A change as a person reads it. */
export interface HistoryLine {
  readonly key: string;
  readonly title: string;
  /** Empty = there was, or is, nothing. */
  readonly before: string;
  readonly after: string;
  readonly lost: boolean;
  readonly cut: boolean;
  /** What would bring back the value that is not there any more, and how it reads. */
  readonly restore?: { readonly values: Readonly<Record<string, Json>>; readonly text: string };
}

/** What the lines are read with: the fields there are, names behind ids, and the record as it stands. */
export interface HistoryContext {
  readonly fields: readonly FieldDef[];
  readonly directory: Directory;
  readonly values: Values;
  /** Of a company: names of contacts it refers to. */
  readonly contactName?: (id: string) => string | undefined;
}

/** Bookkeeping that another line or the head of the entry says already. */
const SILENT: readonly string[] = [SYSTEM_KEYS.deletedBy, SYSTEM_KEYS.createdBy, SYSTEM_KEYS.batch, CONVERTED_COMPANY];

export function historyLines(changes: readonly FieldChange[], context: HistoryContext): HistoryLine[] {
  return changes.filter(({ key }) => !SILENT.includes(key)).map((change) => lineOf(change, context));
}

function lineOf(change: FieldChange, context: HistoryContext): HistoryLine {
  const { key, before, after, lost = false, cut = false } = change;
  const field = context.fields.find(({ id }) => id === keyField(key));
  const text = (value: Json) => valueText(key, value, field, context);
  const base = { key, title: titleOf(key, field), before: text(before), after: text(after), lost, cut };
  // an edit that lost is brought back itself, any other what was there before it
  const wanted = lost ? after : before;
  const values = field && !cut ? restoring(key, wanted, field, context.values) : undefined;
  return values ? { ...base, restore: { values, text: text(wanted) || t('nothing') } } : base;
}

function titleOf(key: string, field: FieldDef | undefined): string {
  if (key === SYSTEM_KEYS.deletedAt || key === SYSTEM_KEYS.discarded) return t('state');
  if (key === REPRESENTATIVE_KEY) return t('representative');
  if (key === CONVERTED_CONTACT) return t('conversion');
  if (key === MERGED_INTO || keyField(key) === MERGES) return t('merge');
  if (keyField(key) === DISTINCT) return t('distinct');
  if (!field) return key;
  return key.endsWith(':primary') ? t('primary', { field: textOf(field.title) }) : textOf(field.title);
}

function valueText(
  key: string,
  value: Json,
  field: FieldDef | undefined,
  { directory, values, contactName = () => undefined }: HistoryContext,
): string {
  if (key === SYSTEM_KEYS.deletedAt) return value === null ? t('live') : t('deleted');
  if (key === SYSTEM_KEYS.discarded) return value === null ? t('live') : t('discarded');
  if (key === CONVERTED_CONTACT) return t(value === null ? 'notConverted' : 'converted');
  if (key === MERGED_INTO) return value === null ? t('notMerged') : t('mergedAway');
  if (keyField(key) === MERGES) return value === null ? t('notMerged') : t('mergedIn');
  if (keyField(key) === DISTINCT) return value === null ? '' : t('toldApart');
  if (value === null || value === '') return '';
  if (key === REPRESENTATIVE_KEY && typeof value === 'string') return contactName(value) ?? t('otherContact');
  if (!field) return typeof value === 'string' ? value : JSON.stringify(value);
  if (key.endsWith(':primary')) {
    const item = itemsOf(values[field.id]).find(({ id }) => id === value);
    return item ? itemText(item, field) : '';
  }
  if (key.includes('/')) return itemText(value as unknown as Item, field);
  return fieldType(field.type).toText(value, field, directory, locale.current);
}

const itemText = (item: Item, field: FieldDef): string => (field.type === 'phones' ? phoneText(item) : item.value);

/** The form values that write `wanted` again; undefined where it stands there already. */
function restoring(key: string, wanted: Json, field: FieldDef, values: Values): Record<string, Json> | undefined {
  if (key.endsWith(':primary')) return undefined;
  if (!key.includes('/')) {
    if (field.required && wanted === null) return undefined;
    return jsonEqual(values[field.id] ?? null, wanted) ? undefined : { [field.id]: wanted };
  }
  const id = key.slice(key.indexOf('/') + 1);
  const items = itemsOf(values[field.id]);
  const others = items.filter((item) => item.id !== id);
  const found = items.find((item) => item.id === id);
  if (wanted === null) return found ? { [field.id]: others as unknown as Json } : undefined;
  const item: Item = { ...(wanted as unknown as Item), id };
  if (items.some(({ value }) => value === item.value)) return undefined;
  const after = found ? items.map((one) => (one.id === id ? item : one)) : [...items, item];
  return { [field.id]: after as unknown as Json };
}

/** Fields whose change the relay has not confirmed: what they say now; what they said before only the relay knows. */
export function pendingLines(ids: readonly string[], context: HistoryContext): HistoryLine[] {
  return ids
    .filter((id) => !SILENT.includes(id))
    .map((id) => {
      const field = context.fields.find((one) => one.id === id);
      const value = context.values[id] ?? null;
      const isList = field?.type === 'phones' || field?.type === 'emails';
      const after = isList
        ? itemsOf(value)
            .map((item) => itemText(item, field))
            .join(', ')
        : valueText(id, value, field, context);
      return { key: id, title: titleOf(id, field), before: '', after, lost: false, cut: false };
    });
}

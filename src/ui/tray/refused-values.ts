import { DISTINCT } from '#core/contact/duplicates.ts';
import { MERGED_INTO, MERGES } from '#core/contact/merged.ts';
import type { Json } from '#core/kit/json.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import { formFields } from '#core/record/form-fields.ts';
import { keyField, recordType, REPRESENTATIVE_KEY, SYSTEM_KEYS } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { RefusedChange } from '#data-worker/port.ts';
import { locale, textOf } from '../locale.svelte.ts';
import { createDirectory } from '../records/directory.ts';
import { t } from './tray-texts.ts';

export interface RefusedValue {
  readonly title: string;
  readonly text: string;
}

/** A refused change as a person reads it: each field by its name, each value as lists show it. Order of the fields. */
export function refusedValues(
  { id, changes }: Pick<RefusedChange, 'id' | 'changes'>,
  data: WorkspaceData,
): RefusedValue[] {
  const fields = formFields(recordType(id) ?? 'contact', data);
  const directory = createDirectory(data);
  const found: (RefusedValue & { readonly order: number })[] = [];
  for (const [key, value] of Object.entries(changes)) {
    const name = keyField(key);
    if (key.endsWith(':primary') || name === SYSTEM_KEYS.deletedBy || name === SYSTEM_KEYS.createdBy) continue;
    if (name === SYSTEM_KEYS.batch || name === SYSTEM_KEYS.discarded) continue;
    if (name === MERGES || name === MERGED_INTO || name === DISTINCT) {
      const what = name === DISTINCT ? 'distinct' : value === null ? 'unmerge' : 'merge';
      found.push({ title: t(what), text: '', order: -1 });
      continue;
    }
    if (name === SYSTEM_KEYS.deletedAt) {
      found.push({ title: t(value === null ? 'restoring' : 'deletion'), text: '', order: -1 });
      continue;
    }
    if (name === REPRESENTATIVE_KEY) {
      found.push({ title: t('representative'), text: '', order: -1 });
      continue;
    }
    const order = fields.findIndex((field) => field.id === name);
    const field = fields[order];
    const text = field
      ? fieldType(field.type).toText(key.includes('/') ? itemOf(key, value) : value, field, directory, locale.current)
      : plain(value);
    // an id nobody knows a name of is still what was typed
    const shown = value === null || value === '' ? t('emptied') : text || plain(value);
    found.push({ title: field ? textOf(field.title) : name, text: shown, order: field ? order : fields.length });
  }
  return found.sort((a, b) => a.order - b.order).map(({ title, text }) => ({ title, text }));
}

/** As lines to paste elsewhere. */
export const refusedText = (values: readonly RefusedValue[]): string =>
  values.map(({ title, text }) => (text ? `${title}: ${text}` : title)).join('\n');

/** One item's register as the collection it stands in. */
const itemOf = (key: string, value: Json): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? [{ ...value, id: key.slice(key.indexOf('/') + 1) }]
    : value;

const plain = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));

const REASONS = ['forbidden', 'too-large', 'gap', 'bad-content', 'erased'] as const;

/** Why the relay did not take it, in words. */
export function reasonText(reason: string): string {
  const known = REASONS.find((one) => one === reason);
  return known ? t(`why.${known}`) : t('why.other', { code: reason });
}

import type { Directory, FieldDef } from '#core/record/field.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import type { ListRow } from '#data-worker/port.ts';
import { formatDateTime, locale, textOf } from '../locale.svelte.ts';
import { contactFields } from './directory.ts';
import { emailsOf, phonesOf, phoneText } from './items.ts';
import { t } from './texts.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';

/** A column of the contact list: its heading, what it sorts by, and the text of a row in it. */
export interface Column {
  /** Field id, or 'createdAt' / 'updatedAt'; also what the list is sorted by. */
  readonly id: string;
  readonly title: string;
  /** A track of the grid. */
  readonly width: string;
  /** Matches of the search are marked here. */
  readonly searched?: true;
  text(row: ListRow, directory: Directory): string;
}

/** D1, in that order; then the workspace's and the plugins' fields that are columns, before the times. */
export function listColumns(data: WorkspaceData): readonly Column[] {
  return [
    { id: 'name', title: t('colName'), width: 'minmax(13rem, 2.4fr)', searched: true, text: rowName },
    { id: 'phones', title: t('colPhone'), width: 'minmax(8.5rem, 1fr)', searched: true, text: phoneCell },
    {
      id: 'companyId',
      title: t('colCompany'),
      width: 'minmax(9rem, 1.6fr)',
      searched: true,
      text: (row) => row.companyName ?? '',
    },
    { id: 'ownerId', title: t('colOwner'), width: 'minmax(9rem, 1.2fr)', text: ownerCell },
    ...contactFields(data)
      .filter((f) => f.column && !DEFAULT.has(f.id))
      .map(fieldColumn),
    { id: 'createdAt', title: t('colCreated'), width: '8.5rem', text: (row) => formatDateTime(row.createdAt) },
    { id: 'updatedAt', title: t('colUpdated'), width: '8.5rem', text: (row) => formatDateTime(row.updatedAt) },
  ];
}

const DEFAULT = new Set(['name', 'phones', 'companyId', 'ownerId']);

export const fieldColumn = (field: FieldDef): Column => ({
  id: field.id,
  title: textOf(field.title),
  width: 'minmax(7rem, 1fr)',
  text(row, directory) {
    const value = row.values[field.id];
    return value === undefined ? '' : fieldType(field.type).toText(value, field, directory, locale.current);
  },
});

export const rowName = (row: ListRow): string => {
  const name = row.values.name;
  return typeof name === 'string' && name !== '' ? name : t('untitled');
};

/** The first number, and how many more there are. A colleague without one shows the address they work with. */
export function phoneCell(row: ListRow): string {
  const [first, ...rest] = phonesOf(row.values);
  if (!first) return row.source === 'internal' ? internalEmail(row) : '';
  return rest.length === 0 ? phoneText(first) : `${phoneText(first)} +${rest.length}`;
}

const internalEmail = (row: ListRow): string =>
  typeof row.values.email === 'string' ? row.values.email : (emailsOf(row.values)[0]?.value ?? '');

export function ownerCell(row: ListRow, directory: Directory): string {
  const id = row.values.ownerId;
  if (row.source === 'internal' || typeof id !== 'string' || id === '') return '';
  return directory.memberName(id) ?? t('formerMember');
}

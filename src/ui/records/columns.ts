import type { Directory, FieldDef } from '#core/record/field.ts';
import { fieldType } from '#core/record/field-types/field-types.ts';
import { comparisonOf } from '#core/filter/ops.ts';
import type { ListRow } from '#data-worker/port.ts';
import { formatDateTime, locale, textOf } from '../locale.svelte.ts';
import { contactFields } from './directory.ts';
import { emailsOf, phonesOf, phoneText } from './items.ts';
import { t } from './texts.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';

/** A column a list of records can have: its heading, what it sorts by, and the text of a row in it. */
export interface Column {
  /** Field id, or 'createdAt' / 'updatedAt'; also what the list is sorted by. */
  readonly id: string;
  readonly title: string;
  /** rem it needs, and its share of the room there is. */
  readonly min: number;
  readonly grow: number;
  /** Shown unless somebody chose their own columns (D1). */
  readonly byDefault?: boolean;
  /** Matches of the search are marked here. */
  readonly searched?: true;
  /** Numbers stand at the right. */
  readonly number?: boolean;
  text(row: ListRow, directory: Directory): string;
}

/** D1, in that order; then the workspace's and the plugins' fields, before the times. Fields that are columns are shown. */
export function listColumns(data: WorkspaceData): readonly Column[] {
  return [
    { id: 'name', title: t('colName'), min: 13, grow: 2.4, byDefault: true, searched: true, text: rowName },
    { id: 'phones', title: t('colPhone'), min: 8.5, grow: 1, byDefault: true, searched: true, text: phoneCell },
    {
      id: 'companyId',
      title: t('colCompany'),
      min: 9,
      grow: 1.6,
      byDefault: true,
      searched: true,
      text: (row) => row.companyName ?? '',
    },
    { id: 'ownerId', title: t('colOwner'), min: 9, grow: 1.2, byDefault: true, text: ownerCell },
    ...fieldColumns(contactFields(data), ['name', 'phones', 'companyId', 'ownerId']),
    ...timeColumns(),
  ];
}

/** The fields of a type as columns, without those that have a column of their own. */
export const fieldColumns = (fields: readonly FieldDef[], without: readonly string[]): readonly Column[] =>
  fields.filter(({ id }) => !without.includes(id)).map(fieldColumn);

const fieldColumn = (field: FieldDef): Column => ({
  id: field.id,
  title: textOf(field.title),
  min: field.type === 'long-text' || field.type === 'address' ? 12 : 7,
  grow: 1,
  byDefault: field.column === true,
  number: comparisonOf(field.type) === 'number' && field.type !== 'rating',
  text(row, directory) {
    const value = row.values[field.id];
    return value === undefined ? '' : fieldType(field.type).toText(value, field, directory, locale.current);
  },
});

/** When it was made and last written; always the last ones by default. */
export const timeColumns = (): readonly Column[] => [
  {
    id: 'createdAt',
    title: t('colCreated'),
    min: 8.5,
    grow: 0.6,
    byDefault: true,
    text: (row) => formatDateTime(row.createdAt),
  },
  {
    id: 'updatedAt',
    title: t('colUpdated'),
    min: 8.5,
    grow: 0.6,
    byDefault: true,
    text: (row) => formatDateTime(row.updatedAt),
  },
];

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

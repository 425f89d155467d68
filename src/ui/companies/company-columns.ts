import { formFields } from '#core/record/form-fields.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { formatDateTime, formatNumber } from '../locale.svelte.ts';
import { fieldColumn, ownerCell, phoneCell, rowName, type Column } from '../records/columns.ts';
import { t as recordText } from '../records/texts.ts';
import { t } from './companies-texts.ts';

export interface CompanyColumn extends Omit<Column, 'width'> {
  /** Not a value of the company itself: it cannot be sorted by. */
  readonly counted?: true;
  /** Stands beside an open detail pane too. */
  readonly always?: true;
}

/** Columns of the list of companies; then the workspace's and the plugins' fields that are columns, before the times. */
export const companyColumns = (data: WorkspaceData): readonly CompanyColumn[] => [
  { id: 'name', title: t('colName'), searched: true, always: true, text: rowName },
  { id: 'phones', title: recordText('colPhone'), searched: true, text: phoneCell },
  {
    id: 'contacts',
    title: t('colContacts'),
    counted: true,
    always: true,
    text: (row) => formatNumber(row.contactCount ?? 0),
  },
  { id: 'ownerId', title: recordText('filterOwner'), text: ownerCell },
  ...formFields('company', data)
    .filter((field) => field.column && !DEFAULT.has(field.id))
    .map(fieldColumn),
  { id: 'createdAt', title: recordText('colCreated'), text: (row) => formatDateTime(row.createdAt) },
  { id: 'updatedAt', title: recordText('colUpdated'), text: (row) => formatDateTime(row.updatedAt) },
];

const DEFAULT = new Set(['name', 'phones', 'ownerId']);

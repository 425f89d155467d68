import { formFields } from '#core/record/form-fields.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { formatNumber } from '../locale.svelte.ts';
import { fieldColumns, ownerCell, phoneCell, rowName, timeColumns, type Column } from '../records/columns.ts';
import { t as recordText } from '../records/texts.ts';
import { t } from './companies-texts.ts';

export interface CompanyColumn extends Column {
  /** Not a value of the company itself: it cannot be sorted by. */
  readonly counted?: true;
}

/** Columns of the list of companies; then the workspace's and the plugins' fields, before the times. */
export const companyColumns = (data: WorkspaceData): readonly CompanyColumn[] => [
  { id: 'name', title: t('colName'), min: 14, grow: 3, byDefault: true, searched: true, text: rowName },
  { id: 'phones', title: recordText('colPhone'), min: 8.5, grow: 1, byDefault: true, searched: true, text: phoneCell },
  {
    id: 'contacts',
    title: t('colContacts'),
    min: 5.5,
    grow: 0.4,
    byDefault: true,
    counted: true,
    number: true,
    text: (row) => formatNumber(row.contactCount ?? 0),
  },
  { id: 'ownerId', title: recordText('filterOwner'), min: 9, grow: 1.2, byDefault: true, text: ownerCell },
  ...fieldColumns(formFields('company', data), ['name', 'phones', 'ownerId']),
  ...timeColumns(),
];

/** What stands beside an open detail pane. */
export const NARROW_COLUMNS = [{ id: 'name' }, { id: 'contacts', width: 88 }] as const;

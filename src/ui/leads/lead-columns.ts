import { formFields } from '#core/record/form-fields.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import { fieldColumns, ownerCell, phoneCell, rowName, timeColumns, type Column } from '../records/columns.ts';
import { textValue } from '../records/text-value.ts';
import { t as recordText } from '../records/texts.ts';
import { t as typeText } from '../records/type-texts.ts';

/** Columns of the list of leads; then the workspace's fields, before the times. */
export function leadColumns(data: WorkspaceData): readonly Column[] {
  const fields = formFields('lead', data);
  const status = fields.filter(({ id }) => id === 'status');
  return [
    { id: 'name', title: typeText('name.lead'), min: 13, grow: 2.2, byDefault: true, searched: true, text: rowName },
    ...fieldColumns(status, []),
    {
      id: 'phones',
      title: recordText('colPhone'),
      min: 8.5,
      grow: 1,
      byDefault: true,
      searched: true,
      text: phoneCell,
    },
    {
      id: 'companyName',
      title: recordText('colCompany'),
      min: 9,
      grow: 1.4,
      byDefault: true,
      searched: true,
      text: (row) => textValue(row.values.companyName),
    },
    { id: 'ownerId', title: recordText('filterOwner'), min: 9, grow: 1.2, byDefault: true, text: ownerCell },
    ...fieldColumns(fields, ['name', 'status', 'phones', 'companyName', 'ownerId']),
    ...timeColumns(),
  ];
}

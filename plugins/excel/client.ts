import { command, transfer } from '#plugin-api';
import { excel } from './plugin.ts';

export default excel.client([
  transfer({
    id: 'spreadsheet',
    title: { vi: 'Excel hoặc CSV', en: 'Excel or CSV' },
    accept: ['.xlsx', '.xls', '.xlsm', '.ods', '.csv'],
    read: () => import('./client/read.ts'),
    write: () => import('./client/write.ts'),
  }),
  command({
    id: 'import',
    title: { vi: 'Nhập từ Excel', en: 'Import from Excel' },
    icon: 'upload',
    at: ['list', 'empty-list', 'palette'],
    run: () => import('./client/open-import.ts'),
  }),
]);

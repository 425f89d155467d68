import { definePlugin } from '#plugin-api';

export const excel = definePlugin({
  id: 'excel',
  version: '1.0.0',
  api: 1,
  name: { vi: 'Excel và CSV', en: 'Excel and CSV' },
  description: {
    vi: 'Nhập liên hệ từ file Excel, OpenDocument hoặc CSV, và xuất các dòng lỗi ra Excel.',
    en: 'Imports contacts from Excel, OpenDocument or CSV files, and writes failed rows to Excel.',
  },
  needs: ['files'],
});

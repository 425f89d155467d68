import { defineTexts } from '../../locale.svelte.ts';

export const t = defineTexts({
  erase: { vi: 'Xóa vĩnh viễn theo yêu cầu (quyền riêng tư)', en: 'Erase for good on request (privacy)' },
  eraseShort: { vi: 'Xóa vĩnh viễn', en: 'Erase for good' },
  eraseOne: { vi: 'Xóa vĩnh viễn {name}', en: 'Erase {name} for good' },
  title: { vi: 'Xóa vĩnh viễn {name}?', en: 'Erase {name} for good?' },
  text: {
    vi: 'Dùng khi một người yêu cầu xóa dữ liệu của họ. Liên hệ, lịch sử thay đổi và mọi bản sao trên các thiết bị sẽ mất hẳn, không khôi phục được. Nhật ký chỉ giữ ai đã xóa và lúc nào. Các bản sao lưu cũ vẫn còn dữ liệu này cho đến khi bạn xóa chúng.',
    en: 'For when a person asks that their data be erased. The contact, its history and every copy on every device go, and nothing brings them back. The log keeps only who did it and when. Older backups still hold the data until you remove them.',
  },
  field: { vi: 'Gõ “{phrase}” để xác nhận', en: 'Type “{phrase}” to confirm' },
  phrase: { vi: 'xóa vĩnh viễn', en: 'erase for good' },
  differs: { vi: 'Chưa đúng. Hãy gõ: {phrase}', en: 'That is not it. Type: {phrase}' },
  done: { vi: 'Đã xóa vĩnh viễn {name}.', en: '{name} was erased for good.' },
  missing: { vi: 'Liên hệ này không còn trên máy chủ.', en: 'The server has no such contact any more.' },
  forbidden: { vi: 'Chỉ quản trị viên mới xóa vĩnh viễn được.', en: 'Only administrators may erase for good.' },
  cancel: { vi: 'Hủy', en: 'Cancel' },
});

import { defineTexts } from '../locale.svelte.ts';

export const t = defineTexts({
  intro: {
    vi: 'Tiện ích thêm tính năng cho mọi người trong không gian làm việc. Bật hay tắt đều có hiệu lực ngay, không cần tải lại; tắt chỉ ẩn, không xóa dữ liệu.',
    en: 'Plugins add features for everybody in the workspace. Switching takes effect at once, without a reload; switching off hides and never deletes data.',
  },
  readOnly: {
    vi: 'Chỉ quản trị viên bật hoặc tắt tiện ích cho cả không gian làm việc. Bạn vẫn có thể tắt trên máy này.',
    en: 'Only administrators switch plugins for the workspace. You can still switch them off on this device.',
  },
  noneTitle: { vi: 'Chưa có tiện ích nào', en: 'There are no plugins' },
  noneText: { vi: 'Bản cài đặt này không kèm tiện ích.', en: 'This build has no plugins.' },
  forAll: { vi: 'Bật {name} cho mọi người', en: 'Switch {name} on for everybody' },
  offHere: { vi: 'Tắt trên máy này', en: 'Off on this device' },
  version: { vi: 'Phiên bản {version}', en: 'Version {version}' },
  contributions: { vi: '{n} chức năng', en: '{n} {n|feature|features}' },
  enabled: { vi: 'Đang bật', en: 'On' },
  disabled: { vi: 'Đang tắt', en: 'Off' },
  loading: { vi: 'Đang tải', en: 'Loading' },
  failed: { vi: 'Có lỗi', en: 'Failed' },
  needs: { vi: 'Cần quyền', en: 'Needs' },
  noNeeds: { vi: 'Không cần quyền nào', en: 'Needs nothing' },
  requires: { vi: 'Cần tiện ích', en: 'Requires' },
  log: { vi: 'Nhật ký ({n})', en: 'Log ({n})' },
  needRead: { vi: 'đọc dữ liệu', en: 'read records' },
  needWrite: { vi: 'ghi {type}', en: 'write {type}' },
  needFiles: { vi: 'mở file bạn chọn', en: 'open files you choose' },
  needNotify: { vi: 'gửi thông báo', en: 'send notifications' },
  needClipboard: { vi: 'dùng bộ nhớ tạm', en: 'use the clipboard' },
  needNet: { vi: 'kết nối {host}', en: 'connect to {host}' },
  contact: { vi: 'liên hệ', en: 'contacts' },
  company: { vi: 'doanh nghiệp', en: 'companies' },
});

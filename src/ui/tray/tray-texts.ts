import { defineTexts } from '../locale.svelte.ts';

/** Texts of the tray: what the relay did not take (P5). */
export const t = defineTexts({
  title: { vi: 'Chưa được nhận', en: 'Not accepted' },
  text: {
    vi: 'Những gì bạn đã nhập nhưng máy chủ không nhận. Giữ trên thiết bị này 30 ngày.',
    en: 'What you entered and the server did not accept. Kept on this device for 30 days.',
  },
  none: { vi: 'Không có gì bị từ chối', en: 'Nothing was refused' },
  noneText: { vi: 'Mọi thay đổi của bạn đã được máy chủ nhận.', en: 'The server accepted all of your changes.' },
  loading: { vi: 'Đang mở…', en: 'Opening…' },
  typed: { vi: 'nhập {time}', en: 'entered {time}' },
  newContact: { vi: 'Liên hệ mới', en: 'New contact' },
  newCompany: { vi: 'Doanh nghiệp mới', en: 'New company' },
  gone: { vi: 'Bản ghi không còn trên máy này', en: 'A record that is not on this device any more' },
  deletion: { vi: 'Xóa vào thùng rác', en: 'Move to the recycle bin' },
  restoring: { vi: 'Khôi phục từ thùng rác', en: 'Take out of the recycle bin' },
  representative: { vi: 'Chọn liên hệ đại diện', en: 'Choice of representative' },
  merge: { vi: 'Gộp liên hệ', en: 'Merge of contacts' },
  unmerge: { vi: 'Hoàn tác gộp', en: 'Undo of a merge' },
  distinct: { vi: 'Không phải trùng', en: 'Not duplicates' },
  emptied: { vi: '(để trống)', en: '(emptied)' },
  copy: { vi: 'Sao chép', en: 'Copy' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  retryOf: { vi: 'Thử lại: {name}', en: 'Try again: {name}' },
  retried: { vi: 'Đã lưu lại; đang gửi lên máy chủ.', en: 'Saved again; on its way to the server.' },
  dismiss: { vi: 'Bỏ qua', en: 'Dismiss' },
  dismissOf: { vi: 'Bỏ qua: {name}', en: 'Dismiss: {name}' },
  dismissFailed: { vi: 'Chưa bỏ được. Hãy thử lại.', en: 'It could not be dismissed. Please try again.' },
  'why.forbidden': {
    vi: 'Vai trò của bạn không cho phép thay đổi này.',
    en: 'Your role does not allow this change.',
  },
  'why.too-large': { vi: 'Nội dung quá lớn.', en: 'It is too large.' },
  'why.gap': {
    vi: 'Bản ghi đã bị xóa hẳn hoặc không còn được chia sẻ với bạn.',
    en: 'The record was deleted for good, or is not shared with you any more.',
  },
  'why.erased': {
    vi: 'Bản ghi đã được xóa vĩnh viễn theo yêu cầu về quyền riêng tư. Nội dung không được giữ lại.',
    en: 'The record was erased for good, for privacy. What was typed is not kept.',
  },
  'why.bad-content': { vi: 'Máy chủ không nhận giá trị này.', en: 'The server does not accept this value.' },
  'why.other': {
    vi: 'Máy chủ không đọc được thay đổi này ({code}).',
    en: 'The server could not read this change ({code}).',
  },
});

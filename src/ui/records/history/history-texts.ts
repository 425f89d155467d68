import { defineTexts } from '../../locale.svelte.ts';

/** Texts of a record's history. */
export const t = defineTexts({
  tab: { vi: 'Lịch sử thay đổi', en: 'History' },
  loading: { vi: 'Đang tải lịch sử…', en: 'Loading the history…' },
  empty: { vi: 'Chưa có thay đổi nào được ghi lại.', en: 'No change is on record yet.' },
  offline: {
    vi: 'Cần kết nối máy chủ để xem lịch sử. Thay đổi chưa gửi của bạn vẫn hiện ở đây.',
    en: 'The history needs a connection to the server. Your unsent changes are shown here all the same.',
  },
  gone: {
    vi: 'Máy chủ không còn mục này, hoặc bạn không còn quyền xem.',
    en: 'The server has this record no more, or you may not see it any more.',
  },
  signedOut: {
    vi: 'Phiên đã hết. Hãy đăng nhập lại để xem lịch sử.',
    en: 'The session ended. Sign in again to see the history.',
  },
  failed: { vi: 'Không tải được lịch sử.', en: 'The history could not be loaded.' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  more: { vi: 'Xem thêm', en: 'Show more' },
  pending: { vi: 'Chờ đồng bộ', en: 'Waiting to sync' },
  pendingText: { vi: 'Thay đổi của bạn trên máy này', en: 'Your changes on this device' },
  created: { vi: 'đã tạo liên hệ', en: 'created the contact' },
  createdCompany: { vi: 'đã tạo doanh nghiệp', en: 'created the company' },
  representative: { vi: 'Liên hệ đại diện', en: 'Representative' },
  otherContact: { vi: 'một liên hệ khác', en: 'another contact' },
  changed: { vi: 'đã sửa', en: 'changed' },
  consequence: {
    vi: 'đã xóa hoặc khôi phục doanh nghiệp; liên hệ đổi theo',
    en: 'deleted or restored the company; the contact followed',
  },
  somebody: { vi: 'Người dùng cũ', en: 'Former user' },
  from: { vi: 'từ', en: 'from' },
  to: { vi: 'thành', en: 'to' },
  nothing: { vi: '(trống)', en: '(empty)' },
  lost: { vi: 'Không được dùng', en: 'Not in use' },
  lostText: {
    vi: 'Sửa cùng lúc với người khác; giá trị của người sửa sau được giữ.',
    en: 'Written at the same time as somebody else’s; the later value counts.',
  },
  cut: { vi: 'Văn bản dài, chỉ giữ phần đầu.', en: 'A long text: only its beginning is kept.' },
  restore: { vi: 'Khôi phục', en: 'Restore' },
  restoreOf: { vi: 'Khôi phục {field}: {value}', en: 'Restore {field}: {value}' },
  restored: { vi: 'Đã khôi phục {field}.', en: '{field} was restored.' },
  primary: { vi: '{field}: mục chính', en: '{field}: primary' },
  state: { vi: 'Trạng thái', en: 'State' },
  deleted: { vi: 'Trong thùng rác', en: 'In the recycle bin' },
  live: { vi: 'Đang dùng', en: 'In use' },
  discarded: { vi: 'Đã hủy tạo', en: 'Creation undone' },
  device: { vi: 'Thiết bị {name}', en: 'Device {name}' },
  room: { vi: 'Soạn cùng lúc', en: 'Live typing' },
});

import { defineTexts } from '../locale.svelte.ts';

/** Texts of the page "Đồng bộ": how the relay fares, in plain words. */
export const t = defineTexts({
  title: { vi: 'Tình trạng đồng bộ', en: 'State of the sync' },
  at: { vi: 'Số liệu lúc {time}', en: 'As of {time}' },
  refresh: { vi: 'Làm mới', en: 'Refresh' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  loading: { vi: 'Đang tải…', en: 'Loading…' },
  signedOut: { vi: 'Phiên đã hết. Hãy đăng nhập lại.', en: 'The session ended. Sign in again.' },
  forbidden: { vi: 'Bạn không còn quyền xem mục này.', en: 'You may not see this any more.' },

  good: { vi: 'Mọi thứ hoạt động bình thường.', en: 'Everything works as it should.' },
  full: {
    vi: 'Máy chủ hết chỗ: thay đổi chưa được lưu và chờ trên các thiết bị. Hãy giải phóng ổ đĩa.',
    en: 'The server has no room: changes are not stored and wait on the devices. Free some disk space.',
  },
  failing: {
    vi: 'Máy chủ không ghi được dữ liệu: thay đổi chờ trên các thiết bị. Hãy xem nhật ký của máy chủ.',
    en: 'The server cannot store data: changes wait on the devices. See the server’s log.',
  },
  low: {
    vi: 'Ổ đĩa của máy chủ sắp đầy: còn {free}.',
    en: 'The server’s disk is nearly full: {free} left.',
  },
  differs: {
    vi: 'Dữ liệu trên thiết bị từng lệch với máy chủ {n} lần trong 24 giờ qua. Thiết bị đã tự tải lại; nếu còn lặp lại, hãy báo người phụ trách máy chủ.',
    en: 'Data on a device differed from the server’s {n} {n|time|times} in the last 24 hours. The device fetched it again; if this goes on, tell whoever runs the server.',
  },

  connected: { vi: 'Đang kết nối', en: 'Connected now' },
  devices: { vi: '{n} thiết bị', en: '{n} {n|device|devices}' },
  behind: {
    vi: '{n} thiết bị, trong đó {behind} đang nhận phần còn thiếu',
    en: '{n} {n|device|devices}, {behind} still receiving what they lack',
  },
  rooms: { vi: 'Soạn cùng lúc', en: 'Live typing' },
  roomsOpen: { vi: '{n} kết nối', en: '{n} {n|connection|connections}' },
  entries: { vi: 'Thay đổi đã lưu', en: 'Changes stored' },
  last: { vi: 'Lần lưu gần nhất', en: 'Last change stored' },
  never: { vi: 'Chưa có', en: 'None yet' },
  speed: { vi: 'Thời gian lưu', en: 'Time to store' },
  speedText: { vi: 'thường {median}, 95% không quá {slow}', en: 'usually {median}, 95% within {slow}' },
  waiting: { vi: 'Đang chờ lưu', en: 'Waiting to be stored' },
  mismatches: { vi: 'Dữ liệu lệch (24 giờ)', en: 'Data differing (24 hours)' },
  none: { vi: 'Không có', en: 'None' },
  times: { vi: '{n} lần', en: '{n} {n|time|times}' },
  room: { vi: 'Chỗ trống trên máy chủ', en: 'Room on the server' },
  roomElsewhere: { vi: 'Dữ liệu nằm trên máy khác', en: 'The data is on another machine' },
  relay: { vi: 'Máy chủ', en: 'Server' },
  relayText: { vi: 'phiên bản {version}, chạy từ {time}', en: 'version {version}, running since {time}' },

  refused: { vi: 'Thay đổi bị từ chối', en: 'Refused changes' },
  lastDay: { vi: 'Trong 24 giờ qua.', en: 'In the last 24 hours.' },
  sinceStart: { vi: 'Từ lúc máy chủ khởi động, {time}.', en: 'Since the server started, {time}.' },
  noneRefused: { vi: 'Không có thay đổi nào bị từ chối.', en: 'No change was refused.' },
  'why.forbidden': { vi: 'Vai trò không cho phép', en: 'The role does not allow it' },
  'why.too-large': { vi: 'Nội dung quá lớn', en: 'Too large' },
  'why.gap': { vi: 'Thiếu phần trước đó', en: 'What it builds on is missing' },
  'why.bad-content': { vi: 'Giá trị không hợp lệ', en: 'A value that is not accepted' },
  'why.malformed': { vi: 'Không đọc được', en: 'Unreadable' },
  'why.bad-id': { vi: 'Mã bản ghi không hợp lệ', en: 'A record id that is not valid' },
  'why.foreign-client-id': { vi: 'Mang dấu của thiết bị khác', en: 'Marked as another device’s' },
  'why.erased': { vi: 'Bản ghi đã xóa vĩnh viễn', en: 'The record was erased for good' },
  'why.out-of-order': { vi: 'Gửi sai thứ tự', en: 'Sent out of order' },

  silent: { vi: 'Thiết bị lâu chưa đồng bộ', en: 'Devices that have not synced for long' },
  silentText: {
    vi: 'Vẫn đăng nhập nhưng không kết nối quá 3 ngày. Thay đổi chưa gửi của họ vẫn nằm trên máy đó.',
    en: 'Still signed in, not connected for more than 3 days. What they have not sent is on that device.',
  },
  noneSilent: { vi: 'Mọi thiết bị đều kết nối trong 3 ngày qua.', en: 'All devices connected in the last 3 days.' },
  someDevice: { vi: 'Trình duyệt không rõ', en: 'Unknown browser' },
  somebody: { vi: 'Người dùng cũ', en: 'Former user' },
  seen: { vi: 'Lần cuối {time}', en: 'Last seen {time}' },
});

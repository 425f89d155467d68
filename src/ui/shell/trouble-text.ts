import type { Trouble } from '#data-worker/port.ts';
import { defineTexts } from '../locale.svelte.ts';

const t = defineTexts({
  'quota-exceeded.title': { vi: 'Máy này đã hết chỗ lưu', en: 'This device is out of storage' },
  'quota-exceeded.safe': {
    vi: 'Những gì đã lưu trước đó vẫn an toàn. Thay đổi vừa rồi chưa được lưu.',
    en: 'Everything saved before is safe. The last change was not saved.',
  },
  'quota-exceeded.do': {
    vi: 'Giải phóng bộ nhớ của máy hoặc của trình duyệt, rồi thử lại.',
    en: 'Free space on the device or in the browser, then try again.',
  },
  'storage-blocked.title': {
    vi: 'Một thẻ khác đang giữ dữ liệu ở phiên bản cũ',
    en: 'Another tab holds the data in an older version',
  },
  'storage-blocked.safe': { vi: 'Dữ liệu không bị thay đổi.', en: 'No data was changed.' },
  'storage-blocked.do': {
    vi: 'Đóng các thẻ khác của Liên Hệ, rồi tải lại trang này.',
    en: 'Close the other tabs of Liên Hệ, then reload this page.',
  },
  'storage-missing.title': { vi: 'Trình duyệt không cho lưu dữ liệu', en: 'The browser does not allow storing data' },
  'storage-missing.safe': {
    vi: 'Danh bạ trên máy chủ vẫn an toàn, nhưng máy này không giữ được bản sao nào.',
    en: 'The contacts on the server are safe, but this device cannot keep a copy.',
  },
  'storage-missing.do': {
    vi: 'Thoát chế độ ẩn danh, hoặc cho phép trang này lưu dữ liệu trong cài đặt trình duyệt.',
    en: 'Leave private mode, or allow this site to store data in the browser’s settings.',
  },
  'storage-deleted.title': { vi: 'Dữ liệu trên máy này vừa bị xóa', en: 'The data on this device was deleted' },
  'storage-deleted.safe': {
    vi: 'Mọi thay đổi đã đồng bộ vẫn còn trên máy chủ. Thay đổi chưa gửi có thể đã mất.',
    en: 'Everything that was synced is still on the server. Unsent changes may be lost.',
  },
  'storage-deleted.do': {
    vi: 'Tải lại trang để lấy lại bản sao từ máy chủ.',
    en: 'Reload the page to fetch a new copy from the server.',
  },
  'relay-full.title': { vi: 'Máy chủ đã hết chỗ lưu', en: 'The server is out of storage' },
  'relay-full.safe': {
    vi: 'Thay đổi của bạn được giữ trên máy này và sẽ tự gửi khi máy chủ nhận lại.',
    en: 'Your changes are kept on this device and will be sent when the server accepts them again.',
  },
  'relay-full.do': { vi: 'Báo người quản trị máy chủ.', en: 'Tell the administrator of the server.' },
  'worker-gone.title': { vi: 'Phần xử lý dữ liệu đã dừng', en: 'The data process stopped' },
  'worker-gone.safe': { vi: 'Những gì đã lưu vẫn an toàn.', en: 'Everything saved is safe.' },
  'worker-gone.do': {
    vi: 'Liên Hệ đang tự khởi động lại. Nếu không được, hãy tải lại trang.',
    en: 'It is being started again. If that does not help, reload the page.',
  },
});

/** For each trouble: what happened, what is safe, what to do. */
export const troubleText = (trouble: Trouble): { title: string; safe: string; advice: string } => ({
  title: t(`${trouble.type}.title`),
  safe: t(`${trouble.type}.safe`),
  advice: t(`${trouble.type}.do`),
});

/** Troubles with which the device cannot work at all: they take the screen, the others a banner. */
export const stopsWork = (trouble: Trouble): boolean =>
  trouble.type === 'storage-blocked' || trouble.type === 'storage-missing' || trouble.type === 'storage-deleted';

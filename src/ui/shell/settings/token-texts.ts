import { defineTexts } from '../../locale.svelte.ts';

/** Texts of the access tokens. */
export const t = defineTexts({
  title: { vi: 'Mã truy cập', en: 'Access tokens' },
  text: {
    vi: 'Cho phép chương trình khác đọc và ghi dữ liệu thay bạn, với đúng quyền của bạn.',
    en: 'Lets another program read and write in your place, with your rights and no more.',
  },
  create: { vi: 'Tạo mã', en: 'Create token' },
  createTitle: { vi: 'Tạo mã truy cập', en: 'Create an access token' },
  none: { vi: 'Bạn chưa có mã truy cập nào.', en: 'You have no access tokens.' },
  name: { vi: 'Tên', en: 'Name' },
  nameHint: { vi: 'Để nhớ mã này dùng ở đâu.', en: 'To remember where it is used.' },
  expires: { vi: 'Thời hạn', en: 'Expires' },
  days: { vi: '{n} ngày', en: '{n} days' },
  never: { vi: 'Không hết hạn', en: 'Never' },
  access: { vi: 'Quyền', en: 'Access' },
  readWrite: { vi: 'Đọc và ghi', en: 'Read and write' },
  readOnly: { vi: 'Chỉ đọc', en: 'Read only' },
  onceTitle: { vi: 'Mã truy cập “{name}”', en: 'Access token “{name}”' },
  once: {
    vi: 'Mã chỉ hiện một lần. Hãy sao chép và cất ở nơi an toàn.',
    en: 'The token is shown once. Copy it and keep it safe.',
  },
  token: { vi: 'Mã', en: 'Token' },
  example: { vi: 'Ví dụ', en: 'Example' },
  copy: { vi: 'Sao chép', en: 'Copy' },
  done: { vi: 'Xong', en: 'Done' },
  cancel: { vi: 'Hủy', en: 'Cancel' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  until: { vi: 'hết hạn {time}', en: 'expires {time}' },
  expired: { vi: 'Đã hết hạn', en: 'Expired' },
  used: { vi: 'dùng lần cuối {time}', en: 'last used {time}' },
  unused: { vi: 'chưa dùng', en: 'never used' },
  revoke: { vi: 'Thu hồi', en: 'Revoke' },
  revokeTitle: { vi: 'Thu hồi “{name}”?', en: 'Revoke “{name}”?' },
  revokeText: {
    vi: 'Chương trình đang dùng mã này sẽ bị ngắt ngay.',
    en: 'The program that uses it is cut off at once.',
  },
  revoked: { vi: 'Đã thu hồi mã.', en: 'The token was revoked.' },
  tooMany: {
    vi: 'Bạn đã có 20 mã. Hãy thu hồi mã không còn dùng.',
    en: 'You have 20 tokens. Revoke one you no longer use.',
  },
  signedOut: { vi: 'Phiên đã hết. Hãy đăng nhập lại.', en: 'The session ended. Sign in again.' },
});

import { defineTexts } from '../locale.svelte.ts';

/** Texts of a person's devices and sessions (sync.md §5). */
export const t = defineTexts({
  title: { vi: 'Phiên đăng nhập của bạn', en: 'Your sign-ins' },
  text: {
    vi: 'Mất máy hoặc dùng chung máy? Đăng xuất thiết bị đó từ đây.',
    en: 'Lost a device, or shared one? Sign it out from here.',
  },
  unknown: { vi: 'Trình duyệt không rõ', en: 'Unknown browser' },
  current: { vi: 'Thiết bị này', en: 'This device' },
  online: { vi: 'Đang kết nối', en: 'Connected' },
  seen: { vi: 'Thấy lần cuối {time}', en: 'Last seen {time}' },
  since: { vi: 'đăng nhập {time}', en: 'signed in {time}' },
  end: { vi: 'Đăng xuất…', en: 'Sign out…' },
  endOne: { vi: 'Đăng xuất {name}', en: 'Sign out {name}' },
  endOthers: { vi: 'Đăng xuất mọi thiết bị khác…', en: 'Sign out all other devices…' },
  endTitle: { vi: 'Đăng xuất {name}?', en: 'Sign out {name}?' },
  endOthersTitle: { vi: 'Đăng xuất {n} thiết bị khác?', en: 'Sign out {n} other {n|device|devices}?' },
  endText: {
    vi: 'Thiết bị bị ngắt ngay và phải đăng nhập lại mới đồng bộ được.',
    en: 'It is cut off at once and has to sign in before it syncs again.',
  },
  wipe: { vi: 'Xóa dữ liệu trên thiết bị đó', en: 'Erase the data on that device' },
  wipeText: {
    vi: 'Bản sao bị xóa khi thiết bị kết nối lần tới, cả những thay đổi chưa gửi. Dữ liệu trên máy chủ không đổi.',
    en: 'Its copy is erased when it next connects, unsent changes included. The data on the server stays.',
  },
  confirm: { vi: 'Đăng xuất', en: 'Sign out' },
  ended: { vi: 'Đã đăng xuất {name}.', en: '{name} was signed out.' },
  endedOthers: { vi: 'Đã đăng xuất {n} thiết bị.', en: '{n} {n|device was|devices were} signed out.' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  signedOut: { vi: 'Phiên đã hết. Hãy đăng nhập lại.', en: 'The session ended. Sign in again.' },
});

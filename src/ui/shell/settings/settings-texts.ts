import { defineTexts } from '../../locale.svelte.ts';

/** Texts of the settings. */
export const t = defineTexts({
  title: { vi: 'Cài đặt', en: 'Settings' },
  sections: { vi: 'Mục cài đặt', en: 'Settings sections' },
  general: { vi: 'Chung', en: 'General' },
  fields: { vi: 'Trường dữ liệu', en: 'Data fields' },
  members: { vi: 'Người dùng & phòng ban', en: 'People & departments' },
  departments: { vi: 'Phòng ban', en: 'Departments' },
  roles: { vi: 'Vai trò', en: 'Roles' },
  visibility: { vi: 'Phân quyền hiển thị', en: 'Visibility' },
  sync: { vi: 'Đồng bộ', en: 'Sync' },
  appearance: { vi: 'Giao diện & ngôn ngữ', en: 'Appearance & language' },
  device: { vi: 'Thiết bị & phiên', en: 'Devices & sign-ins' },
  tokens: { vi: 'Mã truy cập', en: 'Access tokens' },
  plugins: { vi: 'Tiện ích', en: 'Plugins' },
  readOnly: { vi: 'Chỉ quản trị viên thay đổi được mục này.', en: 'Only administrators can change this.' },
  onlineOnly: { vi: 'Cần kết nối máy chủ để dùng mục này.', en: 'This needs a connection to the server.' },

  // general
  workspace: { vi: 'Không gian làm việc', en: 'Workspace' },
  workspaceName: { vi: 'Tên', en: 'Name' },
  you: { vi: 'Tài khoản của bạn', en: 'Your account' },
  name: { vi: 'Họ và tên', en: 'Full name' },
  email: { vi: 'Email', en: 'Email' },
  role: { vi: 'Vai trò', en: 'Role' },
  admin: { vi: 'Quản trị', en: 'Administrator' },
  member: { vi: 'Nhân viên', en: 'Member' },
  counts: { vi: 'Dữ liệu', en: 'Data' },
  contacts: { vi: 'Liên hệ', en: 'Contacts' },
  companies: { vi: 'Doanh nghiệp', en: 'Companies' },
  inBin: { vi: 'Trong thùng rác', en: 'In the recycle bin' },

  // members
  memberCount: { vi: '{n} người dùng', en: '{n} {n|member|members}' },
  joined: { vi: 'Tham gia', en: 'Joined' },
  inactive: { vi: 'Đã rời đi', en: 'Left' },
  itsYou: { vi: 'Bạn', en: 'You' },
  invite: { vi: 'Mời đồng nghiệp', en: 'Invite a colleague' },
  inviteText: {
    vi: 'Gửi đường dẫn cho đồng nghiệp qua Zalo hoặc email. Mỗi đường dẫn dùng được một lần.',
    en: 'Send the link by Zalo or email. Each link works once.',
  },
  inviteEmail: { vi: 'Email của đồng nghiệp', en: 'Colleague’s email' },
  inviteName: { vi: 'Tên', en: 'Name' },
  inviteNameHint: {
    vi: 'Không bắt buộc; họ có thể sửa khi tham gia.',
    en: 'Optional; they can change it when they join.',
  },
  department: { vi: 'Phòng ban', en: 'Department' },
  departmentFirst: { vi: 'Phòng ban đầu tiên', en: 'The first department' },
  inviteCreate: { vi: 'Tạo đường dẫn mời', en: 'Create invitation link' },
  inviteReady: { vi: 'Đường dẫn mời cho {email}', en: 'Invitation link for {email}' },
  inviteReadyText: { vi: 'Hết hạn lúc {time}.', en: 'Expires at {time}.' },
  done: { vi: 'Xong', en: 'Done' },
  copy: { vi: 'Sao chép', en: 'Copy' },
  copyLink: { vi: 'Sao chép đường dẫn', en: 'Copy link' },
  copied: { vi: 'Đã sao chép.', en: 'Copied.' },
  copyFailed: {
    vi: 'Trình duyệt không cho sao chép. Hãy chọn và sao chép bằng tay.',
    en: 'The browser did not allow copying. Select and copy it by hand.',
  },
  open: { vi: 'Lời mời đang chờ', en: 'Open invitations' },
  openNone: { vi: 'Không có lời mời nào đang chờ.', en: 'No open invitations.' },
  openBy: { vi: '{name} mời · hết hạn {time}', en: 'by {name} · expires {time}' },
  revoke: { vi: 'Thu hồi', en: 'Withdraw' },
  revokeTitle: { vi: 'Thu hồi lời mời cho {email}?', en: 'Withdraw the invitation for {email}?' },
  revokeText: { vi: 'Đường dẫn đã gửi sẽ không dùng được nữa.', en: 'The link you sent will stop working.' },
  revoked: { vi: 'Đã thu hồi lời mời.', en: 'Invitation withdrawn.' },
  alreadyMember: {
    vi: 'Người có địa chỉ này đã là thành viên.',
    en: 'Somebody with this address is a member already.',
  },
  tooMany: {
    vi: 'Có quá nhiều lời mời đang chờ. Hãy thu hồi bớt.',
    en: 'There are too many open invitations. Withdraw some first.',
  },
  forbidden: { vi: 'Bạn không có quyền làm việc này.', en: 'You may not do this.' },
  signedOut: {
    vi: 'Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.',
    en: 'Your session has ended. Please sign in again.',
  },
  retry: { vi: 'Thử lại', en: 'Try again' },

  save: { vi: 'Lưu', en: 'Save' },
  cancel: { vi: 'Hủy', en: 'Cancel' },

  // appearance
  theme: { vi: 'Giao diện', en: 'Theme' },
  themeLight: { vi: 'Sáng', en: 'Light' },
  themeDark: { vi: 'Tối', en: 'Dark' },
  themeSystem: { vi: 'Theo hệ thống', en: 'System' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  keyboard: { vi: 'Bàn phím', en: 'Keyboard' },
  perDevice: { vi: 'Chỉ áp dụng trên thiết bị này.', en: 'Applies to this device only.' },

  // device
  storage: { vi: 'Bộ nhớ', en: 'Storage' },
  used: { vi: 'Đã dùng', en: 'Used' },
  usedOf: { vi: '{used} trong khoảng {quota} được phép', en: '{used} of about {quota} allowed' },
  usedUnknown: { vi: 'Trình duyệt không cho biết', en: 'The browser does not say' },
  kept: { vi: 'Trình duyệt giữ dữ liệu', en: 'Kept by the browser' },
  keptYes: { vi: 'Có, không tự xóa khi đầy bộ nhớ', en: 'Yes, not evicted when space runs low' },
  keptNo: { vi: 'Có thể bị xóa khi máy đầy bộ nhớ', en: 'May be evicted when space runs low' },
  keptAsk: { vi: 'Yêu cầu giữ', en: 'Ask to keep' },
  unsent: { vi: 'Thay đổi chưa gửi', en: 'Unsent changes' },
  syncedAt: { vi: 'Đồng bộ lần cuối', en: 'Last synced' },
  never: { vi: 'Chưa lần nào', en: 'Never' },
  opensUntil: { vi: 'Mở ngoại tuyến được đến', en: 'Opens offline until' },
  wipeTitle: { vi: 'Xóa dữ liệu trên máy này', en: 'Erase the data on this device' },
  wipeText: {
    vi: 'Đăng xuất và xóa bản sao trên máy này. Dữ liệu trên máy chủ không đổi.',
    en: 'Signs out and erases this device’s copy. The data on the server stays.',
  },
  wipe: { vi: 'Đăng xuất và xóa…', en: 'Sign out and erase…' },

  // sync
  offline: { vi: 'Dùng khi ngoại tuyến', en: 'Offline use' },
  offlineText: {
    vi: 'Máy không đồng bộ lâu hơn thời hạn này sẽ khóa danh bạ cho đến lần đồng bộ kế tiếp. Không có gì bị mất.',
    en: 'A device that has not synced for longer locks the contacts until its next sync. Nothing is lost.',
  },
  offlineDays: { vi: 'Thời hạn', en: 'Limit' },
  nDays: { vi: '{n} ngày', en: '{n} {n|day|days}' },
  saved: { vi: 'Đã lưu.', en: 'Saved.' },

  // welcome
  welcome: { vi: 'Chào mừng, {name}!', en: 'Welcome, {name}!' },
  welcomeText: {
    vi: 'Không gian làm việc của bạn đã sẵn sàng. Bạn muốn bắt đầu thế nào?',
    en: 'Your workspace is ready. How would you like to begin?',
  },
  startEmpty: { vi: 'Bắt đầu trống', en: 'Start empty' },
  startEmptyText: { vi: 'Tự thêm liên hệ, hoặc nhập từ Excel.', en: 'Add contacts yourself, or import from Excel.' },
  startSample: { vi: 'Dùng dữ liệu mẫu', en: 'Fill with sample data' },
  startSampleText: {
    vi: '300 liên hệ mẫu có đánh dấu rõ, xóa được bằng một nút.',
    en: '300 clearly marked sample contacts, removable with one button.',
  },
  sampleFailed: {
    vi: 'Chưa tạo được dữ liệu mẫu. Hãy thử lại.',
    en: 'The sample data could not be made. Please try again.',
  },
});

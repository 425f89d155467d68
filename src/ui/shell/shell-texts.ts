import { defineTexts } from '../locale.svelte.ts';

/** Texts of everything around the records: navigation, sync, account, keys, troubles. Wording of ux.md §5.1–5.2. */
export const t = defineTexts({
  app: { vi: 'Liên Hệ', en: 'Liên Hệ' },
  skip: { vi: 'Đến nội dung chính', en: 'Skip to content' },
  navigation: { vi: 'Điều hướng', en: 'Navigation' },
  groupCustomers: { vi: 'Khách hàng', en: 'Customers' },
  groupDirectory: { vi: 'Danh mục', en: 'Directory' },
  groupTools: { vi: 'Công cụ', en: 'Tools' },
  contacts: { vi: 'Liên hệ', en: 'Contacts' },
  leads: { vi: 'Đầu mối', en: 'Leads' },
  companies: { vi: 'Doanh nghiệp', en: 'Companies' },
  people: { vi: 'Người liên hệ', en: 'People' },
  bin: { vi: 'Thùng rác', en: 'Recycle bin' },
  duplicates: { vi: 'Trùng lặp', en: 'Duplicates' },
  transfer: { vi: 'Nhập / Xuất', en: 'Import / Export' },
  settings: { vi: 'Cài đặt', en: 'Settings' },
  search: { vi: 'Tìm liên hệ', en: 'Find contacts' },
  add: { vi: 'Thêm liên hệ', en: 'Add contact' },
  addShort: { vi: 'Thêm', en: 'Add' },
  account: { vi: 'Tài khoản', en: 'Account' },
  accountOf: { vi: 'Tài khoản: {name}', en: 'Account: {name}' },
  theme: { vi: 'Giao diện', en: 'Theme' },
  themeLight: { vi: 'Sáng', en: 'Light' },
  themeDark: { vi: 'Tối', en: 'Dark' },
  themeSystem: { vi: 'Theo hệ thống', en: 'System' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  keys: { vi: 'Phím tắt', en: 'Keyboard shortcuts' },
  signOut: { vi: 'Đăng xuất', en: 'Sign out' },
  signIn: { vi: 'Đăng nhập lại', en: 'Sign in again' },
  presence: { vi: 'Đang trực tuyến: {names}', en: 'Online: {names}' },
  presenceMore: { vi: '+{n}', en: '+{n}' },

  // sync
  syncStarting: { vi: 'Đang mở', en: 'Opening' },
  syncConnecting: { vi: 'Đang kết nối', en: 'Connecting' },
  syncing: { vi: 'Đang đồng bộ', en: 'Syncing' },
  syncPending: { vi: 'Chờ đồng bộ ({n})', en: 'Pending ({n})' },
  synced: { vi: 'Đã đồng bộ', en: 'Synced' },
  syncedAt: { vi: 'Đã đồng bộ lúc {time}.', en: 'Synced at {time}.' },
  syncNever: { vi: 'Chưa đồng bộ lần nào.', en: 'Never synced yet.' },
  syncOffline: { vi: 'Đang ngoại tuyến', en: 'Offline' },
  syncOfflineN: { vi: 'Đang ngoại tuyến ({n})', en: 'Offline ({n})' },
  syncOfflineText: {
    vi: 'Đang ngoại tuyến – thay đổi được lưu trên máy này.',
    en: 'Offline – changes are saved on this device.',
  },
  syncUnsent: {
    vi: '{n} thay đổi chưa gửi lên máy chủ.',
    en: '{n} {n|change has|changes have} not reached the server yet.',
  },
  syncAllSent: { vi: 'Mọi thay đổi đã được gửi.', en: 'All changes have been sent.' },
  syncError: { vi: 'Lỗi đồng bộ', en: 'Sync error' },
  syncErrorN: { vi: 'Lỗi đồng bộ ({n})', en: 'Sync error ({n})' },
  syncErrorDetails: { vi: 'Lỗi đồng bộ – Xem chi tiết', en: 'Sync error – see details' },
  syncSignedOut: { vi: 'Cần đăng nhập lại', en: 'Sign-in needed' },
  syncUpgrade: { vi: 'Cần tải lại', en: 'Reload needed' },
  tray: { vi: 'Chưa được nhận', en: 'Not accepted' },
  syncProgress: { vi: 'Đã tải {done}/{total} liên hệ.', en: 'Loaded {done} of {total} contacts.' },
  syncDetails: { vi: 'Tình trạng đồng bộ', en: 'Sync status' },
  retry: { vi: 'Thử lại', en: 'Try again' },
  retryNow: { vi: 'Kết nối lại ngay', en: 'Reconnect now' },

  // first sync
  firstSync: { vi: 'Đang tải {done}/{total} liên hệ', en: 'Loading {done} of {total} contacts' },
  firstSyncStart: { vi: 'Đang tải danh bạ về máy này', en: 'Bringing the contacts to this device' },
  firstSyncText: {
    vi: 'Bạn có thể dùng ngay những liên hệ đã tải.',
    en: 'What is already here can be used meanwhile.',
  },

  // banners
  expired: {
    vi: 'Phiên đăng nhập đã hết hạn. Thay đổi được giữ trên máy này.',
    en: 'Your session has ended. Changes are kept on this device.',
  },
  otherAccount: {
    vi: 'Trình duyệt này đã đăng nhập bằng tài khoản khác. Thay đổi chưa gửi của {name} được giữ trên máy này.',
    en: 'Another account signed in to this browser. Unsent changes of {name} are kept on this device.',
  },
  switchAccount: { vi: 'Chuyển sang tài khoản đó', en: 'Switch to that account' },
  upgrade: {
    vi: 'Phiên bản này quá cũ để đồng bộ. Thay đổi được giữ trên máy này.',
    en: 'This version is too old to sync. Changes are kept on this device.',
  },
  upgradeTitle: { vi: 'Cần cập nhật để đồng bộ', en: 'Update needed to sync' },
  upgradeText: {
    vi: 'Máy chủ đã được nâng cấp. Bản ứng dụng trên máy này quá cũ để trao đổi dữ liệu với máy chủ.',
    en: 'The server was upgraded. The app on this device is too old to exchange data with it.',
  },
  upgradeAdvice: {
    vi: 'Không có gì bị mất. Cập nhật xong, ứng dụng tự gửi những gì đang chờ.',
    en: 'Nothing is lost. After the update the app sends what is waiting by itself.',
  },
  upgradeNow: { vi: 'Cập nhật ngay', en: 'Update now' },
  upgradeLater: { vi: 'Làm việc tiếp, cập nhật sau', en: 'Go on working, update later' },
  upgradeNone: {
    vi: 'Máy chủ chưa phát hành bản mới của ứng dụng. Hãy thử lại sau ít phút, hoặc báo cho người quản trị.',
    en: 'The server does not offer a newer app yet. Try again in a few minutes, or tell your administrator.',
  },
  keptUnsent: {
    vi: '{n} thay đổi chưa gửi đang được giữ trên máy này.',
    en: '{n} unsent {n|change is|changes are} kept on this device.',
  },
  keptNone: { vi: 'Mọi thay đổi trên máy này đã được gửi.', en: 'All changes on this device have been sent.' },

  // offline lock
  lockedTitle: { vi: 'Danh bạ trên máy này đang khóa', en: 'The contacts on this device are locked' },
  lockedText: {
    vi: 'Máy này chưa đồng bộ từ {time}. Không gian làm việc chỉ cho mở ngoại tuyến tối đa {n} ngày.',
    en: 'This device has not synced since {time}. The workspace allows at most {n} {n|day|days} offline.',
  },
  lockedSafe: { vi: 'Không có gì bị mất.', en: 'Nothing is lost.' },
  lockedConnect: {
    vi: 'Kết nối mạng: đồng bộ xong, danh bạ tự mở khóa.',
    en: 'Connect to the network: the contacts unlock by themselves after a sync.',
  },
  lockedSignIn: {
    vi: 'Phiên đăng nhập đã hết hạn. Đăng nhập lại để đồng bộ và mở khóa.',
    en: 'Your session has ended. Sign in again to sync and unlock.',
  },
  lockedWaits: { vi: 'Tự động thử lại khi có mạng.', en: 'Tries again when there is a network.' },
  reload: { vi: 'Tải lại', en: 'Reload' },
  partMissing: {
    vi: 'Phần này của ứng dụng chưa kịp tải về máy và hiện không có mạng. Những gì đã nhập vẫn còn. Hãy thử lại khi có mạng.',
    en: 'This part of the app is not on the device yet and there is no network now. What you entered is kept. Try again when you are back online.',
  },
  updateReady: { vi: 'Có bản mới', en: 'A new version is ready' },
  updateText: {
    vi: 'Tải lại để dùng bản mới. Dữ liệu của bạn không đổi.',
    en: 'Reload to use it. Your data stays as it is.',
  },
  updateStale: {
    vi: 'Ứng dụng vừa được cập nhật ở thẻ khác. Tải lại để tiếp tục.',
    en: 'The app was updated in another tab. Reload to go on.',
  },
  later: { vi: 'Để sau', en: 'Later' },
  samples: {
    vi: 'Không gian này đang có dữ liệu mẫu ({n} liên hệ và doanh nghiệp).',
    en: 'This workspace holds sample data ({n} contacts and companies).',
  },
  samplesRemove: { vi: 'Xóa dữ liệu mẫu', en: 'Remove sample data' },
  samplesRemoved: { vi: 'Đã xóa dữ liệu mẫu ({n}).', en: 'Sample data removed ({n}).' },
  samplesFailed: {
    vi: 'Chưa xóa được dữ liệu mẫu. Hãy thử lại.',
    en: 'The sample data could not be removed. Please try again.',
  },

  // sign out
  signOutTitle: { vi: 'Đăng xuất?', en: 'Sign out?' },
  signOutText: {
    vi: 'Dữ liệu trên máy này sẽ được xóa. Danh bạ vẫn nằm trên máy chủ.',
    en: 'The copy on this device will be erased. The contacts stay on the server.',
  },
  signOutUnsent: {
    vi: 'Còn {n} thay đổi chưa gửi lên máy chủ. Nếu đăng xuất bây giờ, chúng sẽ mất khỏi máy này.',
    en: '{n} {n|change has|changes have} not been sent. Signing out now removes {n|it|them} from this device.',
  },
  saveUnsent: { vi: 'Lưu thành tệp', en: 'Save as a file' },
  savedUnsent: { vi: 'Đã lưu tệp. Giữ lại để nhập sau.', en: 'File saved. Keep it to enter the changes later.' },
  signOutAnyway: { vi: 'Vẫn đăng xuất', en: 'Sign out anyway' },
  signOutFailed: {
    vi: 'Chưa xóa được dữ liệu trên máy này nên chưa đăng xuất. Hãy thử lại.',
    en: 'The data on this device could not be erased, so you are still signed in. Please try again.',
  },
  stay: { vi: 'Ở lại', en: 'Stay' },

  // keys
  keysMove: { vi: 'Di chuyển', en: 'Getting around' },
  keysList: { vi: 'Trong danh sách', en: 'In the list' },
  keySearch: { vi: 'Tìm kiếm', en: 'Search' },
  keyNew: { vi: 'Thêm liên hệ', en: 'Add a contact' },
  keyGoContacts: { vi: 'Đến Liên hệ', en: 'Go to contacts' },
  keyGoLeads: { vi: 'Đến Đầu mối', en: 'Go to Leads' },
  keyGoCompanies: { vi: 'Đến Doanh nghiệp', en: 'Go to Companies' },
  keyGoTransfer: { vi: 'Đến Nhập / Xuất', en: 'Go to import / export' },
  keyGoSettings: { vi: 'Đến Cài đặt', en: 'Go to settings' },
  keyHelp: { vi: 'Danh sách phím tắt', en: 'This list' },
  keyUpDown: { vi: 'Chọn dòng trên / dưới', en: 'Move up / down' },
  keyOpen: { vi: 'Mở liên hệ', en: 'Open the contact' },
  keyEdit: { vi: 'Sửa liên hệ', en: 'Edit the contact' },
  keySave: { vi: 'Lưu biểu mẫu', en: 'Save the form' },
  keyThen: { vi: 'rồi', en: 'then' },
  keyOr: { vi: 'hoặc', en: 'or' },
  letterKeys: { vi: 'Phím tắt một chữ cái', en: 'Single-letter shortcuts' },
  letterKeysHint: { vi: 'Không hoạt động khi đang gõ vào ô nhập.', en: 'They never act while you type in a field.' },

  // start
  starting: { vi: 'Đang mở Liên Hệ', en: 'Opening Liên Hệ' },
  unreachableTitle: { vi: 'Không kết nối được máy chủ', en: 'The server cannot be reached' },
  unreachableText: {
    vi: 'Máy này chưa có bản sao danh bạ nên lần đầu cần kết nối. Kiểm tra mạng, hoặc hỏi người quản trị xem máy chủ có đang chạy không.',
    en: 'This device has no copy of the contacts yet, so the first start needs a connection. Check the network, or ask your administrator whether the server is running.',
  },
  unreachableRetry: { vi: 'Tự động thử lại sau {n} giây', en: 'Trying again in {n} {n|second|seconds}' },
  brokenTitle: { vi: 'Liên Hệ không mở được', en: 'Liên Hệ could not open' },
  brokenText: {
    vi: 'Có lỗi khi mở ứng dụng. Dữ liệu đã lưu trên máy này không bị thay đổi.',
    en: 'Something failed while opening. What is saved on this device is unchanged.',
  },
  details: { vi: 'Chi tiết kỹ thuật', en: 'Technical details' },
  pluginMissing: { vi: 'Tiện ích này không bật', en: 'This plugin is not enabled' },
  pluginMissingText: {
    vi: 'Quản trị viên bật tiện ích trong Cài đặt. Dữ liệu của tiện ích vẫn được giữ.',
    en: 'Administrators enable plugins in the settings. Its data is kept.',
  },
  pluginFailed: {
    vi: 'Tiện ích "{name}" gặp lỗi. Phần còn lại vẫn dùng bình thường.',
    en: 'The plugin “{name}” failed. Everything else goes on.',
  },
});

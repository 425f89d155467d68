import { defineTexts } from '../../locale.svelte.ts';

/** Texts of set-up, sign-in and invitation. */
export const t = defineTexts({
  wiped: {
    vi: 'Thiết bị này đã được đăng xuất từ nơi khác, và bản sao dữ liệu trên thiết bị đã bị xóa.',
    en: 'This device was signed out from elsewhere, and its copy of the data was erased.',
  },
  tagline: {
    vi: 'Danh bạ khách hàng của cả nhóm, chạy cả khi mất mạng.',
    en: 'Your team’s customer contacts, working even offline.',
  },
  workspace: { vi: 'Tên không gian làm việc', en: 'Workspace name' },
  workspaceHint: { vi: 'Thường là tên công ty hoặc nhóm của bạn.', en: 'Usually the name of your company or team.' },
  name: { vi: 'Họ và tên', en: 'Full name' },
  email: { vi: 'Email', en: 'Email' },
  password: { vi: 'Mật khẩu', en: 'Password' },
  passwordHint: { vi: 'Ít nhất 8 ký tự.', en: 'At least 8 characters.' },

  setupTitle: { vi: 'Tạo không gian làm việc', en: 'Create your workspace' },
  setupText: {
    vi: 'Bạn sẽ là quản trị viên và có thể mời đồng nghiệp sau.',
    en: 'You become its administrator and can invite colleagues later.',
  },
  setupSubmit: { vi: 'Tạo không gian làm việc', en: 'Create workspace' },
  alreadySetUp: { vi: 'Không gian làm việc này đã được tạo.', en: 'This workspace was already created.' },
  toSignIn: { vi: 'Đến trang đăng nhập', en: 'Go to sign-in' },

  signInTitle: { vi: 'Đăng nhập', en: 'Sign in' },
  signInTo: { vi: 'Đăng nhập vào {workspace}', en: 'Sign in to {workspace}' },
  signInAgain: {
    vi: 'Phiên đăng nhập đã hết hạn. Thay đổi của bạn vẫn được giữ trên máy này.',
    en: 'Your session has ended. Your changes are still kept on this device.',
  },
  signInSubmit: { vi: 'Đăng nhập', en: 'Sign in' },
  backToWork: { vi: 'Tiếp tục làm việc ngoại tuyến', en: 'Go on working offline' },
  noAccount: {
    vi: 'Chưa có tài khoản? Hãy xin quản trị viên một đường dẫn mời.',
    en: 'No account? Ask an administrator for an invitation link.',
  },

  inviteTitle: { vi: 'Tham gia {workspace}', en: 'Join {workspace}' },
  inviteText: { vi: '{name} mời bạn với địa chỉ {email}.', en: '{name} invited you as {email}.' },
  inviteSubmit: { vi: 'Tham gia', en: 'Join' },
  inviteLoading: { vi: 'Đang kiểm tra lời mời', en: 'Checking the invitation' },
  inviteExpired: { vi: 'Lời mời đã hết hạn', en: 'The invitation has expired' },
  inviteExpiredText: {
    vi: 'Hãy xin người đã mời bạn một đường dẫn mới.',
    en: 'Ask whoever invited you for a new link.',
  },
  inviteUsed: { vi: 'Lời mời đã được dùng', en: 'The invitation was already used' },
  inviteUsedText: {
    vi: 'Nếu bạn là người đã dùng, hãy đăng nhập bằng địa chỉ đó.',
    en: 'If that was you, sign in with that address.',
  },
  inviteRevoked: { vi: 'Lời mời đã bị thu hồi', en: 'The invitation was withdrawn' },
  inviteUnknown: { vi: 'Không có lời mời này', en: 'There is no such invitation' },
  inviteUnknownText: {
    vi: 'Kiểm tra xem đường dẫn có bị cắt mất phần cuối không, hoặc xin một đường dẫn mới.',
    en: 'Check that the end of the link was not cut off, or ask for a new one.',
  },
  inviteOther: {
    vi: 'Trình duyệt này đang đăng nhập với {email}. Tham gia bằng lời mời sẽ mở tài khoản mới; dữ liệu của tài khoản kia được giữ riêng.',
    en: 'This browser is signed in as {email}. Accepting opens the new account; the other one’s data stays apart.',
  },

  // errors
  unreachable: {
    vi: 'Không kết nối được máy chủ. Kiểm tra mạng rồi thử lại.',
    en: 'The server cannot be reached. Check the network and try again.',
  },
  internal: { vi: 'Máy chủ gặp lỗi (mã {id}). Hãy thử lại.', en: 'The server failed (code {id}). Please try again.' },
  originNotAllowed: {
    vi: 'Máy chủ không chấp nhận địa chỉ trang này. Người quản trị cần kiểm tra PUBLIC_URL.',
    en: 'The server does not accept this page’s address. The administrator should check PUBLIC_URL.',
  },
  unexpected: {
    vi: 'Máy chủ trả lời không như mong đợi. Hãy tải lại trang.',
    en: 'The server’s answer was unexpected. Please reload the page.',
  },
  wrongPassword: { vi: 'Email hoặc mật khẩu không đúng.', en: 'The email or the password is wrong.' },
  emailTaken: {
    vi: 'Đã có tài khoản dùng địa chỉ này. Hãy đăng nhập.',
    en: 'There is an account with this address already. Sign in instead.',
  },
  rateLimited: {
    vi: 'Bạn đã thử quá nhiều lần. Hãy thử lại sau {n} giây.',
    en: 'Too many tries. Try again in {n} {n|second|seconds}.',
  },
  check: { vi: 'Vui lòng kiểm tra các ô được đánh dấu.', en: 'Please check the marked fields.' },
  required: { vi: 'Vui lòng nhập {field}.', en: 'Please enter {field}.' },
  emailInvalid: {
    vi: 'Địa chỉ email chưa đúng, ví dụ: lan@congty.vn',
    en: 'This is not an email address, e.g. lan@company.vn',
  },
  tooShort: { vi: 'Mật khẩu cần ít nhất 8 ký tự.', en: 'The password needs at least 8 characters.' },
  tooSimple: { vi: 'Mật khẩu này quá đơn giản.', en: 'This password is too simple.' },
  tooLong: { vi: '{field} quá dài.', en: '{field} is too long.' },
  fieldWrong: { vi: '{field} chưa hợp lệ.', en: '{field} is not valid.' },
});

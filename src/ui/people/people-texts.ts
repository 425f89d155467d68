import { defineTexts } from '../locale.svelte.ts';

/** Texts of the people screens: members, departments, roles, visibility (A3). */
export const t = defineTexts({
  adminOnly: { vi: 'Mục này dành cho người quản trị', en: 'This is for administrators' },
  adminOnlyText: {
    vi: 'Hãy hỏi người có quyền cài đặt trong không gian làm việc này.',
    en: 'Ask somebody with the settings right in this workspace.',
  },
  save: { vi: 'Lưu', en: 'Save' },
  saved: { vi: 'Đã lưu.', en: 'Saved.' },
  cancel: { vi: 'Hủy', en: 'Cancel' },
  edit: { vi: 'Sửa', en: 'Edit' },
  editOne: { vi: 'Sửa {name}', en: 'Edit {name}' },
  remove: { vi: 'Xóa', en: 'Remove' },
  removeOne: { vi: 'Xóa {name}', en: 'Remove {name}' },
  required: { vi: 'Vui lòng nhập {field}.', en: 'Please enter {field}.' },
  tooLong: { vi: 'Tối đa 60 ký tự.', en: 'At most 60 characters.' },

  // members
  title: { vi: 'Người dùng & phòng ban', en: 'People & departments' },
  members: { vi: 'Người dùng', en: 'People' },
  memberCount: { vi: '{n} đang hoạt động', en: '{n} active' },
  findMember: { vi: 'Tìm người dùng', en: 'Find people' },
  nobodyFound: { vi: 'Không tìm thấy ai.', en: 'Nobody was found.' },
  itsYou: { vi: 'Bạn', en: 'You' },
  inactive: { vi: 'Ngừng hoạt động', en: 'Deactivated' },
  joined: { vi: 'Tham gia {time}', en: 'Joined {time}' },
  invite: { vi: 'Mời đồng nghiệp', en: 'Invite a colleague' },
  role: { vi: 'Vai trò', en: 'Role' },
  department: { vi: 'Phòng ban', en: 'Department' },
  noDepartment: { vi: 'Không thuộc phòng ban nào', en: 'No department' },
  status: { vi: 'Trạng thái', en: 'Status' },
  memberSaved: { vi: 'Đã lưu thay đổi cho {name}.', en: 'Saved the changes for {name}.' },
  deactivate: { vi: 'Ngừng hoạt động', en: 'Deactivate' },
  deactivateTitle: { vi: 'Ngừng hoạt động {name}?', en: 'Deactivate {name}?' },
  deactivateText: {
    vi: 'Người này bị đăng xuất ngay trên mọi thiết bị, và bản sao dữ liệu trên các thiết bị đó bị xóa. Liên hệ của họ vẫn còn.',
    en: 'They are signed out on all devices at once, and the copies of the data there are erased. Their contacts stay.',
  },
  deactivated: { vi: '{name} đã ngừng hoạt động.', en: '{name} was deactivated.' },
  reactivate: { vi: 'Kích hoạt lại', en: 'Reactivate' },
  reactivated: { vi: '{name} có thể đăng nhập lại.', en: '{name} can sign in again.' },
  owns: { vi: 'Phụ trách {n} liên hệ', en: 'Owns {n} {n|contact|contacts}' },
  assign: { vi: 'Giao lại…', en: 'Reassign…' },
  assignOf: { vi: 'Giao lại liên hệ của {name}', en: 'Reassign the contacts of {name}' },
  assignTitle: { vi: '{n} liên hệ của {name} → giao cho…', en: '{n} {n|contact|contacts} of {name} → give to…' },
  assignText: {
    vi: 'Chuyển tất cả một lần; hoàn tác được ngay sau đó.',
    en: 'All of them at once; it can be undone right afterwards.',
  },
  assignTo: { vi: 'Người nhận', en: 'New owner' },
  assignDepartment: { vi: 'Chuyển cả phòng ban phụ trách sang {name}', en: 'Move them to the department {name} too' },
  assignRun: { vi: 'Giao {n} liên hệ', en: 'Give {n} {n|contact|contacts}' },
  assignLater: { vi: 'Để sau', en: 'Later' },
  assignChoose: { vi: 'Chọn người nhận', en: 'Choose somebody' },
  assigned: { vi: 'Đã giao {n} liên hệ cho {name}.', en: 'Gave {n} {n|contact|contacts} to {name}.' },

  // departments
  departments: { vi: 'Phòng ban', en: 'Departments' },
  departmentsText: {
    vi: 'Quản lý phòng ban thấy phòng ban đó và mọi phòng ban bên dưới.',
    en: 'A manager sees the department and all those below it.',
  },
  departmentNone: { vi: 'Chưa có phòng ban nào', en: 'No departments yet' },
  departmentNoneText: {
    vi: 'Cần ít nhất một phòng ban để thêm liên hệ.',
    en: 'At least one is needed to add contacts.',
  },
  departmentName: { vi: 'Tên phòng ban', en: 'Department name' },
  departmentAdd: { vi: 'Thêm phòng ban', en: 'Add department' },
  departmentEdit: { vi: 'Sửa phòng ban', en: 'Edit department' },
  departmentManager: { vi: 'Quản lý', en: 'Manager' },
  departmentNoManager: { vi: 'Chưa có quản lý', en: 'No manager' },
  departmentParent: { vi: 'Thuộc phòng ban', en: 'Part of' },
  departmentNoParent: { vi: 'Không thuộc phòng ban nào', en: 'None: stands at the top' },
  departmentMembers: { vi: '{n} người', en: '{n} {n|person|people}' },
  departmentManagedBy: { vi: 'Quản lý: {name}', en: 'Managed by {name}' },
  departmentRemoveTitle: { vi: 'Xóa phòng ban {name}?', en: 'Remove the department {name}?' },
  departmentRemoveMembers: {
    vi: '{n} người chuyển sang phòng ban {to}.',
    en: '{n} {n|person moves|people move} to the department {to}.',
  },
  departmentRemoveMembersNone: {
    vi: '{n} người sẽ không thuộc phòng ban nào.',
    en: '{n} {n|person|people} will be in no department.',
  },
  departmentRemoveChildren: {
    vi: '{n} phòng ban bên dưới được đưa lên một cấp.',
    en: '{n} {n|department below it moves|departments below it move} up.',
  },
  departmentRemoveContacts: {
    vi: '{n} liên hệ vẫn còn; phòng ban của chúng hiện là "Phòng ban đã xóa" cho đến khi chọn lại.',
    en: '{n} {n|contact stays; its|contacts stay; their} department shows as “Deleted department” until another one is chosen.',
  },

  // refusals
  nameTaken: { vi: 'Tên này đã được dùng.', en: 'This name is taken.' },
  gone: { vi: 'Mục này không còn nữa.', en: 'This is gone.' },
  tooMany: { vi: 'Đã đạt số lượng tối đa.', en: 'There are too many already.' },
  roleFixed: { vi: 'Vai trò này không thay đổi được.', en: 'This role cannot be changed.' },
  roleUsed: {
    vi: 'Vai trò này đang được dùng. Hãy chuyển người dùng sang vai trò khác trước.',
    en: 'This role is in use. Give its people another one first.',
  },
  roleUnknown: { vi: 'Vai trò này không còn nữa.', en: 'This role is gone.' },
  departmentUnknown: { vi: 'Phòng ban này không còn nữa.', en: 'This department is gone.' },
  parentCycle: {
    vi: 'Một phòng ban không thể thuộc chính nó hay phòng ban bên dưới nó.',
    en: 'A department cannot be part of itself or of one below it.',
  },
  managerUnknown: { vi: 'Người này không còn nữa.', en: 'This person is gone.' },
  lastAdmin: {
    vi: 'Phải còn ít nhất một người đang hoạt động có quyền cài đặt.',
    en: 'At least one active person must keep the settings right.',
  },
  storageFull: { vi: 'Máy chủ đã hết chỗ lưu.', en: 'The server is out of storage.' },
  forbidden: { vi: 'Bạn không có quyền làm việc này.', en: 'You may not do this.' },
  signedOut: {
    vi: 'Phiên đăng nhập đã hết hạn. Hãy đăng nhập lại.',
    en: 'Your session has ended. Please sign in again.',
  },
});

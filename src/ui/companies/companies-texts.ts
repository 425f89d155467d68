import { defineTexts } from '../locale.svelte.ts';

/** Texts of companies: list, detail, form, bin, and the contacts of one (D25–D30, E1–E8). */
export const t = defineTexts({
  companies: { vi: 'Doanh nghiệp', en: 'Companies' },
  colName: { vi: 'Tên doanh nghiệp', en: 'Company name' },
  colContacts: { vi: 'Liên hệ', en: 'Contacts' },
  searchHint: { vi: 'Tên, mã số thuế, điện thoại, email…', en: 'Name, tax code, phone, email…' },
  add: { vi: 'Thêm doanh nghiệp', en: 'Add company' },
  editTitle: { vi: 'Sửa doanh nghiệp', en: 'Edit company' },
  created: { vi: 'Đã thêm doanh nghiệp {name}.', en: 'Company {name} added.' },
  unseen: {
    vi: 'Với phòng ban và người phụ trách này, bạn sẽ không thấy doanh nghiệp sau khi lưu (phân quyền hiển thị).',
    en: 'With this department and owner you will not see the company after saving (visibility).',
  },
  createdUnseen: {
    vi: 'Đã thêm {name}. Theo phân quyền hiển thị, bạn không xem doanh nghiệp này; nó rời máy này sau khi gửi xong.',
    en: '{name} added. By the visibility rules you do not see this company; it leaves this device once it is sent.',
  },
  sameName: { vi: 'Doanh nghiệp đã tồn tại: {name}.', en: 'This company already exists: {name}.' },
  openExisting: { vi: 'Mở doanh nghiệp đã có', en: 'Open the existing company' },
  createForbidden: { vi: 'Bạn không có quyền thêm doanh nghiệp.', en: 'You may not add companies.' },
  emptyTitle: { vi: 'Chưa có doanh nghiệp nào', en: 'No companies yet' },
  emptyText: {
    vi: 'Thêm doanh nghiệp để biết cần liên hệ ai, phòng ban nào ở từng nơi.',
    en: 'Add a company to know whom to talk to, and in which department, at each place.',
  },
  noneMatch: { vi: 'Không có doanh nghiệp nào khớp bộ lọc', en: 'No company matches the filters' },
  contactCount: { vi: '{n} liên hệ', en: '{n} {n|contact|contacts}' },
  editOne: { vi: 'Sửa {name}', en: 'Edit {name}' },
  deleteOne: { vi: 'Xóa {name}', en: 'Delete {name}' },

  // detail
  back: { vi: 'Danh sách doanh nghiệp', en: 'Company list' },
  pane: { vi: 'Chi tiết doanh nghiệp', en: 'Company details' },
  openPage: { vi: 'Mở trang đầy đủ', en: 'Open the full page' },
  closePane: { vi: 'Đóng chi tiết', en: 'Close the details' },
  detailTabs: { vi: 'Phần của doanh nghiệp', en: 'Parts of the company' },
  tabContacts: { vi: 'Liên hệ', en: 'Contacts' },
  representative: { vi: 'Liên hệ đại diện', en: 'Representative' },
  noRepresentative: { vi: 'Chưa chọn', en: 'Not chosen' },
  representativeConflict: {
    vi: 'Hai người cùng lúc chọn liên hệ đại diện khác nhau. Đang dùng: {name}.',
    en: 'Two people chose different representatives at once. In use: {name}.',
  },
  keepRepresentative: { vi: 'Giữ lựa chọn này', en: 'Keep this choice' },
  missingTitle: { vi: 'Không tìm thấy doanh nghiệp này', en: 'This company was not found' },
  missingText: {
    vi: 'Doanh nghiệp có thể đã bị xóa hẳn, đường dẫn sai, hoặc bạn không có quyền xem.',
    en: 'It may have been deleted for good, the link may be wrong, or you may not view it.',
  },
  loading: { vi: 'Đang mở doanh nghiệp', en: 'Opening the company' },
  deletedBanner: {
    vi: 'Doanh nghiệp này đang ở trong thùng rác. Xóa bởi {name} lúc {time}.',
    en: 'This company is in the recycle bin. Deleted by {name} at {time}.',
  },

  // its contacts
  addContact: { vi: 'Thêm', en: 'Add' },
  addContactHint: { vi: 'Thêm liên hệ mới vào doanh nghiệp này', en: 'Add a new contact to this company' },
  choose: { vi: 'Chọn', en: 'Choose' },
  chooseHint: { vi: 'Chọn từ các liên hệ đã có', en: 'Choose among existing contacts' },
  edit: { vi: 'Sửa', en: 'Edit' },
  open: { vi: 'Mở', en: 'Open' },
  remove: { vi: 'Loại bỏ', en: 'Remove from the company' },
  represent: { vi: 'Là liên hệ đại diện', en: 'Make representative' },
  representEnd: { vi: 'Thôi là liên hệ đại diện', en: 'No longer representative' },
  represents: { vi: 'Đại diện', en: 'Representative' },
  colRole: { vi: 'Vai trò', en: 'Role' },
  colDept: { vi: 'Phòng ban', en: 'Department' },
  contactsEmptyTitle: { vi: 'Doanh nghiệp này chưa có liên hệ', en: 'This company has no contacts yet' },
  contactsEmptyText: {
    vi: 'Thêm người mới, hoặc chọn từ các liên hệ đã có.',
    en: 'Add somebody new, or choose among existing contacts.',
  },
  contactMenu: { vi: 'Thao tác với liên hệ', en: 'Contact actions' },
  contactMenuOf: { vi: 'Thao tác với {name}', en: 'Actions for {name}' },
  contactAdded: { vi: 'Đã thêm {name} vào {company}.', en: '{name} added to {company}.' },
  linked: { vi: 'Đã đưa {n} liên hệ vào {company}.', en: '{n} {n|contact|contacts} added to {company}.' },
  removed: {
    vi: 'Đã loại {n} liên hệ khỏi {company}. Không liên hệ nào bị xóa.',
    en: '{n} {n|contact|contacts} removed from {company}. No contact was deleted.',
  },
  represented: { vi: '{name} là liên hệ đại diện.', en: '{name} is the representative.' },
  unrepresented: { vi: '{name} không còn là liên hệ đại diện.', en: '{name} is the representative no more.' },
  selectHelp: {
    vi: 'Giữ Ctrl hoặc Shift khi bấm để chọn nhiều; bấm chuột phải để mở thao tác.',
    en: 'Hold Ctrl or Shift while clicking to select several; right-click for actions.',
  },

  // picker
  pickTitle: { vi: 'Chọn Liên hệ', en: 'Choose contacts' },
  pickSearch: { vi: 'Tìm theo tên, số điện thoại, email…', en: 'Find by name, phone, email…' },
  pickConfirm: { vi: 'Đồng ý', en: 'OK' },
  pickNone: { vi: 'Không tìm thấy liên hệ nào', en: 'No contact found' },
  pickMore: { vi: 'Xem thêm', en: 'Show more' },
  pickHere: { vi: 'Đã thuộc doanh nghiệp này', en: 'Belongs to this company already' },
  pickMoves: {
    vi: '{n} liên hệ đang thuộc doanh nghiệp khác sẽ được chuyển sang đây.',
    en: '{n} {n|contact belongs|contacts belong} to another company and will be moved here.',
  },
  pickOne: { vi: 'Bạn chỉ được chọn từng liên hệ một.', en: 'You may choose one contact at a time.' },
});

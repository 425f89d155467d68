import { defineTexts } from '../locale.svelte.ts';

/** Texts of leads: list, detail, form, conversion (C24–C26). */
export const t = defineTexts({
  leads: { vi: 'Đầu mối', en: 'Leads' },
  searchHint: { vi: 'Tên, số điện thoại, email, doanh nghiệp…', en: 'Name, phone, email, company…' },
  add: { vi: 'Thêm đầu mối', en: 'Add lead' },
  editTitle: { vi: 'Sửa đầu mối', en: 'Edit lead' },
  created: { vi: 'Đã thêm đầu mối {name}.', en: 'Lead {name} added.' },
  createForbidden: { vi: 'Bạn không có quyền thêm đầu mối.', en: 'You may not add leads.' },
  unseen: {
    vi: 'Với phòng ban và người phụ trách này, bạn sẽ không thấy đầu mối sau khi lưu (phân quyền hiển thị).',
    en: 'With this department and owner you will not see the lead after saving (visibility).',
  },
  createdUnseen: {
    vi: 'Đã thêm {name}. Theo phân quyền hiển thị, bạn không xem đầu mối này; nó rời máy này sau khi gửi xong.',
    en: '{name} added. By the visibility rules you do not see this lead; it leaves this device once it is sent.',
  },
  emptyTitle: { vi: 'Chưa có đầu mối nào', en: 'No leads yet' },
  emptyText: {
    vi: 'Thêm người vừa hỏi mua. Khi đã chắc chắn, chuyển đổi thành liên hệ.',
    en: 'Add somebody who has just asked. Once it is serious, convert them to a contact.',
  },
  noneMatch: { vi: 'Không có đầu mối nào khớp bộ lọc', en: 'No lead matches the filters' },

  // detail
  detailTabs: { vi: 'Phần của đầu mối', en: 'Parts of the lead' },
  loading: { vi: 'Đang mở đầu mối', en: 'Opening the lead' },
  missingTitle: { vi: 'Không tìm thấy đầu mối này', en: 'This lead was not found' },
  missingText: {
    vi: 'Đầu mối có thể đã bị xóa hẳn, đường dẫn sai, hoặc bạn không có quyền xem.',
    en: 'It may have been deleted for good, the link may be wrong, or you may not view it.',
  },
  deletedBanner: {
    vi: 'Đầu mối này đang ở trong thùng rác. Xóa bởi {name} lúc {time}.',
    en: 'This lead is in the recycle bin. Deleted by {name} at {time}.',
  },
  convertedBanner: {
    vi: 'Đã chuyển đổi. Đầu mối này chỉ còn để xem.',
    en: 'Converted. This lead is read-only now.',
  },
  toContact: { vi: 'Liên hệ: {name}', en: 'Contact: {name}' },
  toCompany: { vi: 'Doanh nghiệp: {name}', en: 'Company: {name}' },
  contactGone: { vi: 'Liên hệ không còn trên máy này.', en: 'The contact is not on this device.' },
  contactDeleted: { vi: 'Liên hệ đang ở trong thùng rác.', en: 'The contact is in the recycle bin.' },
  convertedTwice: {
    vi: 'Hai người đã cùng chuyển đổi đầu mối này. Liên hệ kia: {name}.',
    en: 'Two people converted this lead at once. The other contact: {name}.',
  },
  keepContact: { vi: 'Giữ liên hệ đang dùng', en: 'Keep the contact in use' },
  fromLead: { vi: 'Từ đầu mối', en: 'From lead' },

  // conversion
  convert: { vi: 'Chuyển đổi đầu mối', en: 'Convert lead' },
  convertSave: { vi: 'Lưu', en: 'Save' },
  convertText: {
    vi: 'Kiểm tra thông tin liên hệ. Đầu mối được giữ lại để xem.',
    en: 'Check the contact’s facts. The lead is kept to look at.',
  },
  convertForbidden: {
    vi: 'Bạn không có quyền thêm liên hệ. Bạn vẫn có thể gắn vào liên hệ đã có.',
    en: 'You may not add contacts. You can still link the lead to an existing one.',
  },
  converted: { vi: 'Đã chuyển đổi {name} thành liên hệ.', en: '{name} is a contact now.' },
  linked: { vi: 'Đã gắn đầu mối vào liên hệ {name}.', en: 'The lead was linked to {name}.' },
  linkTo: { vi: 'Gắn vào liên hệ này', en: 'Link to this contact' },
  linksTo: {
    vi: 'Gắn vào liên hệ đã có: {name}. Những gì liên hệ này chưa có sẽ được bổ sung.',
    en: 'Links to the existing contact {name}, which gets what it lacks.',
  },
  linkNot: { vi: 'Tạo liên hệ mới', en: 'Create a new contact' },
  company: { vi: 'Doanh nghiệp', en: 'Company' },
  companyNone: { vi: 'Không thuộc doanh nghiệp nào', en: 'No company' },
  companyExisting: { vi: 'Doanh nghiệp đã có', en: 'An existing company' },
  companyNew: { vi: 'Doanh nghiệp mới', en: 'A new company' },
  companyNewName: { vi: 'Tên doanh nghiệp mới', en: 'Name of the new company' },
  companyKept: {
    vi: 'Liên hệ này đã thuộc một doanh nghiệp và giữ nguyên.',
    en: 'This contact has a company already and keeps it.',
  },
  companyMissing: { vi: 'Vui lòng chọn doanh nghiệp.', en: 'Please choose a company.' },
});

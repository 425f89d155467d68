import type { FieldDef } from './field.ts';

/**
 * The default fields of contacts and companies (requirements 1.G; labels of A–E). They are code, not data: nobody can
 * delete them, and a document holds only what somebody entered. `required` is the default set of conflict 1 (B2).
 */
const contact = [
  {
    id: 'name',
    type: 'text',
    title: { vi: 'Họ và tên', en: 'Full name' },
    required: true,
    group: 'main',
    column: true,
    synonyms: ['Họ tên', 'Tên', 'Tên liên hệ', 'Tên khách hàng', 'Khách hàng', 'Name', 'Contact name', 'Customer'],
  },
  {
    id: 'phones',
    type: 'phones',
    title: { vi: 'Số điện thoại', en: 'Phone' },
    required: true,
    group: 'main',
    column: true,
    synonyms: [
      'SĐT',
      'Số ĐT',
      'Điện thoại',
      'Di động',
      'ĐTDĐ',
      'Phone number',
      'Mobile',
      'Tel',
      'Số điện thoại 2',
      'Điện thoại 2',
      'Phone 2',
    ],
  },
  {
    id: 'companyId',
    type: 'company',
    title: { vi: 'Doanh nghiệp', en: 'Company' },
    group: 'main',
    column: true,
    synonyms: ['Công ty', 'Tổ chức', 'Đơn vị', 'Organization', 'Organisation', 'Account'],
  },
  {
    id: 'title',
    type: 'text',
    title: { vi: 'Chức vụ', en: 'Job title' },
    group: 'main',
    synonyms: ['Chức danh', 'Title', 'Position'],
  },
  {
    id: 'emails',
    type: 'emails',
    title: { vi: 'Email', en: 'Email' },
    group: 'main',
    synonyms: ['E-mail', 'Thư điện tử', 'Mail', 'Email address'],
  },
  {
    id: 'departmentId',
    type: 'department',
    title: { vi: 'Phòng ban phụ trách', en: 'Department' },
    required: true,
    group: 'main',
    synonyms: ['Phòng ban', 'Bộ phận'],
  },
  {
    id: 'ownerId',
    type: 'member',
    title: { vi: 'Người phụ trách', en: 'Owner' },
    required: true,
    group: 'main',
    column: true,
    synonyms: ['Nhân viên tiếp nhận', 'Người quản lý', 'Nhân viên', 'Giao cho', 'Phụ trách', 'Assigned to', 'Manager'],
  },
  {
    id: 'roleAtCompany',
    type: 'text',
    title: { vi: 'Vai trò tại doanh nghiệp', en: 'Role at the company' },
    group: 'details',
    synonyms: ['Vai trò', 'Role'],
  },
  {
    id: 'deptAtCompany',
    type: 'text',
    title: { vi: 'Phòng ban tại doanh nghiệp', en: 'Department at the company' },
    group: 'details',
    synonyms: ['Phòng ban của khách', 'Customer department'],
  },
  {
    id: 'source',
    type: 'choice',
    title: { vi: 'Nguồn', en: 'Source' },
    group: 'details',
    synonyms: ['Nguồn thêm', 'Kênh', 'Lead source'],
    choices: [
      { id: 'system', title: { vi: 'Hệ thống', en: 'System' } },
      { id: 'zalo', title: 'Zalo' },
      { id: 'facebook', title: 'Facebook' },
      { id: 'file', title: { vi: 'Nhập file', en: 'File import' } },
    ],
  },
  {
    id: 'rating',
    type: 'rating',
    title: { vi: 'Đánh giá', en: 'Rating' },
    group: 'details',
    synonyms: ['Xếp hạng', 'Stars'],
  },
  {
    id: 'address',
    type: 'address',
    was: ['text'], // one line until there were parts
    title: { vi: 'Địa chỉ', en: 'Address' },
    group: 'details',
    synonyms: ['Đ/c', 'Street', 'Street address'],
  },
  {
    id: 'facebookUrl',
    type: 'url',
    title: { vi: 'Đường dẫn Facebook', en: 'Facebook link' },
    group: 'details',
    synonyms: ['Facebook', 'Link Facebook', 'FB'],
  },
  {
    id: 'description',
    type: 'long-text',
    title: { vi: 'Mô tả', en: 'Description' },
    group: 'details',
    synonyms: ['Ghi chú', 'Note', 'Notes', 'Chi tiết'],
  },
  {
    id: 'birthday',
    type: 'date',
    title: { vi: 'Ngày sinh', en: 'Birthday' },
    group: 'details',
    synonyms: ['Sinh nhật', 'Date of birth', 'DOB'],
  },
  {
    id: 'doNotCall',
    type: 'boolean',
    title: { vi: 'Không liên lạc qua ĐT', en: 'Do not call' },
    group: 'more',
    synonyms: ['Không gọi'],
  },
  {
    id: 'emailOptOut',
    type: 'boolean',
    title: { vi: 'Từ chối nhận Email', en: 'Refuses email' },
    group: 'more',
    synonyms: ['Từ chối email'],
  },
  {
    id: 'notifyOnChange',
    type: 'boolean',
    title: { vi: 'Thông báo khi dữ liệu thay đổi', en: 'Notify on change' },
    group: 'more',
  },
  { id: 'reference', type: 'boolean', title: { vi: 'Tham khảo', en: 'Reference' }, group: 'more' },
  {
    id: 'portalAllowed',
    type: 'boolean',
    title: { vi: 'Cho phép truy cập cổng thông tin KH', en: 'Customer portal allowed' },
    group: 'more',
    synonyms: ['Cổng khách hàng', 'Portal'],
  },
  {
    id: 'supportStart',
    type: 'date',
    title: { vi: 'Ngày bắt đầu hỗ trợ', en: 'Support start' },
    group: 'more',
    synonyms: ['Support start date'],
  },
  {
    id: 'supportEnd',
    type: 'date',
    title: { vi: 'Ngày kết thúc hỗ trợ', en: 'Support end' },
    group: 'more',
    synonyms: ['Support end date'],
  },
  { id: 'utmSource', type: 'text', title: 'UTM Source', group: 'more', synonyms: ['utm_source'] },
  { id: 'utmMedium', type: 'text', title: 'UTM Medium', group: 'more', synonyms: ['utm_medium'] },
  { id: 'utmCampaign', type: 'text', title: 'UTM Campaign', group: 'more', synonyms: ['utm_campaign'] },
  { id: 'utmTerm', type: 'text', title: 'UTM Term', group: 'more', synonyms: ['utm_term'] },
  { id: 'utmContent', type: 'text', title: 'UTM Content', group: 'more', synonyms: ['utm_content'] },
] as const satisfies readonly Omit<FieldDef, 'entity' | 'order'>[];

const company = [
  {
    id: 'name',
    type: 'text',
    title: { vi: 'Tên doanh nghiệp', en: 'Company name' },
    required: true,
    group: 'main',
    column: true,
  },
  { id: 'phones', type: 'phones', title: { vi: 'Số điện thoại', en: 'Phone' }, group: 'main', column: true },
  { id: 'emails', type: 'emails', title: { vi: 'Email', en: 'Email' }, group: 'main' },
  { id: 'website', type: 'url', title: { vi: 'Trang web', en: 'Website' }, group: 'main' },
  { id: 'taxCode', type: 'text', title: { vi: 'Mã số thuế', en: 'Tax code' }, group: 'main' },
  {
    id: 'departmentId',
    type: 'department',
    title: { vi: 'Phòng ban phụ trách', en: 'Department' },
    group: 'main',
  },
  {
    id: 'ownerId',
    type: 'member',
    title: { vi: 'Người phụ trách', en: 'Owner' },
    group: 'main',
    column: true,
  },
  { id: 'address', type: 'text', title: { vi: 'Địa chỉ', en: 'Address' }, group: 'details' },
  { id: 'description', type: 'long-text', title: { vi: 'Mô tả', en: 'Description' }, group: 'details' },
] as const satisfies readonly Omit<FieldDef, 'entity' | 'order'>[];

export const CONTACT_FIELDS: readonly FieldDef[] = contact.map((f, i) => ({ ...f, entity: 'contact', order: i }));
export const COMPANY_FIELDS: readonly FieldDef[] = company.map((f, i) => ({ ...f, entity: 'company', order: i }));

const leadStatus = {
  id: 'status',
  type: 'choice',
  title: { vi: 'Trạng thái', en: 'Status' },
  group: 'main',
  column: true,
  synonyms: ['Tình trạng', 'Lead status'],
  choices: [
    { id: 'new', title: { vi: 'Mới', en: 'New' } },
    { id: 'contacting', title: { vi: 'Đang liên hệ', en: 'Contacting' } },
    { id: 'qualified', title: { vi: 'Đủ điều kiện', en: 'Qualified' } },
    { id: 'unqualified', title: { vi: 'Không đủ điều kiện', en: 'Not qualified' } },
    // it comes with the contact the lead became, and is never chosen (src/core/lead)
    { id: 'converted', title: { vi: 'Đã chuyển đổi', en: 'Converted' }, off: true },
  ],
} as const satisfies Omit<FieldDef, 'entity' | 'order'>;

/** What a person says of their company; which company that is, is decided at the conversion. */
const leadCompany = {
  id: 'companyName',
  type: 'text',
  title: { vi: 'Doanh nghiệp', en: 'Company' },
  group: 'main',
  column: true,
  synonyms: ['Công ty', 'Tổ chức', 'Đơn vị', 'Organization', 'Organisation', 'Account'],
} as const satisfies Omit<FieldDef, 'entity' | 'order'>;

/** The fields of a contact, with the company as text, and how far one has come with the lead. */
export const LEAD_FIELDS: readonly FieldDef[] = contact
  .flatMap((field): Omit<FieldDef, 'entity' | 'order'>[] => {
    if (field.id === 'name') return [field, leadStatus];
    if (field.id === 'companyId') return [leadCompany];
    // one may know no more than an address or a page of somebody who asked
    return [field.id === 'phones' ? { ...field, required: false } : field];
  })
  .map((field, order) => ({ ...field, entity: 'lead', order }));

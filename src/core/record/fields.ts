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
    type: 'text',
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
  { id: 'reference', type: 'boolean', title: { vi: 'Tham khảo', en: 'Reference' }, group: 'more' },
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
  { id: 'description', type: 'long-text', title: { vi: 'Mô tả', en: 'Description' }, group: 'details' },
] as const satisfies readonly Omit<FieldDef, 'entity' | 'order'>[];

export const CONTACT_FIELDS: readonly FieldDef[] = contact.map((f, i) => ({ ...f, entity: 'contact', order: i }));
export const COMPANY_FIELDS: readonly FieldDef[] = company.map((f, i) => ({ ...f, entity: 'company', order: i }));

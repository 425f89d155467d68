import type { FieldTypeId } from '#core/record/field.ts';
import { defineTexts } from '../locale.svelte.ts';

/** Texts of Settings › Trường dữ liệu (B5–B10). */
export const t = defineTexts({
  text: {
    vi: 'Mọi người trong không gian làm việc thấy thay đổi ngay, kể cả trong biểu mẫu, bộ lọc và khi nhập file.',
    en: 'Everybody in the workspace sees a change at once, in forms, filters and imports too.',
  },
  entity: { vi: 'Loại dữ liệu', en: 'Kind of record' },
  contact: { vi: 'Liên hệ', en: 'Contacts' },
  company: { vi: 'Doanh nghiệp', en: 'Companies' },
  lead: { vi: 'Đầu mối', en: 'Leads' },
  list: { vi: 'Các trường', en: 'Fields' },
  listText: {
    vi: 'Thứ tự ở đây là thứ tự trong biểu mẫu. Kéo để sắp xếp, hoặc dùng nút lên và xuống.',
    en: 'This is the order in forms. Drag to arrange, or use the up and down buttons.',
  },
  add: { vi: 'Thêm trường', en: 'Add field' },
  system: { vi: 'Hệ thống', en: 'System' },
  plugin: { vi: 'Tiện ích', en: 'Plugin' },
  sameName: { vi: 'Trùng tên', en: 'Same name' },
  sameNameText: {
    vi: 'Hai quản trị viên đã tạo trường cùng tên khi ngoại tuyến. Hãy đổi tên một trường.',
    en: 'Two administrators made fields of the same name while offline. Rename one of them.',
  },
  required: { vi: 'Bắt buộc', en: 'Required' },
  requiredOf: { vi: 'Bắt buộc nhập {field}', en: '{field} is required' },
  requiredHint: {
    vi: 'Liên hệ cũ không bị ảnh hưởng; lần sửa kế tiếp sẽ yêu cầu nhập.',
    en: 'Existing records stay as they are; their next edit asks for it.',
  },
  preset: { vi: 'Bộ trường bắt buộc', en: 'Required set' },
  presetDefault: {
    vi: 'Mặc định: họ tên, số điện thoại, phòng ban, người phụ trách',
    en: 'Default: name, phone, department, owner',
  },
  presetName: { vi: 'Chỉ họ tên', en: 'Name only' },
  presetOwn: { vi: 'Tùy chỉnh', en: 'Custom' },
  up: { vi: 'Chuyển {field} lên', en: 'Move {field} up' },
  down: { vi: 'Chuyển {field} xuống', en: 'Move {field} down' },
  drag: { vi: 'Kéo để sắp xếp {field}', en: 'Drag to arrange {field}' },
  moved: { vi: '{field} đang ở vị trí {n} trên {total}.', en: '{field} is at position {n} of {total}.' },
  edit: { vi: 'Sửa trường {field}', en: 'Edit the field {field}' },
  remove: { vi: 'Xóa trường {field}', en: 'Delete the field {field}' },
  removeTitle: { vi: 'Xóa trường "{field}"?', en: 'Delete the field “{field}”?' },
  'removeUsed.contact': {
    vi: '{n} liên hệ đang có giá trị ở trường này.',
    en: '{n} {n|contact holds|contacts hold} a value in this field.',
  },
  'removeUsed.company': {
    vi: '{n} doanh nghiệp đang có giá trị ở trường này.',
    en: '{n} {n|company holds|companies hold} a value in this field.',
  },
  'removeUsed.lead': {
    vi: '{n} đầu mối đang có giá trị ở trường này.',
    en: '{n} {n|lead holds|leads hold} a value in this field.',
  },
  removeText: {
    vi: 'Giá trị được giữ lại và hiện ra như cũ khi khôi phục trường.',
    en: 'The values are kept and show again when the field is restored.',
  },
  removeConfirm: { vi: 'Xóa trường', en: 'Delete field' },
  removed: { vi: 'Đã xóa trường {field}.', en: 'Field {field} deleted.' },
  counting: { vi: 'Đang đếm…', en: 'Counting…' },
  countFailed: { vi: 'Chưa đếm được.', en: 'Could not be counted.' },
  deletedList: { vi: 'Đã xóa', en: 'Deleted' },
  deletedText: {
    vi: 'Trường đã xóa không hiện ở đâu nữa, giá trị vẫn còn nguyên.',
    en: 'Deleted fields show nowhere; their values are still there.',
  },
  restore: { vi: 'Khôi phục', en: 'Restore' },
  restoreOf: { vi: 'Khôi phục trường {field}', en: 'Restore the field {field}' },
  restored: { vi: 'Đã khôi phục trường {field}.', en: 'Field {field} restored.' },
  undo: { vi: 'Hoàn tác', en: 'Undo' },

  mobile: { vi: 'Sửa nhanh trên điện thoại', en: 'Quick edit on phones' },
  mobileText: {
    vi: 'Các trường có trong "Sửa liên hệ" trên điện thoại.',
    en: 'The fields of “Edit contact” on phones.',
  },
  mobileFull: { vi: 'Cho phép "Sửa đầy đủ"', en: 'Allow “Edit everything”' },
  mobileFullHint: {
    vi: 'Từ biểu mẫu ngắn mở được biểu mẫu đầy đủ.',
    en: 'The short form leads to the full one.',
  },

  // dialog
  addTitle: { vi: 'Thêm trường', en: 'Add field' },
  editTitle: { vi: 'Chỉnh sửa trường', en: 'Edit field' },
  name: { vi: 'Tên trường', en: 'Field name' },
  type: { vi: 'Kiểu dữ liệu', en: 'Data type' },
  noFiles: { vi: 'Kiểu Tệp chưa có trong phiên bản này.', en: 'There is no file type in this version yet.' },
  choices: { vi: 'Các lựa chọn', en: 'Choices' },
  choiceN: { vi: 'Lựa chọn {n}', en: 'Choice {n}' },
  choiceAdd: { vi: 'Thêm lựa chọn', en: 'Add choice' },
  choiceUp: { vi: 'Chuyển lựa chọn {n} lên', en: 'Move choice {n} up' },
  choiceRemove: { vi: 'Bỏ lựa chọn {n}', en: 'Take choice {n} away' },
  choiceRemoveHint: {
    vi: 'Lựa chọn đã bỏ vẫn hiện ở liên hệ đang dùng nó.',
    en: 'A choice taken away still shows where it is in use.',
  },
  save: { vi: 'Lưu', en: 'Save' },
  cancel: { vi: 'Hủy', en: 'Cancel' },
  added: { vi: 'Đã thêm trường {field}.', en: 'Field {field} added.' },
  saved: { vi: 'Đã lưu.', en: 'Saved.' },

  // change of type
  changeNone: { vi: 'Chưa có giá trị nào để chuyển.', en: 'There are no values to convert yet.' },
  changeAll: { vi: 'Cả {n} giá trị chuyển được.', en: 'All {n} values convert.' },
  changeSome: {
    vi: '{ok} trên {n} giá trị chuyển được, {bad} không chuyển được.',
    en: '{ok} of {n} values convert, {bad} do not.',
  },
  changeKept: {
    vi: 'Giá trị không chuyển được vẫn được giữ và hiện như cũ. Đổi lại kiểu cũ thì mọi giá trị trở về như trước.',
    en: 'What does not convert is kept and shown as it was. Changing back brings every value back.',
  },
  changeExamples: { vi: 'Ví dụ', en: 'Examples' },
  changeFailed: { vi: 'Không chuyển được', en: 'Do not convert' },
  changeTo: { vi: '{from} thành {to}', en: '{from} becomes {to}' },
  changeAsChoices: { vi: 'Thêm các giá trị này làm lựa chọn', en: 'Add these values as choices' },

  // what is wrong
  errName: { vi: 'Vui lòng nhập tên trường.', en: 'Please enter a field name.' },
  errLong: { vi: 'Tên dài quá {max} ký tự.', en: 'The name is longer than {max} characters.' },
  errTaken: {
    vi: 'Đã có trường tên "{name}". Hãy chọn tên khác.',
    en: 'There is a field named “{name}” already. Choose another name.',
  },
  errChoices: {
    vi: 'Vui lòng nhập ít nhất một lựa chọn, không để trống.',
    en: 'Enter at least one choice, none empty.',
  },
  errChoiceTwice: { vi: 'Lựa chọn "{name}" có hai lần.', en: 'The choice “{name}” is there twice.' },
  errMany: { vi: 'Nhiều nhất {max}.', en: 'At most {max}.' },
  errGone: { vi: 'Trường này không còn nữa.', en: 'This field does not exist any more.' },
  errFixed: { vi: 'Trường hệ thống không đổi hay xóa được.', en: 'System fields cannot be changed or deleted.' },
  errForbidden: { vi: 'Bạn không có quyền làm việc này.', en: 'You may not do this.' },
  errFailed: { vi: 'Chưa lưu được. Hãy thử lại.', en: 'This was not saved. Please try again.' },
});

const TYPES: Readonly<Record<FieldTypeId, { readonly vi: string; readonly en: string }>> = {
  text: { vi: 'Văn bản', en: 'Text' },
  'long-text': { vi: 'Văn bản dài', en: 'Long text' },
  number: { vi: 'Số', en: 'Number' },
  money: { vi: 'Tiền tệ', en: 'Money' },
  date: { vi: 'Ngày', en: 'Date' },
  'date-time': { vi: 'Ngày giờ', en: 'Date and time' },
  boolean: { vi: 'Có/Không', en: 'Yes/No' },
  choice: { vi: 'Chọn một', en: 'One choice' },
  choices: { vi: 'Chọn nhiều', en: 'Several choices' },
  phones: { vi: 'Số điện thoại', en: 'Phone number' },
  emails: { vi: 'Email', en: 'Email' },
  url: { vi: 'Liên kết', en: 'Link' },
  member: { vi: 'Người dùng', en: 'User' },
  department: { vi: 'Phòng ban', en: 'Department' },
  company: { vi: 'Doanh nghiệp', en: 'Company' },
  rating: { vi: 'Đánh giá sao', en: 'Star rating' },
  address: { vi: 'Địa chỉ', en: 'Address' },
};

/** The name of a type of field (B6). */
export const typeText = defineTexts(TYPES);

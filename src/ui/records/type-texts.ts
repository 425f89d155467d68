import { defineTexts } from '../locale.svelte.ts';

/** What the shared parts of lists and bins say of records of a type. */
export const t = defineTexts({
  'many.contact': { vi: 'Liên hệ', en: 'Contacts' },
  'many.company': { vi: 'Doanh nghiệp', en: 'Companies' },
  'many.lead': { vi: 'Đầu mối', en: 'Leads' },

  // one value in many
  'editManyTitle.contact': { vi: 'Đổi giá trị của {n} liên hệ', en: 'Change a value of {n} {n|contact|contacts}' },
  'editManyTitle.lead': { vi: 'Đổi giá trị của {n} đầu mối', en: 'Change a value of {n} {n|lead|leads}' },
  'editManyEmpty.contact': {
    vi: 'Để trống sẽ xóa giá trị này ở {n} liên hệ.',
    en: 'Left empty, the value is removed from {n} {n|contact|contacts}.',
  },
  'editManyEmpty.lead': {
    vi: 'Để trống sẽ xóa giá trị này ở {n} đầu mối.',
    en: 'Left empty, the value is removed from {n} {n|lead|leads}.',
  },
  'editManyRun.contact': { vi: 'Đổi {n} liên hệ', en: 'Change {n} {n|contact|contacts}' },
  'editManyRun.lead': { vi: 'Đổi {n} đầu mối', en: 'Change {n} {n|lead|leads}' },
  'editedMany.contact': { vi: 'Đã đổi {field} của {n} liên hệ.', en: '{field} changed in {n} {n|contact|contacts}.' },
  'editedMany.lead': { vi: 'Đã đổi {field} của {n} đầu mối.', en: '{field} changed in {n} {n|lead|leads}.' },
  'editedNone.contact': { vi: 'Các liên hệ này đã có giá trị đó.', en: 'These contacts have that value already.' },
  'editedNone.lead': {
    vi: 'Các đầu mối này đã có giá trị đó, hoặc đã chuyển đổi.',
    en: 'These leads have that value already, or were converted.',
  },

  // to the bin and back
  'deleteManyTitle.contact': { vi: 'Xóa {n} liên hệ?', en: 'Delete {n} {n|contact|contacts}?' },
  'deleteManyTitle.lead': { vi: 'Xóa {n} đầu mối?', en: 'Delete {n} {n|lead|leads}?' },
  'deleteText.contact': {
    vi: 'Liên hệ được chuyển vào thùng rác và có thể khôi phục.',
    en: 'It moves to the recycle bin and can be restored from there.',
  },
  'deleteText.lead': {
    vi: 'Đầu mối được chuyển vào thùng rác và có thể khôi phục.',
    en: 'It moves to the recycle bin and can be restored from there.',
  },
  'deletedMany.contact': { vi: 'Đã xóa {n} liên hệ.', en: '{n} {n|contact|contacts} deleted.' },
  'deletedMany.lead': { vi: 'Đã xóa {n} đầu mối.', en: '{n} {n|lead|leads} deleted.' },
  'restoredMany.contact': { vi: 'Đã khôi phục {n} liên hệ.', en: '{n} {n|contact|contacts} restored.' },
  'restoredMany.lead': { vi: 'Đã khôi phục {n} đầu mối.', en: '{n} {n|lead|leads} restored.' },

  // recycle bin
  'back.contact': { vi: 'Danh sách liên hệ', en: 'Contact list' },
  'back.company': { vi: 'Danh sách doanh nghiệp', en: 'Company list' },
  'back.lead': { vi: 'Danh sách đầu mối', en: 'Lead list' },
  'bin.contact': {
    vi: 'Liên hệ đã xóa được giữ ở đây cho đến khi được khôi phục hoặc bị xóa vĩnh viễn.',
    en: 'Deleted contacts are kept here until they are restored or erased for good.',
  },
  'bin.company': {
    vi: 'Doanh nghiệp đã xóa được giữ ở đây. Khôi phục sẽ đưa cả các liên hệ trở lại.',
    en: 'Deleted companies are kept here. Restoring one brings its contacts back to it.',
  },
  'bin.lead': {
    vi: 'Đầu mối đã xóa được giữ ở đây cho đến khi được khôi phục hoặc bị xóa vĩnh viễn.',
    en: 'Deleted leads are kept here until they are restored or erased for good.',
  },
  'binEmpty.contact': { vi: 'Liên hệ bị xóa sẽ nằm ở đây.', en: 'Deleted contacts stay here.' },
  'binEmpty.company': { vi: 'Doanh nghiệp bị xóa sẽ nằm ở đây.', en: 'Deleted companies stay here.' },
  'binEmpty.lead': { vi: 'Đầu mối bị xóa sẽ nằm ở đây.', en: 'Deleted leads stay here.' },
  'name.contact': { vi: 'Tên liên hệ', en: 'Contact name' },
  'name.company': { vi: 'Tên doanh nghiệp', en: 'Company name' },
  'name.lead': { vi: 'Tên đầu mối', en: 'Lead name' },
});

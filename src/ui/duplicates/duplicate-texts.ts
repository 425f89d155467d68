import { defineTexts } from '../locale.svelte.ts';

/** Texts of duplicates: the review queue, comparing and merging, the merges that were (D15). */
export const t = defineTexts({
  title: { vi: 'Trùng lặp', en: 'Duplicates' },
  text: {
    vi: 'Những liên hệ có thể là cùng một người. Bạn quyết định gộp hay giữ riêng; gộp rồi vẫn hoàn tác được bất cứ lúc nào.',
    en: 'Contacts that may be one person. You decide whether to merge them or to keep them; a merge can be undone at any time.',
  },
  loading: { vi: 'Đang tìm liên hệ trùng…', en: 'Looking for duplicates…' },
  noneTitle: { vi: 'Không có liên hệ nào nghi trùng', en: 'No duplicates' },
  noneText: {
    vi: 'Liên hệ có cùng số điện thoại, cùng email, hoặc cùng tên trong một doanh nghiệp sẽ hiện ở đây.',
    en: 'Contacts with the same phone number, the same email, or the same name at one company appear here.',
  },
  groups: { vi: 'Nghi trùng ({n})', en: 'Possible duplicates ({n})' },
  more: { vi: 'Xem thêm', en: 'Show more' },
  'same.phone': { vi: 'Cùng số {value}', en: 'Same number {value}' },
  'same.email': { vi: 'Cùng email {value}', en: 'Same email {value}' },
  'same.name': { vi: 'Cùng tên {value}, cùng doanh nghiệp', en: 'Same name {value} at the same company' },
  groupOf: { vi: 'Nhóm của {name}', en: 'Group of {name}' },
  oldest: { vi: 'Có trước', en: 'Oldest' },
  facts: { vi: 'phụ trách: {owner} · tạo {time}', en: 'owner: {owner} · created {time}' },
  nobody: { vi: 'chưa phân công', en: 'unassigned' },
  untitled: { vi: '(chưa có tên)', en: '(no name)' },
  moreInGroup: { vi: 'và {n} liên hệ nữa', en: 'and {n} more' },
  compare: { vi: 'So sánh và gộp', en: 'Compare and merge' },
  compareWith: { vi: 'So sánh và gộp {name}', en: 'Compare and merge {name}' },
  distinct: { vi: 'Không phải trùng', en: 'Not duplicates' },
  distinctDone: { vi: 'Đã ghi nhận: không phải trùng.', en: 'Noted: not duplicates.' },

  suspect: { vi: 'Nghi trùng với {name}: {why}.', en: 'May be the same as {name}: {why}.' },

  notLoaded: { vi: 'Chưa mở được. Hãy thử lại khi có mạng.', en: 'It could not be opened. Try again when online.' },

  mergeTitle: { vi: 'Gộp hai liên hệ', en: 'Merge two contacts' },
  mergeText: {
    vi: '{kept} được giữ lại vì có trước. {gone} được gộp vào đó; đường dẫn cũ sẽ mở liên hệ được giữ.',
    en: '{kept} stays because it is older. {gone} becomes part of it; its old link opens the one that stays.',
  },
  stays: { vi: 'Giữ lại', en: 'Stays' },
  goes: { vi: 'Gộp vào', en: 'Merged in' },
  empty: { vi: 'trống', en: 'empty' },
  differing: { vi: 'Chọn giá trị ({n} trường khác nhau)', en: 'Choose the values ({n} fields differ)' },
  nothingDiffers: { vi: 'Không có trường nào khác nhau.', en: 'No field differs.' },
  together: { vi: 'Giữ của cả hai', en: 'Kept of both' },
  same: { vi: 'Giống nhau ({n})', en: 'The same ({n})' },
  moves: { vi: 'Chuyển sang liên hệ được giữ', en: 'Moves to the one that stays' },
  movesRepresentative: { vi: 'Vai trò đại diện của {company}', en: 'Representative of {company}' },
  movesNothing: {
    vi: 'Không có dữ liệu liên quan nào khác.',
    en: 'There is no other related data.',
  },
  undoable: {
    vi: 'Có thể hoàn tác bất cứ lúc nào, trên mọi thiết bị, trong mục Trùng lặp.',
    en: 'It can be undone at any time, on any device, under Duplicates.',
  },
  cancel: { vi: 'Hủy', en: 'Cancel' },
  merge: { vi: 'Gộp', en: 'Merge' },
  merged: { vi: 'Đã gộp {gone} vào {kept}.', en: '{gone} was merged into {kept}.' },

  history: { vi: 'Đã gộp', en: 'Merged' },
  historyItem: { vi: '{gone} đã gộp vào', en: '{gone} was merged into' },
  historyFacts: { vi: '{name} · {time}', en: '{name} · {time}' },
  someone: { vi: 'Một liên hệ không có trên máy này', en: 'A contact that is not on this device' },
  unmerge: { vi: 'Hoàn tác gộp', en: 'Undo merge' },
  unmergeOf: { vi: 'Hoàn tác gộp {gone}', en: 'Undo the merge of {gone}' },
  unmerged: { vi: 'Đã hoàn tác gộp; {gone} có lại như trước.', en: 'Merge undone; {gone} is back.' },
  formerMember: { vi: 'Nhân viên cũ', en: 'Former member' },

  mergedNote: {
    vi: '{gone} đã được gộp vào liên hệ này.',
    en: '{gone} was merged into this contact.',
  },
  mergedNoteLink: { vi: 'Xem các lần gộp', en: 'See the merges' },
});

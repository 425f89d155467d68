import { defineTexts } from '../../locale.svelte.ts';

/** Texts of a list's columns: the header and the chooser (B18). */
export const t = defineTexts({
  columns: { vi: 'Cột', en: 'Columns' },
  title: { vi: 'Cấu hình hiển thị cột', en: 'Columns shown' },
  text: {
    vi: 'Chọn cột, thứ tự, độ rộng và cột được ghim. Danh sách đổi ngay.',
    en: 'Choose columns, their order, width and which are pinned. The list changes at once.',
  },
  search: { vi: 'Tìm thuộc tính', en: 'Find an attribute' },
  shown: { vi: 'Đang hiện ({n})', en: 'Shown ({n})' },
  hidden: { vi: 'Chưa hiện ({n})', en: 'Not shown ({n})' },
  none: { vi: 'Không có thuộc tính nào tên như vậy.', en: 'No attribute of that name.' },
  show: { vi: 'Hiện {name}', en: 'Show {name}' },
  always: { vi: 'Luôn hiện', en: 'Always shown' },
  pin: { vi: 'Ghim {name} bên trái', en: 'Pin {name} at the left' },
  up: { vi: 'Đưa {name} lên', en: 'Move {name} up' },
  down: { vi: 'Đưa {name} xuống', en: 'Move {name} down' },
  drag: { vi: 'Kéo để đổi chỗ {name}', en: 'Drag to move {name}' },
  narrower: { vi: 'Thu hẹp {name}', en: 'Make {name} narrower' },
  wider: { vi: 'Nới rộng {name}', en: 'Make {name} wider' },
  moved: { vi: '{name}: vị trí {n} trên {total}.', en: '{name}: place {n} of {total}.' },
  width: { vi: '{name}: rộng {n} px.', en: '{name}: {n} px wide.' },
  ownWidth: { vi: '{name}: rộng tự động.', en: '{name}: width by itself.' },
  autoWidth: { vi: 'Tự động', en: 'Auto' },
  px: { vi: '{n} px', en: '{n} px' },
  reset: { vi: 'Mặc định', en: 'Default' },
  wasReset: { vi: 'Đã về các cột mặc định.', en: 'Back to the default columns.' },
  done: { vi: 'Xong', en: 'Done' },
  resize: {
    vi: 'Kéo để đổi độ rộng cột {name}; bấm đúp để tự động',
    en: 'Drag to resize {name}; double-click for automatic',
  },
  keys: { vi: 'Shift+← hoặc Shift+→ đổi độ rộng cột.', en: 'Shift+← or Shift+→ changes the width.' },
  nameOrder: { vi: 'Cách sắp theo tên', en: 'How names are sorted' },
  byFullName: { vi: 'Theo họ và tên', en: 'By full name' },
  byGivenName: { vi: 'Theo tên', en: 'By given name' },
  lost: {
    vi: 'Không hiện {n} cột vì trường đã bị xóa: {names}.',
    en: '{n} {n|column is|columns are} left out, because the field was deleted: {names}.',
  },
  lostUnnamed: { vi: 'trường không còn', en: 'a field that is gone' },
});

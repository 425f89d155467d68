import type { Text } from '#plugin-api';

/** What a person should know about a file as a whole before importing it. */
const number = (n: number, locale: string) => new Intl.NumberFormat(locale).format(n);
const text = (n: number, vi: string, en: string): Text => ({
  vi: vi.replace('{n}', number(n, 'vi')),
  en: en.replace('{n}', number(n, 'en')),
});

export const mergedNote = (n: number): Text =>
  text(
    n,
    '{n} ô gộp: giá trị chỉ ở ô đầu, các ô còn lại coi như trống.',
    'Merged cells: {n}. The value counts for the first cell, the others are empty.',
  );

export const formulaNote = (n: number): Text =>
  text(
    n,
    '{n} ô công thức: dùng kết quả đã lưu trong file.',
    'Cells with formulas: {n}. The results stored in the file are used.',
  );

export const errorNote = (n: number): Text =>
  text(n, '{n} ô báo lỗi (như #N/A) coi như trống.', 'Cells with an error (such as #N/A): {n}. They count as empty.');

export const hiddenNote = (n: number): Text => text(n, 'Bỏ qua {n} trang tính ẩn.', 'Hidden sheets left out: {n}.');

export const titleNote = (n: number): Text =>
  text(n, 'Bỏ qua {n} dòng phía trên dòng tiêu đề cột.', 'Lines above the column headings left out: {n}.');

export const noHeadingsNote = (): Text => ({
  vi: 'File không có dòng tiêu đề: các cột mang tên A, B, C…',
  en: 'The file has no headings: the columns are named A, B, C…',
});

export const wideNote = (n: number): Text => text(n, 'Chỉ đọc {n} cột đầu.', 'Only the first {n} columns are read.');

export const encodingNote = (): Text => ({
  vi: 'File không phải UTF-8: đã đọc theo bảng mã tiếng Việt của Windows. Hãy kiểm tra dấu.',
  en: 'The file is not UTF-8: it was read in the Vietnamese Windows encoding. Please check the accents.',
});

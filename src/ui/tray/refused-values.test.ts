import { expect, test } from 'vitest';
import { memoryWorkspace } from '#tests/support/memory-app.ts';
import { reasonText, refusedText, refusedValues } from './refused-values.ts';

const data = memoryWorkspace();
const read = (changes: Record<string, never> | object) =>
  refusedValues({ id: 'contact_1', changes: changes as never }, data);

test('fields by their names, ids by theirs, in the order of the form (P5)', () => {
  const values = read({
    createdBy: 'u1',
    departmentId: 'd2',
    ownerId: 'u2',
    'phones/i1': { value: '+84912345678' },
    'phones:primary': 'i1',
    'text:description': 'Gọi lại sau 17 giờ',
    name: 'Lê Văn Cường',
  });
  expect(values.map(({ title }) => title)).not.toContain('createdBy');
  const text = refusedText(values);
  expect(text).toContain('Họ và tên: Lê Văn Cường');
  expect(text).toContain('Nguyễn Văn Hùng');
  expect(text).toContain('Chăm sóc khách hàng');
  expect(text).toContain('Gọi lại sau 17 giờ');
  expect(text).toMatch(/0912 ?345 ?678|\+84912345678/);
  expect(text.indexOf('Họ và tên')).toBeLessThan(text.indexOf('Gọi lại'));
});

test('what was emptied, deleted, or is of nobody any more can still be read', () => {
  expect(refusedText(read({ title: null }))).toBe('Chức vụ: (để trống)');
  expect(refusedText(read({ deletedAt: 1, deletedBy: 'u1' }))).toBe('Xóa vào thùng rác');
  expect(refusedText(read({ deletedAt: null, deletedBy: null }))).toBe('Khôi phục từ thùng rác');
  expect(refusedText(read({ ownerId: 'left' }))).toContain('left');
  expect(refusedText(read({ 'crm.other': { a: 1 } }))).toBe('crm.other: {"a":1}');
});

test('every reason has words', () => {
  for (const reason of ['forbidden', 'too-large', 'gap', 'bad-content', 'malformed']) {
    expect(reasonText(reason)).not.toBe('');
  }
  expect(reasonText('forbidden')).toBe('Vai trò của bạn không cho phép thay đổi này.');
});

import { expect, test } from 'vitest';
import { listAction } from './list-keys.ts';

const press = (key: string, more: Partial<Parameters<typeof listAction>[0]> = {}) => ({
  key,
  keyCode: key.length === 1 ? key.toUpperCase().charCodeAt(0) : 0,
  isComposing: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  defaultPrevented: false,
  repeat: false,
  ...more,
});
const free = { typing: false, letters: true };

test('keys of the list', () => {
  expect(listAction(press('j'), free)).toBe('next');
  expect(listAction(press('K'), free)).toBe('previous');
  expect(listAction(press('ArrowDown', { shiftKey: true }), free)).toBe('select-next');
  expect(listAction(press('x'), free)).toBe('select');
  expect(listAction(press('Delete'), free)).toBe('delete');
});

test('never while typing, composing, or with a modifier', () => {
  for (const key of ['j', 'x', 'Delete', 'ArrowDown']) {
    expect(listAction(press(key), { typing: true, letters: true })).toBeUndefined();
    expect(listAction(press(key, { isComposing: true }), free)).toBeUndefined();
    expect(listAction(press(key, { keyCode: 229 }), free)).toBeUndefined();
    expect(listAction(press(key, { ctrlKey: true }), free)).toBeUndefined();
  }
});

test('WCAG 2.1.4: letters can be switched off, arrows and Delete stay', () => {
  const off = { typing: false, letters: false };
  expect(listAction(press('j'), off)).toBeUndefined();
  expect(listAction(press('ArrowDown'), off)).toBe('next');
  expect(listAction(press('Delete'), off)).toBe('delete');
});

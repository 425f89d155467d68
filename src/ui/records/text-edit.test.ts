import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editBetween, movedBy } from './text-edit.ts';

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ế', '\n', '😀'), maxLength: 12 });

test('applied to the one it gives the other, whatever the caret', () => {
  fc.assert(
    fc.property(text, text, fc.nat(14), (before, after, caret) => {
      const edit = editBetween(before, after, caret);
      if (!edit) {
        expect(before).toBe(after);
        return;
      }
      const done = before.slice(0, edit.at) + edit.insert + before.slice(edit.at + edit.remove);
      expect(done).toBe(after);
      expect(done.isWellFormed()).toBe(true);
      expect(before.slice(edit.at, edit.at + edit.remove).isWellFormed()).toBe(true);
      expect(edit.insert.isWellFormed()).toBe(true);
    }),
  );
});

test('of equal letters the one at the cursor', () => {
  expect(editBetween('aaa', 'aaaa', 2)).toEqual({ at: 1, remove: 0, insert: 'a' });
  expect(editBetween('aaaa', 'aaa', 1)).toEqual({ at: 1, remove: 1, insert: '' });
});

test('a position moves with the letters around it', () => {
  expect(movedBy(3, [{ at: 0, remove: 0, insert: 'xy' }])).toBe(5);
  expect(movedBy(3, [{ at: 3, remove: 0, insert: 'xy' }])).toBe(3);
  expect(movedBy(3, [{ at: 1, remove: 5, insert: '' }])).toBe(1);
  expect(movedBy(3, [{ at: 5, remove: 1, insert: '' }])).toBe(3);
});

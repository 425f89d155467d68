import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highlight } from './highlight.ts';

const marked = (text: string, search: string) =>
  highlight(text, search)
    .map((p) => (p.hit ? `[${p.text}]` : p.text))
    .join('');

test('B12: matches are marked without accents and case', () => {
  expect(marked('Nguyễn Văn Đạt', 'nguyen dat')).toBe('[Nguyễn] Văn [Đạt]');
  expect(marked('Nguyễn Văn Đạt', 'NGUYỄN')).toBe('[Nguyễn] Văn Đạt');
  expect(marked('Trần An, Phan', 'an')).toBe('Tr[ần] [An], Ph[an]');
});

test('decomposed accents belong to their letter', () => {
  const name = 'Nguyễn Lan'.normalize('NFD');
  expect(marked(name, 'nguyen')).toBe(`[${'Nguyễn'.normalize('NFD')}] Lan`);
});

test('A22: digits match through the way a number is written', () => {
  expect(marked('091 234 5678', '0912345')).toBe('[091 234 5]678');
  expect(marked('091 234 5678', '5678')).toBe('091 234 [5678]');
  expect(marked('+84 91 234 5678', '0912')).toBe('+[84 91 2]34 5678');
  expect(marked('091 234 5678', '+84912')).toBe('[091 2]34 5678');
  expect(marked('091 234 5678', '84 912 345 678')).toBe('[091 234 5678]');
});

test('nothing searched, nothing marked', () => {
  expect(highlight('Lan', '  ')).toEqual([{ text: 'Lan', hit: false }]);
  expect(highlight('', 'x')).toEqual([]);
  expect(marked('Lan', 'zz')).toBe('Lan');
});

test('the pieces are the text, whatever is searched', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, search) => {
      expect(
        highlight(text, search)
          .map((p) => p.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

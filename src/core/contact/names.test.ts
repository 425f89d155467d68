import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCompany, sampleName } from '../sample/people.ts';
import { createRandom } from '../sample/random.ts';
import { fold, foldInto } from './fold.ts';
import { givenName, givenNameSortKey, normalizeName, viSortKey } from './names.ts';

const ALPHABET = 'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz';
const TONES = ['', '\u0300', '\u0309', '\u0303', '\u0301', '\u0323'];
const letters = [...ALPHABET]
  .flatMap((letter) => TONES.map((tone) => (letter + tone).normalize('NFC')))
  .filter((l) => l.length === 1);
const vietnamese = fc
  .array(fc.constantFrom(...letters, ...letters.map((l) => l.toUpperCase()), ' ', ' '), { maxLength: 8 })
  .map((chars) => chars.join(''));
const printable = fc.stringMatching(/^[ -~]{0,8}$/);

describe('fold', () => {
  it.each([
    ['Nguyễn Văn Đạt', 'nguyen van dat'],
    ['NGUYỄN THỊ ƯỚC', 'nguyen thi uoc'],
    ['Phở Lý Quốc Sư'.normalize('NFD'), 'pho ly quoc su'],
    ['đĐ', 'dd'],
    ['Ørsted Łódź', 'orsted lodz'],
    ['a\tb', 'a b'],
    ['Москва', 'москва'],
    ['', ''],
  ])('%j → %j', (text, expected) => {
    expect(fold(text)).toBe(expected);
  });

  it('is the same for composed and decomposed text, and idempotent', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), vietnamese), (text) => {
        const folded = fold(text);
        expect(fold(text.normalize('NFD'))).toBe(fold(text.normalize('NFC')));
        expect(fold(folded)).toBe(folded);
      }),
      { numRuns: 1000 },
    );
  });

  it('foldInto writes the same bytes, or says that it cannot', () => {
    const into = new Uint8Array(4000);
    const ascii = new TextDecoder();
    let written = 0;
    fc.assert(
      fc.property(fc.oneof(vietnamese, fc.string()), (text) => {
        const end = foldInto(text, into, 3);
        if (end < 0) return;
        written++;
        expect(ascii.decode(into.subarray(3, end))).toBe(fold(text));
      }),
    );
    expect(written).toBeGreaterThan(20);
  });
});

describe('viSortKey', () => {
  const collator = new Intl.Collator('vi');
  const compareKeys = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const agree = (a: string, b: string): void => {
    const expected = Math.sign(collator.compare(a, b));
    // digits and letters of equal rank do not occur; equal for the collator is equal here
    expect(compareKeys(viSortKey(a), viSortKey(b)), JSON.stringify([a, b])).toBe(expected);
  };

  it('sorts names and companies as Intl.Collator does', () => {
    const random = createRandom(3);
    const names = Array.from({ length: 3000 }, (_, i) => (i % 3 === 0 ? sampleCompany(random) : sampleName(random)));
    const mixed = names.map((name, i) =>
      i % 7 === 0 ? name.toUpperCase() : i % 5 === 0 ? name.normalize('NFD') : name,
    );
    const byCollator = [...mixed].sort(collator.compare);
    const byKey = mixed
      .map((name) => [viSortKey(name), name] as const)
      .sort((a, b) => compareKeys(a[0], b[0]))
      .map(([, name]) => name);
    expect(byKey.map((n) => n.normalize('NFC'))).toEqual(byCollator.map((n) => n.normalize('NFC')));
  });

  it('agrees on any two Vietnamese texts', () => {
    fc.assert(fc.property(vietnamese, vietnamese, agree), { numRuns: 3000 });
  });

  it('agrees on texts that differ in one letter', () => {
    const one = fc.constantFrom(...letters, ...letters.map((l) => l.toUpperCase()));
    fc.assert(
      fc.property(vietnamese, one, one, vietnamese, (a, x, y, b) => agree(a + x + b, a + y + b)),
      { numRuns: 3000 },
    );
  });

  it('agrees on printable ASCII', () => {
    fc.assert(fc.property(printable, printable, agree), { numRuns: 3000 });
  });

  it('puts the tones in order', () => {
    const words = ['mạ', 'má', 'mã', 'mả', 'mà', 'ma'];
    expect([...words].sort((a, b) => compareKeys(viSortKey(a), viSortKey(b)))).toEqual([...words].reverse());
  });

  it('sorts by given name, then by full name', () => {
    const names = ['Trần Văn Bình', 'Nguyễn Văn An', 'Lê Thị Bình', 'Bùi Ân', 'Đỗ An'];
    const sorted = [...names].sort((a, b) => compareKeys(givenNameSortKey(a), givenNameSortKey(b)));
    expect(sorted).toEqual(['Đỗ An', 'Nguyễn Văn An', 'Bùi Ân', 'Lê Thị Bình', 'Trần Văn Bình']);
  });
});

describe('names', () => {
  it('takes the last word as the given name', () => {
    expect(['Nguyễn Văn An ', 'An', ''].map(givenName)).toEqual(['An', 'An', '']);
  });

  it('stores NFC with single spaces and no control characters', () => {
    expect(normalizeName('  Nguyễn\u00a0 Văn\u0000\u200b  An\n'.normalize('NFD'))).toBe('Nguyễn Văn An');
  });
});

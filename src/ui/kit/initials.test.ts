import { describe, expect, it } from 'vitest';
import { hueOf, initials } from './initials.ts';

describe('letters of an avatar', () => {
  it.each([
    ['Nguyễn Thị Lan', 'NL'],
    ['Đỗ Ánh', 'ĐÁ'],
    ['Minh', 'M'],
    ['  ', '?'],
    ['(sếp) trần  bình', 'SB'],
    ['Nguyễn An'.normalize('NFD'), 'NA'],
  ])('%s → %s', (name, letters) => expect(initials(name)).toBe(letters));

  it('gives an id always the same colour', () => {
    expect(hueOf('contact_01jd', 8)).toBe(hueOf('contact_01jd', 8));
    expect(hueOf('contact_01jd', 8)).toBeLessThan(8);
  });
});

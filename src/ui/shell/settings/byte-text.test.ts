import { describe, expect, it } from 'vitest';
import { byteText } from './byte-text.ts';

describe('sizes', () => {
  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1_000, '1 kB'],
    [31_400_000, '31,4 MB'],
    [310_000_000, '310 MB'],
    [2_500_000_000, '2,5 GB'],
  ])('%i in Vietnamese', (bytes, text) => expect(byteText(bytes, 'vi').replaceAll(' ', ' ')).toBe(text));
  it('in English', () => expect(byteText(31_400_000, 'en')).toBe('31.4 MB'));
});

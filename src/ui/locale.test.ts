import { afterEach, describe, expect, it } from 'vitest';
import { defineTexts, formatDateTime, formatNumber, locale, textOf } from './locale.svelte.ts';

const t = defineTexts({
  loading: { vi: 'Đang tải {done}/{total} liên hệ', en: 'Loading {done} of {total} contacts' },
  found: { vi: '{n} liên hệ', en: '{n} {n|contact|contacts}' },
  hello: { vi: 'Chào {name}', en: 'Hello {name}' },
});

afterEach(() => {
  locale.current = 'vi';
});

describe('texts of the UI', () => {
  it('writes numbers as the language does', () => {
    expect(t('loading', { done: 12400, total: 38000 })).toBe('Đang tải 12.400/38.000 liên hệ');
    locale.current = 'en';
    expect(t('loading', { done: 12400, total: 38000 })).toBe('Loading 12,400 of 38,000 contacts');
    expect(formatNumber(1284)).toBe('1,284');
  });
  it('has plurals in English and none in Vietnamese', () => {
    expect(t('found', { n: 1 })).toBe('1 liên hệ');
    locale.current = 'en';
    expect([t('found', { n: 1 }), t('found', { n: 2 }), t('found', { n: 0 })]).toEqual([
      '1 contact',
      '2 contacts',
      '0 contacts',
    ]);
  });
  it('leaves what a person typed as it is, braces too', () => {
    expect(t('hello', { name: '{n|a|b} $& {total}' })).toBe('Chào {n|a|b} $& {total}');
  });
  it('shows a missing parameter instead of nothing', () => {
    expect(t('hello')).toBe('Chào {name}');
  });
  it('takes a text with and without languages', () => {
    expect(textOf('Zalo')).toBe('Zalo');
    expect(textOf({ vi: 'Tên', en: 'Name' })).toBe('Tên');
  });
  it('gives times in Vietnam, wherever the device is', () => {
    const ms = Date.UTC(2026, 10, 21, 18, 30); // 01:30 of the next day in Ho Chi Minh City
    expect(formatDateTime(ms)).toMatch(/01:30/);
    expect(formatDateTime(ms)).toMatch(/22\/11\/26|22\/11\/2026/);
  });
});

import { describe, expect, it } from 'vitest';
import { normalizeEmail, splitEmails } from './emails.ts';

describe('normalizeEmail', () => {
  it.each([
    [' An.Nguyen@Example.VN ', 'an.nguyen@example.vn'],
    ['mailto:an@example.vn', 'an@example.vn'],
    ['Nguyễn An <an@example.vn>', 'an@example.vn'],
    ['an+tag@mail.example.com', 'an+tag@mail.example.com'],
    ['an\u200b@example.vn', 'an@example.vn'],
    ['liên-hệ@công-ty.vn', 'liên-hệ@công-ty.vn'],
  ])('%j → %s', (input, expected) => {
    expect(normalizeEmail(input)).toEqual({ ok: true, value: expected });
  });

  it.each([
    '',
    'an',
    'an@',
    '@example.vn',
    'an@example',
    'an@@example.vn',
    'an nguyen@example.vn',
    '.an@example.vn',
    'a..n@example.vn',
    'an@-example.vn',
    'an@example..vn',
    `${'a'.repeat(65)}@example.vn`,
    `a@${'b'.repeat(10_000)}.vn`,
  ])('refuses %j', (input) => {
    expect(normalizeEmail(input)).toMatchObject({ ok: false, error: { type: 'email-invalid' } });
  });
});

it('splitEmails', () => {
  expect(splitEmails('a@x.vn; b@x.vn,c@x.vn\nd@x.vn e@x.vn')).toEqual([
    'a@x.vn',
    'b@x.vn',
    'c@x.vn',
    'd@x.vn',
    'e@x.vn',
  ]);
  expect(splitEmails('Nguyễn An <a@x.vn>; b@x.vn')).toEqual(['Nguyễn An <a@x.vn>', 'b@x.vn']);
});

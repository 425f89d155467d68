import { describe, expect, it } from 'vitest';
import { fieldType } from './field-types/field-types.ts';
import { FIELD_TYPE_IDS, type Directory, type FieldDef } from './field.ts';
import { CONTACT_FIELDS } from './fields.ts';

/** Bad input that concerns single fields: each has one defined answer. */
const directory: Directory = {
  memberName: () => undefined,
  departmentName: () => undefined,
  companyName: () => undefined,
  memberByName: () => undefined,
  departmentByName: () => undefined,
};
const field = (type: FieldDef['type'], id = 'custom.f0ld'): FieldDef => ({
  id,
  entity: 'contact',
  type,
  title: 'F',
  order: 0,
  group: 'main',
});
const read = (type: FieldDef['type'], input: unknown, id?: string): unknown => {
  const result = fieldType(type).parse(input, field(type, id), directory);
  return result.ok ? result.value : `!${result.error.type}`;
};

describe('texts of all kinds', () => {
  it.each([
    ['emoji with joiners', '👩‍👩‍👧‍👦 Gia đình 🇻🇳'],
    ['right to left', 'محمد علي'],
    ['mixed directions', 'Nguyễn محمد 123'],
    ['a script', '<script>alert(1)</script>'],
    ['a formula', '=HYPERLINK("http://x","y")'],
    ['a name of 500 characters', 'Ă'.repeat(500)],
  ])('%s stays as it is in a name', (_, text) => expect(read('text', text, 'name')).toBe(text));

  it('a name of 501 characters is refused, not cut', () =>
    expect(read('text', 'a'.repeat(501), 'name')).toBe('!too-long'));

  it('marks that turn the direction of what follows are taken out', () =>
    expect(read('text', 'An \u202egnp.exe\u2066 x')).toBe('An gnp.exe x'));

  it('"1.234,5" is 1234.5 in a number field, "1,234.5" too; "1.2.3,4,5" is no number', () => {
    expect(read('number', '1.234,5')).toBe(1234.5);
    expect(read('number', '1,234.5')).toBe(1234.5);
    expect(read('number', '1.2.3,4,5')).toBe('!number-invalid');
  });

  it('a link never runs code', () => {
    for (const text of ['javascript:alert(1)', 'data:text/html,<script>', 'java\tscript:alert(1)', 'vbscript:x'])
      expect(read('url', text)).toBe('!url-invalid');
  });
});

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '\u0000\u0001',
  '__proto__',
  'constructor',
  '\ud800',
  '💥'.repeat(3000),
  '%s%n',
  "'; DROP TABLE x; --",
  '\u202e\u200b',
  '9'.repeat(400),
  '-0',
  'NaN',
  '{"id":1}',
  '{{x}}',
];

it.each(FIELD_TYPE_IDS)('%s takes or refuses whatever it is given, and shows what it took', (type) => {
  for (const text of HOSTILE) {
    const result = fieldType(type).parse(text, field(type), directory);
    if (!result.ok) expect(result.error.type).toMatch(/^[a-z-]+$/);
    else if (result.value !== null) {
      expect(typeof fieldType(type).toText(result.value, field(type), directory, 'en')).toBe('string');
      // a company is made of a name by whoever imports it
      if (type !== 'company') expect(fieldType(type).check(result.value, field(type)).ok).toBe(true);
    }
  }
});

it('no default field has the name of another, in either language', () => {
  const names = CONTACT_FIELDS.flatMap(({ title }) =>
    typeof title === 'string' ? [title] : [...new Set([title.vi, title.en])],
  );
  expect(new Set(names).size).toBe(names.length);
});

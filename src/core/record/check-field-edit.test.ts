import { describe, expect, it } from 'vitest';
import { checkFieldEdit, FIELD_LIMITS } from './check-field-edit.ts';
import type { FieldDef } from './field.ts';
import { fieldEntries, readFieldSettings, type FieldEdit } from './field-settings.ts';
import { formFields, requiredIds } from './form-fields.ts';

const field = (id: string, title: string): FieldDef => ({
  id,
  entity: 'contact',
  type: 'text',
  title,
  order: 90,
  group: 'details',
});
const DATA = {
  fields: [field('custom.hang', 'Hạng thẻ')],
  deletedFields: [field('custom.xoa1', 'Đã bỏ')],
  fieldRules: {},
};
const make = (title: string, more: Partial<FieldEdit> = {}): FieldEdit => ({
  entity: 'contact', id: 'custom.moi1', make: true, title, type: 'text', ...more,
}); // prettier-ignore
const wrong = (edit: FieldEdit): string[] =>
  checkFieldEdit(edit, DATA).problems.map(({ field: of, error }) => `${of} ${error.type}`);

describe('B5: the name of a field', () => {
  it.each<[string, string[]]>([
    ['Ngày ký', []],
    ['   ', ['title required']],
    ['\u200b\u202e', ['title required']],
    ['hang THE', ['title name-taken']],
    ['Số điện thoại', ['title name-taken']], // a system field's, in Vietnamese
    ['job title', ['title name-taken']], // … and in English
    ['Đã bỏ', []], // the other one is deleted
    ['x'.repeat(500), ['title too-long']],
    ['😀', []],
    ['عنوان', []],
    ['<script>alert(1)</script>', []],
  ])('%s', (title, expected) => expect(wrong(make(title))).toEqual(expected));

  it('is trimmed, NFC and free of invisible characters', () => {
    const { edit } = checkFieldEdit(make('  Nga\u0300y\u200b  ky\u0301 '), DATA);
    expect(edit.title).toBe('Ngày ký');
  });

  it('may stay as it is, and must be free when the field comes back', () => {
    expect(wrong({ entity: 'contact', id: 'custom.hang', title: 'Hạng thẻ' })).toEqual([]);
    const taken = { ...DATA, fields: [...DATA.fields, field('custom.moi2', 'đã bỏ')] };
    const { problems } = checkFieldEdit({ entity: 'contact', id: 'custom.xoa1', deletedAt: null }, taken);
    expect(problems.map((problem) => problem.error.type)).toEqual(['name-taken']);
  });
});

describe('what else is refused', () => {
  it('B10: default fields keep name, type and life; they take a place and whether they are required', () => {
    const phones = { entity: 'contact', id: 'phones' } as const;
    expect(wrong({ ...phones, deletedAt: 1 })).toEqual(['field field-fixed']);
    expect(wrong({ ...phones, title: 'Máy' })).toEqual(['field field-fixed']);
    expect(wrong({ ...phones, required: false, place: { group: 'more', order: 1 } })).toEqual([]);
    expect(wrong({ entity: 'contact', id: 'nothing', required: true })).toEqual(['field field-unknown']);
  });

  it('choices: none, an empty one, the same twice, too many', () => {
    const choices = (...titles: string[]) => titles.map((title, order) => ({ id: `c${order}`, title, order }));
    expect(wrong(make('Loại', { type: 'choice' }))).toEqual(['choices required']);
    expect(wrong(make('Loại', { type: 'choice', choices: choices('Một', ' ') }))).toEqual(['choices required']);
    expect(wrong(make('Loại', { type: 'choices', choices: choices('Một', 'mot') }))).toEqual(['choices name-taken']);
    const many = choices(...Array.from({ length: FIELD_LIMITS.choices + 1 }, (_, i) => `n ${i}`));
    expect(wrong(make('Loại', { type: 'choice', choices: many }))).toEqual(['choices too-many']);
  });

  it('a field that is there already, or is not', () => {
    expect(wrong(make('Khác', { id: 'custom.hang' }))).toEqual(['field field-unknown']);
    expect(wrong({ entity: 'contact', id: 'custom.none', title: 'Khác' })).toEqual(['field field-unknown']);
    expect(wrong(make('Khác', { id: 'custom.A:title' }))).toEqual(['field field-unknown']);
  });
});

describe('the fields of a form', () => {
  const said = (...edits: FieldEdit[]) =>
    readFieldSettings(
      Object.assign({}, ...edits.map((edit) => fieldEntries(edit, undefined))) as Record<string, never>,
    );

  it('B2 D5: required are the four of the default; "name only" leaves the name, which stays whatever is said', () => {
    expect([...requiredIds('contact', said())]).toEqual(['name', 'phones', 'departmentId', 'ownerId']);
    const off = ['name', 'phones', 'departmentId', 'ownerId'].map((id): FieldEdit => ({
      entity: 'contact',
      id,
      required: false,
    }));
    expect([...requiredIds('contact', said(...off))]).toEqual(['name']);
  });

  it('B8: stand where they were put, own and default ones, each type for itself', () => {
    const data = said(
      { ...make('Mã'), place: { group: 'main', order: 0.5 } },
      { entity: 'contact', id: 'birthday', place: { group: 'main', order: 0.7 } },
    );
    expect(
      formFields('contact', data)
        .slice(0, 4)
        .map((one) => one.id),
    ).toEqual(['name', 'custom.moi1', 'birthday', 'phones']);
    expect(formFields('company', data).some((one) => one.id === 'custom.moi1')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import type { FieldDef } from '../record/field.ts';
import { CONTACT_FIELDS } from '../record/fields.ts';
import { matchHeadings } from './match-headings.ts';

const match = (...headings: string[]) => {
  const columns = matchHeadings(headings, CONTACT_FIELDS);
  return headings.map((_, i) => columns[i]);
};

describe('matchHeadings', () => {
  it('matches Vietnamese headings', () => {
    expect(
      match(
        'Họ và tên',
        'Số điện thoại',
        'Email',
        'Công ty',
        'Phòng ban',
        'Nhân viên tiếp nhận',
        'Ngày sinh',
        'Ghi chú',
      ),
    ).toEqual(['name', 'phones', 'emails', 'companyId', 'departmentId', 'ownerId', 'birthday', 'description']);
  });

  it('matches English headings', () => {
    expect(
      match(
        'Full name',
        'Phone number',
        'E-mail',
        'Company',
        'Job Title',
        'Department',
        'Owner',
        'Date of Birth',
        'Notes',
      ),
    ).toEqual(['name', 'phones', 'emails', 'companyId', 'title', 'departmentId', 'ownerId', 'birthday', 'description']);
  });

  it('ignores accents, case, punctuation, decomposed letters and the star of required fields', () => {
    expect(match('HO VA TEN', ' sđt: ', 'DIA CHI', 'địa chỉ'.normalize('NFD'), 'utm_source')).toEqual([
      'name',
      'phones',
      'address',
      undefined,
      'utmSource',
    ]);
    expect(match('Họ và tên *', 'Số điện thoại (bắt buộc)', 'Nguồn*')).toEqual(['name', 'phones', 'source']);
    expect(match('Họ và tên'.normalize('NFD'))).toEqual(['name']);
  });

  it('gives several columns to phones and emails, one to a field of one value', () => {
    expect(match('Số điện thoại', 'Số điện thoại 2', 'SĐT 3', 'Di động', 'Email', 'Email 2')).toEqual([
      'phones',
      'phones',
      'phones',
      'phones',
      'emails',
      'emails',
    ]);
    expect(match('Địa chỉ', 'Địa chỉ 2', 'Address')).toEqual(['address', undefined, undefined]);
  });

  it('gives a field to its best heading, wherever the column stands', () => {
    expect(match('Khách hàng', 'Tên liên hệ', 'Họ và tên')).toEqual([undefined, undefined, 'name']);
    expect(match('Tên', 'Tên công ty')).toEqual(['name', 'companyId']);
    expect(match('Company name', 'Name')).toEqual(['companyId', 'name']);
  });

  it('reads longer headings by their leading noun', () => {
    expect(match('Địa chỉ công ty', 'Số điện thoại khách hàng', 'Nguồn khách hàng', 'Tên người phụ trách')).toEqual([
      'address',
      'phones',
      'source',
      'ownerId',
    ]);
    expect(match('Company address', 'Customer phone')).toEqual(['address', 'phones']);
  });

  it('leaves what it does not know alone', () => {
    expect(match('STT', 'Mã khách hàng', 'Ngày tạo', 'Nhóm khách hàng', 'Trạng thái', '', '  ', '???')).toEqual(
      Array(8).fill(undefined),
    );
  });

  it('matches fields of the workspace and of plugins by their titles', () => {
    const field: FieldDef = {
      id: 'custom.tax',
      entity: 'contact',
      type: 'text',
      title: { vi: 'Mã số thuế', en: 'Tax code' },
      order: 90,
      group: 'more',
    };
    expect(matchHeadings(['MST', 'Mã số thuế'], [...CONTACT_FIELDS, field])).toEqual({ 1: 'custom.tax' });
    expect(matchHeadings(['tax code'], [...CONTACT_FIELDS, field])).toEqual({ 0: 'custom.tax' });
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../kit/json.ts';
import { MOBILE_EDIT, mobileEdit } from './mobile-edit.ts';

test('A6: company, name and title, with the way to the rest, unless the workspace says something else', () => {
  const standard = { fields: ['companyId', 'name', 'title'], full: true };
  expect(mobileEdit({})).toEqual(standard);
  expect(mobileEdit({ [MOBILE_EDIT]: { fields: ['name', 'phones'], full: false } })).toEqual({
    fields: ['name', 'phones'],
    full: false,
  });
  expect(mobileEdit({ [MOBILE_EDIT]: { fields: [] } })).toEqual(standard);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const { fields, full } = mobileEdit({ [MOBILE_EDIT]: value as Json });
      expect(fields.length > 0 && fields.every((id) => typeof id === 'string') && typeof full === 'boolean').toBe(true);
    }),
  );
});

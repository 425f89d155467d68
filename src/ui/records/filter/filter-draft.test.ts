import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Conditions } from '#core/filter/conditions.ts';
import { fieldLookup, operandOf } from '#core/filter/ops.ts';
import { CONTACT_FIELDS } from '#core/record/fields.ts';
import {
  askedFields,
  conditionsOf,
  draftOf,
  leafOf,
  newCondition,
  offeredOps,
  unusable,
  withCondition,
  withField,
  withGroup,
  withOp,
} from './filter-draft.ts';

const fields = askedFields(CONTACT_FIELDS);
const fieldOf = fieldLookup(CONTACT_FIELDS);

test('B15: the panel gives back the conditions it was opened with', () => {
  const built: Conditions = {
    link: 'any',
    groups: [
      {
        link: 'all',
        conditions: [
          { field: 'name', op: 'contains', value: 'an' },
          { field: 'birthday', op: 'empty' },
        ],
      },
      { link: 'any', conditions: [{ field: 'custom.gone', op: 'in', value: ['a'] }] },
    ],
  };
  expect(conditionsOf(draftOf(built))).toEqual(built);
});

test('B15: any field, any operator offered for it; without a value it cannot be asked unless it needs none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...fields), fc.constantFrom(...fields), fc.nat(), (first, second, n) => {
      const changed = withField(newCondition(first), second);
      const ops = offeredOps(second.type);
      const one = withOp(changed, ops[n % ops.length]!);
      const draft = { link: 'all' as const, groups: [{ key: 0, link: 'all' as const, conditions: [one] }] };
      expect(ops).toContain(changed.op);
      expect(unusable(draft, fieldOf).has(one.key)).toBe(operandOf(one.op) !== 'none');
    }),
  );
});

test('B15: a range typed the wrong way round is turned', () => {
  const between = (field: string, value: [number | string, number | string]) =>
    leafOf({ key: 1, field, op: 'between', value }).value;
  expect(between('rating', [5, 1])).toEqual([1, 5]);
  expect(between('birthday', ['2026-02-01', '2026-01-01'])).toEqual(['2026-01-01', '2026-02-01']);
  expect(between('rating', [1, 5])).toEqual([1, 5]);
});

test('B15: another operator keeps a value it can use', () => {
  const one = { ...newCondition(fieldOf('name')!), value: 'an' };
  expect(withOp(one, 'startsWith').value).toBe('an');
  expect(withOp(one, 'empty').value).toBeNull();
});

test('B15: a group whose last condition goes, goes too', () => {
  const draft = draftOf({ link: 'all', groups: [{ link: 'all', conditions: [{ field: 'name', op: 'empty' }] }] });
  const { key, conditions } = draft.groups[0]!;
  expect(withCondition(draft, conditions[0]!.key, () => undefined).groups).toEqual([]);
  expect(withGroup(draft, key, () => undefined).groups).toEqual([]);
  expect(withGroup(draft, key, (group) => ({ ...group, link: 'any' })).groups[0]!.link).toBe('any');
});

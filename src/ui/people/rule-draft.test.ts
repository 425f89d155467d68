import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitled, validateRuleFilter } from '#core/access/rule.ts';
import { BUILT_IN_ROLES, VISIBILITY_PRESETS } from '#core/access/role.ts';
import type { Filter } from '#core/filter/filter.ts';
import { CLAUSE_OPS, draftRule, isComplete, needsValues, ruleDraft, type RuleDraft } from './rule-draft.ts';

const anyClause = fc
  .record({
    field: fc.constantFrom('ownerId' as const, 'departmentId' as const),
    op: fc.constantFrom(...CLAUSE_OPS),
    ids: fc.uniqueArray(fc.constantFrom('u1', 'u2', 'd1', '@me', '@myDepartments'), { minLength: 1 }),
  })
  .map(({ field, op, ids }) => ({ field, op, values: needsValues(op) ? ids : [] }));
const anyDraft: fc.Arbitrary<RuleDraft> = fc.oneof(
  fc.constantFrom<RuleDraft>({ kind: 'none' }, ...VISIBILITY_PRESETS.map((kind) => ({ kind }))),
  fc.record({
    kind: fc.constant('filter' as const),
    join: fc.constantFrom('all' as const, 'any' as const),
    clauses: fc.array(anyClause, { minLength: 1, maxLength: 4 }),
  }),
);

describe('the draft of a visibility rule (A3)', () => {
  it('comes back as it was, and the relay takes every complete one', () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        expect(isComplete(draft)).toBe(true);
        const rule = draftRule(draft);
        expect(ruleDraft(rule)).toEqual(draft);
        if (rule && 'filter' in rule) expect(validateRuleFilter(rule.filter).ok).toBe(true);
      }),
    );
  });

  it('keeps a condition of another shape word for word', () => {
    const filter: Filter = { not: { any: [{ field: 'ownerId', op: 'empty' }] } };
    expect(draftRule(ruleDraft({ filter }))).toEqual({ filter });
    expect(ruleDraft({ filter: { all: [] } }).kind).toBe('other');
  });

  it('reads one condition alone, and it means the same', () => {
    const filter: Filter = { field: 'departmentId', op: 'in', value: ['d1'] };
    const draft = ruleDraft({ filter });
    expect(draft).toMatchObject({ kind: 'filter', clauses: [{ field: 'departmentId', values: ['d1'] }] });
    const person = { id: 'u1', role: BUILT_IN_ROLES[0]!, departments: [] };
    for (const departmentId of ['d1', 'd2', '']) {
      const partition = { type: 'contact' as const, ownerId: '', departmentId };
      expect(entitled(draftRule(draft)!, person, partition)).toBe(entitled({ filter }, person, partition));
    }
  });

  it('is not complete while a value is missing', () => {
    const clause = { field: 'ownerId' as const, op: 'in' as const, values: [] };
    expect(isComplete({ kind: 'filter', join: 'all', clauses: [clause] })).toBe(false);
    expect(isComplete({ kind: 'filter', join: 'all', clauses: [{ ...clause, op: 'empty' }] })).toBe(true);
    expect(isComplete({ kind: 'filter', join: 'all', clauses: [] })).toBe(false);
  });
});

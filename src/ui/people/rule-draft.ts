import { PARTITION_FIELDS } from '#core/access/partition.ts';
import type { VisibilityPreset, VisibilityRule } from '#core/access/role.ts';
import type { Filter } from '#core/filter/filter.ts';

/** One line of the condition editor. `values` are ids, `@me` or `@myDepartments`; unused by `empty` and `notEmpty`. */
export interface Clause {
  readonly field: (typeof PARTITION_FIELDS)[number];
  readonly op: ClauseOp;
  readonly values: readonly string[];
}
export const CLAUSE_OPS = ['in', 'notIn', 'empty', 'notEmpty'] as const;
export type ClauseOp = (typeof CLAUSE_OPS)[number];

/** A rule as the screen edits it; `none` = the record type is not seen at all. */
export type RuleDraft =
  | { readonly kind: 'none' }
  | { readonly kind: VisibilityPreset }
  | { readonly kind: 'filter'; readonly join: 'all' | 'any'; readonly clauses: readonly Clause[] }
  /** A condition of another shape (the API takes any): shown in words and kept as it is. */
  | { readonly kind: 'other'; readonly filter: Filter };

export const NEW_CLAUSE: Clause = { field: 'ownerId', op: 'in', values: ['@me'] };

export const needsValues = (op: ClauseOp): boolean => op === 'in' || op === 'notIn';

/** The rule a draft stands for; undefined = not seen. */
export function draftRule(draft: RuleDraft): VisibilityRule | undefined {
  switch (draft.kind) {
    case 'none':
      return undefined;
    case 'filter': {
      const parts = draft.clauses.map(leaf);
      return { filter: draft.join === 'all' ? { all: parts } : { any: parts } };
    }
    case 'other':
      return { filter: draft.filter };
    default:
      return { preset: draft.kind };
  }
}

export function ruleDraft(rule: VisibilityRule | undefined): RuleDraft {
  if (!rule) return { kind: 'none' };
  if ('preset' in rule) return { kind: rule.preset };
  const { filter } = rule;
  const join = 'any' in filter ? 'any' : 'all';
  const parts = 'all' in filter ? filter.all : 'any' in filter ? filter.any : [filter];
  const clauses = parts.map(clauseOf);
  return clauses.length > 0 && clauses.every((clause) => clause !== undefined)
    ? { kind: 'filter', join, clauses }
    : { kind: 'other', filter };
}

/** Is every condition whole? Nothing chosen would mean nobody, by mistake. */
export const isComplete = (draft: RuleDraft): boolean =>
  draft.kind !== 'filter' ||
  (draft.clauses.length > 0 && draft.clauses.every(({ op, values }) => !needsValues(op) || values.length > 0));

function leaf({ field, op, values }: Clause): Filter {
  return needsValues(op) ? { field, op, value: values } : { field, op };
}

function clauseOf(filter: Filter): Clause | undefined {
  if (!('field' in filter)) return undefined;
  const field = PARTITION_FIELDS.find((one) => one === filter.field);
  const op = CLAUSE_OPS.find((one) => one === filter.op);
  if (!field || !op) return undefined;
  if (!needsValues(op)) return { field, op, values: [] };
  const { value } = filter;
  return Array.isArray(value) && value.every((one): one is string => typeof one === 'string')
    ? { field, op, values: value }
    : undefined;
}

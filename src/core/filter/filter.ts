import type { Json } from '../kit/json.ts';

/**
 * The one condition language: lists, search, `when` of contributions, later visibility. Plain data.
 * Operators by type of value:
 * texts (and names behind ids): is, isNot, contains, notContains, startsWith, empty, notEmpty
 * ids (member, department, company, choice): in, notIn, empty, notEmpty; `@me`, `@myDepartments` stand for the reader's own
 * numbers, dates: eq, ne, lt, lte, gt, gte, between, empty, notEmpty
 * booleans: isTrue, isFalse (absence is false)
 * collections: contains, is, empty, notEmpty, over the items' values
 */
export type Filter =
  | { readonly all: readonly Filter[] }
  | { readonly any: readonly Filter[] }
  | { readonly not: Filter }
  | { readonly field: string; readonly op: string; readonly value?: Json };

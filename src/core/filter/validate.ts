import type { Json } from '../kit/json.ts';
import type { Result } from '../kit/result.ts';
import { err, ok } from '../kit/result.ts';
import type { FieldDef } from '../record/field.ts';
import { isIsoDay } from '../record/field-types/dates.ts';
import type { Filter } from './filter.ts';
import type { Comparison } from './ops.ts';
import { comparisonOf, operandOf, opsOf } from './ops.ts';

export const FILTER_LIMITS = {
  /** Nesting of all/any/not. */
  depth: 8,
  /** Conditions in one filter. */
  conditions: 100,
  /** Entries of one `in`. */
  values: 1000,
  textLength: 500,
} as const;

export type FilterError =
  | { readonly type: 'filter-malformed' }
  | { readonly type: 'filter-too-large' }
  | { readonly type: 'filter-field-unknown'; readonly field: string }
  | { readonly type: 'filter-op-unknown'; readonly field: string; readonly op: string }
  | { readonly type: 'filter-value-invalid'; readonly field: string; readonly op: string };

/** Checks a filter that came from outside (a link, a saved view, a plugin) against the fields there are. */
export function validateFilter(
  input: unknown,
  fieldOf: (id: string) => FieldDef | undefined,
): Result<Filter, FilterError> {
  let conditions = 0;
  const visit = (node: unknown, depth: number): FilterError | undefined => {
    if (depth > FILTER_LIMITS.depth) return { type: 'filter-too-large' };
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return { type: 'filter-malformed' };
    const keys = Object.keys(node);
    const branch = (node as { all?: unknown }).all ?? (node as { any?: unknown }).any;
    if (branch !== undefined) {
      if (keys.length !== 1 || !Array.isArray(branch)) return { type: 'filter-malformed' };
      if (branch.length > FILTER_LIMITS.conditions) return { type: 'filter-too-large' };
      for (const part of branch) {
        const error = visit(part, depth + 1);
        if (error) return error;
      }
      return undefined;
    }
    if ('not' in node) return keys.length === 1 ? visit(node.not, depth + 1) : { type: 'filter-malformed' };
    if (++conditions > FILTER_LIMITS.conditions) return { type: 'filter-too-large' };
    const { field: id, op, value } = node as { field?: unknown; op?: unknown; value?: Json };
    if (typeof id !== 'string' || typeof op !== 'string') return { type: 'filter-malformed' };
    if (keys.some((key) => key !== 'field' && key !== 'op' && key !== 'value')) return { type: 'filter-malformed' };
    const field = fieldOf(id);
    if (!field) return { type: 'filter-field-unknown', field: id.slice(0, 100) };
    if (!opsOf(field.type).includes(op)) return { type: 'filter-op-unknown', field: id, op: op.slice(0, 100) };
    return fits(op, value, comparisonOf(field.type)) ? undefined : { type: 'filter-value-invalid', field: id, op };
  };
  const error = visit(input, 0);
  return error ? err(error) : ok(input as Filter);
}

function fits(op: string, value: Json | undefined, comparison: Comparison): boolean {
  switch (operandOf(op)) {
    case 'none':
      return value === undefined || value === null;
    case 'many':
      return Array.isArray(value) && value.length <= FILTER_LIMITS.values && value.every(isText);
    case 'two':
      return Array.isArray(value) && value.length === 2 && value.every((end: Json) => isOperand(end, comparison));
    case 'one':
      return isOperand(value, comparison);
  }
}

const isText = (value: Json | undefined): boolean =>
  typeof value === 'string' && value.length > 0 && value.length <= FILTER_LIMITS.textLength;

function isOperand(value: Json | undefined, comparison: Comparison): boolean {
  if (comparison === 'number') return typeof value === 'number' && Number.isFinite(value);
  const isDay = typeof value === 'string' && isIsoDay(value);
  if (comparison === 'date') return isDay;
  if (comparison === 'moment') return isDay || (typeof value === 'number' && Number.isFinite(value));
  return isText(value);
}

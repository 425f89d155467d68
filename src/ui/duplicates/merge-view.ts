import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { Values } from '#core/record/row.ts';

/** A field of two contacts, side by side. */
export interface MergeRow {
  readonly field: FieldDef;
  readonly kept: Json | undefined;
  readonly gone: Json | undefined;
}

export interface MergeView {
  /** One of two values is to be chosen. */
  readonly differing: readonly MergeRow[];
  /** Numbers and addresses: all of both are kept. */
  readonly together: readonly MergeRow[];
  readonly same: readonly MergeRow[];
}

/** The fields in which at least one of the two says something, in form order. */
export function mergeView(fields: readonly FieldDef[], kept: Values, gone: Values): MergeView {
  const rows = fields
    .map((field) => ({ field, kept: kept[field.id], gone: gone[field.id] }))
    .filter((row) => !isEmpty(row.kept) || !isEmpty(row.gone));
  const isList = ({ field }: MergeRow) => field.type === 'phones' || field.type === 'emails';
  return {
    differing: rows.filter((row) => !isList(row) && !jsonEqual(row.kept, row.gone)),
    together: rows.filter(isList),
    same: rows.filter((row) => !isList(row) && jsonEqual(row.kept, row.gone)),
  };
}

/** What is taken of the other contact unless somebody chooses otherwise: what the one that stays does not say. */
export const usualTake = ({ differing }: MergeView): string[] =>
  differing.filter((row) => isEmpty(row.kept)).map((row) => row.field.id);

export const isEmpty = (value: Json | undefined): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

import type { Json } from '../kit/json.ts';
import type { FieldDef } from '../record/field.ts';
import type { Filter } from './filter.ts';
import { operandOf } from './ops.ts';
import type { Leaf } from './test.ts';
import { validateFilter } from './validate.ts';

/**
 * What a person builds (B15): conditions in groups, each group and the whole joined by `all` (và) or `any` (hoặc). It is
 * kept as built, also where a field of it is gone, so that a link and a saved view can say what they left out.
 */
export interface Conditions {
  readonly link: Link;
  readonly groups: readonly Group[];
}
export interface Group {
  readonly link: Link;
  readonly conditions: readonly Leaf[];
}
export type Link = 'all' | 'any';

export const NO_CONDITIONS: Conditions = { link: 'all', groups: [] };
/** Longest written form that is read: longer ones no longer fit into every browser's and proxy's URL. */
export const MAX_WRITTEN = 6_000;
const MAX_CONDITIONS = 50;

export type FieldOf = (id: string) => FieldDef | undefined;

/**
 * As text for a URL: JSON `["all",["any",["name","contains","an"],["rating","gte",4]]]`; '' for none.
 * `readConditions` of it gives the same back.
 */
export function writeConditions({ link, groups }: Conditions): string {
  const written = groups
    .filter((group) => group.conditions.length > 0)
    .map((group) => [
      group.link,
      ...group.conditions.map(({ field, op, value }) => (value === undefined ? [field, op] : [field, op, value])),
    ]);
  return written.length === 0 ? '' : JSON.stringify([link, ...written]);
}

/** `undefined` for what is none; the fields and operators are judged by `splitConditions`. */
export function readConditions(text: string): Conditions | undefined {
  if (text === '') return NO_CONDITIONS;
  if (text.length > MAX_WRITTEN) return undefined;
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(written) || !isLink(written[0])) return undefined;
  const groups: Group[] = [];
  let count = 0;
  for (const part of written.slice(1) as unknown[]) {
    if (!Array.isArray(part) || !isLink(part[0]) || part.length < 2) return undefined;
    const conditions = (part.slice(1) as unknown[]).map(readLeaf);
    count += conditions.length;
    if (count > MAX_CONDITIONS || conditions.includes(undefined)) return undefined;
    groups.push({ link: part[0], conditions: conditions as Leaf[] });
  }
  return { link: written[0], groups };
}

const isLink = (value: unknown): value is Link => value === 'all' || value === 'any';

function readLeaf(written: unknown): Leaf | undefined {
  if (!Array.isArray(written) || written.length < 2 || written.length > 3) return undefined;
  const [field, op, value] = written as unknown[];
  if (typeof field !== 'string' || typeof op !== 'string') return undefined;
  return written.length === 2 ? { field, op } : { field, op, value: value as Json };
}

/** Can this condition be asked: is its field there, does it know the operator, is there a value of the right kind? */
export function isUsable(leaf: Leaf, fieldOf: FieldOf): boolean {
  if (!validateFilter(leaf, fieldOf).ok) return false;
  const { value } = leaf;
  if (operandOf(leaf.op) === 'many') return Array.isArray(value) && value.length > 0;
  return typeof value !== 'string' || value.trim() !== '';
}

/** The filter of the conditions that can be asked, and those that were left out. */
export function splitConditions(
  { link, groups }: Conditions,
  fieldOf: FieldOf,
): { readonly filter: Filter | undefined; readonly lost: readonly Leaf[] } {
  const lost: Leaf[] = [];
  const parts: Filter[] = [];
  for (const group of groups) {
    const usable = group.conditions.filter((leaf) => isUsable(leaf, fieldOf) || void lost.push(leaf));
    const joined = join(group.link, usable);
    if (joined) parts.push(joined);
  }
  return { filter: join(link, parts), lost };
}

function join(link: Link, parts: readonly Filter[]): Filter | undefined {
  if (parts.length < 2) return parts[0];
  return link === 'all' ? { all: parts } : { any: parts };
}

export const countConditions = ({ groups }: Conditions): number =>
  groups.reduce((sum, group) => sum + group.conditions.length, 0);

/** Without one condition; a group that is empty then goes too. */
export function withoutCondition({ link, groups }: Conditions, leaf: Leaf): Conditions {
  const left = groups
    .map((group) => ({ ...group, conditions: group.conditions.filter((one) => one !== leaf) }))
    .filter((group) => group.conditions.length > 0);
  return { link, groups: left };
}

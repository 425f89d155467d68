import { compile } from '../filter/test.ts';
import type { Filter } from '../filter/filter.ts';
import { validateFilter, type FilterError } from '../filter/validate.ts';
import { err, ok, type Result } from '../kit/result.ts';
import type { Directory, FieldDef } from '../record/field.ts';
import { PARTITION_FIELDS, type Partition } from './partition.ts';
import type { Person } from './person.ts';
import type { VisibilityPreset, VisibilityRule } from './role.ts';

/** The presets as conditions: what they mean is exactly this (property-tested). */
const PRESETS: Readonly<Record<VisibilityPreset, Filter>> = {
  all: { all: [] },
  departments: { field: 'departmentId', op: 'in', value: ['@myDepartments'] },
  'mine-or-unassigned': {
    any: [
      { field: 'ownerId', op: 'in', value: ['@me'] },
      { field: 'ownerId', op: 'empty' },
    ],
  },
  mine: { field: 'ownerId', op: 'in', value: ['@me'] },
};

/** A rule in the filter language: for showing it, and for asking it of rows. */
export const ruleFilter = (rule: VisibilityRule): Filter => ('preset' in rule ? PRESETS[rule.preset] : rule.filter);

const FIELDS: ReadonlyMap<string, FieldDef> = new Map(
  (
    [
      { id: 'ownerId', type: 'member', title: { vi: 'Người phụ trách', en: 'Owner' } },
      { id: 'departmentId', type: 'department', title: { vi: 'Phòng ban phụ trách', en: 'Department' } },
    ] as const
  ).map((field, order) => [field.id, { ...field, entity: 'contact', group: 'main', order }]),
);

/** The fields a rule may ask about. */
export const partitionField = (id: string): FieldDef | undefined => FIELDS.get(id);

// names are no part of a rule: a person who is renamed sees what they saw before
const NO_NAMES: Directory = {
  memberName: () => undefined,
  departmentName: () => undefined,
  companyName: () => undefined,
  memberByName: () => undefined,
  departmentByName: () => undefined,
};
const RULE_OPS: readonly string[] = ['in', 'notIn', 'empty', 'notEmpty'];

/** Does this rule let the person see the partition's records? The one question of visibility (A3). */
export function entitled(rule: VisibilityRule, person: Person, partition: Partition): boolean {
  if ('preset' in rule) {
    switch (rule.preset) {
      case 'all':
        return true;
      case 'departments':
        return partition.departmentId !== '' && person.departments.includes(partition.departmentId);
      case 'mine-or-unassigned':
        return partition.ownerId === '' || partition.ownerId === person.id;
      case 'mine':
        return partition.ownerId === person.id;
    }
  }
  return compileRule(rule.filter, person)(partition);
}

/** The same question, made ready to be asked of many partitions. */
export function compileRule(filter: Filter, person: Person): (partition: Partition) => boolean {
  const test = compile(filter, {
    field: partitionField,
    directory: NO_NAMES,
    me: person.id,
    myDepartments: person.departments,
  });
  return (partition) =>
    test((field) => {
      const value = partition[field as (typeof PARTITION_FIELDS)[number]];
      return value === '' ? undefined : value;
    });
}

export type RuleError = FilterError | { readonly type: 'rule-malformed' };

/** Checks a rule's condition: partition fields only, compared by id. */
export function validateRuleFilter(input: unknown): Result<Filter, RuleError> {
  const valid = validateFilter(input, partitionField);
  if (!valid.ok) return valid;
  return asksById(valid.value) ? ok(valid.value) : err({ type: 'rule-malformed' });
}

function asksById(filter: Filter): boolean {
  if ('all' in filter) return filter.all.every(asksById);
  if ('any' in filter) return filter.any.every(asksById);
  if ('not' in filter) return asksById(filter.not);
  return RULE_OPS.includes(filter.op);
}

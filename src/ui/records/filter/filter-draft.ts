import { isUsable, type Conditions, type FieldOf, type Link } from '#core/filter/conditions.ts';
import type { Leaf } from '#core/filter/test.ts';
import { comparisonOf, operandOf, opsOf, SYSTEM_FIELDS } from '#core/filter/ops.ts';
import type { Json } from '#core/kit/json.ts';
import type { FieldDef, FieldTypeId } from '#core/record/field.ts';

/** What the panel holds while somebody builds: conditions that may lack their value yet, with keys that stay. */
export interface FilterDraft {
  readonly link: Link;
  readonly groups: readonly GroupDraft[];
}
export interface GroupDraft {
  readonly key: number;
  readonly link: Link;
  readonly conditions: readonly ConditionDraft[];
}
export interface ConditionDraft {
  readonly key: number;
  readonly field: string;
  readonly op: string;
  /** null = none yet. */
  readonly value: Json;
}

let keys = 0;

/** Fields conditions may ask, in form order, then the times and the maker of a record. */
export const askedFields = (fields: readonly FieldDef[]): readonly FieldDef[] => [
  ...fields,
  ...SYSTEM_FIELDS.filter(({ id }) => id === 'createdAt' || id === 'updatedAt' || id === 'createdBy'),
];

/** Operators as the panel offers them: of what refers to something, "là" means the thing, not a text like its name. */
export const offeredOps = (type: FieldTypeId): readonly string[] =>
  comparisonOf(type) === 'id' ? opsOf(type).filter((op) => op !== 'is' && op !== 'isNot') : opsOf(type);

export const newCondition = (field: FieldDef): ConditionDraft => ({
  key: ++keys,
  field: field.id,
  op: offeredOps(field.type)[0]!,
  value: null,
});

export const newGroup = (field: FieldDef): GroupDraft => ({
  key: ++keys,
  link: 'all',
  conditions: [newCondition(field)],
});

export const draftOf = ({ link, groups }: Conditions): FilterDraft => ({
  link,
  groups: groups.map((group) => ({
    key: ++keys,
    link: group.link,
    conditions: group.conditions.map(({ field, op, value }) => ({ key: ++keys, field, op, value: value ?? null })),
  })),
});

export const leafOf = ({ field, op, value }: ConditionDraft): Leaf =>
  operandOf(op) === 'none' || value === null ? { field, op } : { field, op, value: inOrder(op, value) };

/** "between" two ends that were typed the wrong way round. */
function inOrder(op: string, value: Json): Json {
  if (op !== 'between' || !Array.isArray(value)) return value;
  const [from = null, to = null] = value as readonly Json[];
  const comparable =
    (typeof from === 'number' && typeof to === 'number') || (typeof from === 'string' && typeof to === 'string');
  return comparable && from > to ? [to, from] : (value as Json);
}

export const conditionsOf = ({ link, groups }: FilterDraft): Conditions => ({
  link,
  groups: groups
    .filter((group) => group.conditions.length > 0)
    .map((group) => ({ link: group.link, conditions: group.conditions.map(leafOf) })),
});

/** Keys of conditions that still lack a value, or whose field is gone. */
export const unusable = (draft: FilterDraft, fieldOf: FieldOf): ReadonlySet<number> =>
  new Set(
    draft.groups.flatMap((group) =>
      group.conditions.filter((one) => !isUsable(leafOf(one), fieldOf)).map(({ key }) => key),
    ),
  );

/** Another field or operator: a value of the same kind stays. */
export function withField(one: ConditionDraft, field: FieldDef): ConditionDraft {
  const ops = offeredOps(field.type);
  return { ...one, field: field.id, op: ops.includes(one.op) ? one.op : ops[0]!, value: null };
}
export const withOp = (one: ConditionDraft, op: string): ConditionDraft => ({
  ...one,
  op,
  value: operandOf(op) === operandOf(one.op) ? one.value : null,
});

/** `change` gives another draft of the condition, or undefined to take it out. */
export const withCondition = (
  draft: FilterDraft,
  key: number,
  change: (one: ConditionDraft) => ConditionDraft | undefined,
): FilterDraft => ({
  ...draft,
  groups: draft.groups
    .map((group) => ({
      ...group,
      conditions: group.conditions.flatMap((one) => (one.key === key ? (change(one) ?? []) : one)),
    }))
    .filter((group) => group.conditions.length > 0),
});

/** `change` gives another draft of the group, or undefined to take it out. */
export const withGroup = (
  draft: FilterDraft,
  key: number,
  change: (group: GroupDraft) => GroupDraft | undefined,
): FilterDraft => ({
  ...draft,
  groups: draft.groups.flatMap((group) => (group.key === key ? (change(group) ?? []) : group)),
});

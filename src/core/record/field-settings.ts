import * as v from 'valibot';
import type { Json } from '../kit/json.ts';
import type { Failure } from '../kit/result.ts';
import {
  FIELD_GROUPS,
  FIELD_TYPE_IDS,
  type FieldChoice,
  type FieldDef,
  type FieldGroup,
  type FieldTypeId,
} from './field.ts';
import { RECORD_TYPES, type RecordType } from './row.ts';

/**
 * The workspace's own fields and its rules for the others, as the root `fields` of the workspace document keeps them.
 * Every property is an entry of its own, so that what two admins say of one field without knowing of each other both
 * stands: a field that one renamed and the other deleted is deleted, and has the new name when it is restored (B9, B10).
 * - `<id>` → the field as it was made; written once
 * - `<target>:title`, `:type`, `:required`, `:place` ({ group, order }), `:deletedAt` (ms or null) → its latest value
 * - `<target>:was/<type>` → true for every type it had
 * - `<target>:choice/<choice id>` → { title, order, off? }
 * A target is the id of an own field (`custom.…`), or `ruleKey` of a default or plugin field, of which `required` and
 * `place` count alone. The same property written by two at once: one of them wins, the same one on every device.
 */
export const OWN_PREFIX = 'custom.';
export const ruleKey = (entity: RecordType, id: string): string => `${entity}/${id}`;
export const isOwnField = (id: string): boolean => id.startsWith(OWN_PREFIX);

/** Where a field stands in forms; ties by id. */
export interface FieldPlace {
  readonly group: FieldGroup;
  readonly order: number;
}

/** What the workspace says of a field it does not own. */
export interface FieldRule {
  readonly required?: boolean;
  readonly place?: FieldPlace;
}

/** What an admin says of one field. `make` = it is new, and `title` and `type` are there; absent properties stay. */
export interface FieldEdit {
  readonly entity: RecordType;
  readonly id: string;
  readonly make?: true;
  readonly title?: string;
  readonly type?: FieldTypeId;
  readonly required?: boolean;
  readonly place?: FieldPlace;
  /** ms since 1970; null restores it. */
  readonly deletedAt?: number | null;
  /** Those that are new or changed, with their places. */
  readonly choices?: readonly {
    readonly id: string;
    readonly title: string;
    readonly order: number;
    readonly off?: boolean;
  }[];
}

/** What is wrong with an edit; `field` names the property (`title`, `type`, `choices`). */
export interface FieldProblem {
  readonly field: string;
  readonly error: Failure & Record<string, unknown>;
}

const title = v.union([v.string(), v.object({ vi: v.string(), en: v.string() })]);
const type = v.picklist(FIELD_TYPE_IDS);
const group = v.picklist(FIELD_GROUPS);
const placeSchema = v.object({ group, order: v.number() });
const choiceSchema = v.object({ title, order: v.number(), off: v.optional(v.boolean()) });
const fieldSchema = v.object({
  entity: v.picklist(RECORD_TYPES),
  type,
  title,
  required: v.optional(v.boolean()),
  order: v.number(),
  group,
  column: v.optional(v.boolean()),
  choices: v.optional(v.array(v.object({ id: v.string(), title }))),
  synonyms: v.optional(v.array(v.string())),
});

export interface FieldSettings {
  readonly fields: readonly FieldDef[];
  readonly deletedFields: readonly FieldDef[];
  readonly fieldRules: Readonly<Record<string, FieldRule>>;
}

/** Reads the root; never throws. An entry that is not what it should be is left out. */
export function readFieldSettings(entries: Readonly<Record<string, Json>>): FieldSettings {
  const properties = new Map<string, Map<string, Json>>();
  for (const [key, value] of Object.entries(entries)) {
    const colon = key.indexOf(':');
    if (colon < 0) continue;
    const target = key.slice(0, colon);
    if (!properties.has(target)) properties.set(target, new Map());
    properties.get(target)!.set(key.slice(colon + 1), value);
  }
  const fields: FieldDef[] = [];
  const deletedFields: FieldDef[] = [];
  for (const [id, entry] of Object.entries(entries)) {
    if (id.includes(':')) continue;
    const made = parsed(fieldSchema, entry);
    if (!made) continue;
    const said = properties.get(id) ?? new Map<string, Json>();
    const field = ownField(id, made, said);
    (typeof said.get('deletedAt') === 'number' ? deletedFields : fields).push(field);
  }
  const fieldRules: Record<string, FieldRule> = {};
  for (const [target, said] of properties) {
    if (!target.includes('/')) continue;
    const required = parsed(v.boolean(), said.get('required'));
    const place = parsed(placeSchema, said.get('place'));
    fieldRules[target] = { ...(required !== undefined && { required }), ...(place && { place }) };
  }
  return { fields: fields.sort(byOrder), deletedFields: deletedFields.sort(byOrder), fieldRules };
}

function ownField(id: string, made: v.InferOutput<typeof fieldSchema>, said: ReadonlyMap<string, Json>): FieldDef {
  const now = parsed(type, said.get('type')) ?? made.type;
  const place = parsed(placeSchema, said.get('place')) ?? { group: made.group, order: made.order };
  const required = parsed(v.boolean(), said.get('required')) ?? made.required;
  const was = FIELD_TYPE_IDS.filter((one) => one !== now && (one === made.type || said.get(`was/${one}`) === true));
  const choices = choicesOf(made.choices ?? [], said);
  return {
    id,
    entity: made.entity,
    type: now,
    title: parsed(title, said.get('title')) ?? made.title,
    order: place.order,
    group: place.group,
    ...(required !== undefined && { required }),
    ...(made.column !== undefined && { column: made.column }),
    ...(choices.length > 0 && { choices }),
    ...(made.synonyms && { synonyms: made.synonyms }),
    ...(was.length > 0 && { was }),
  };
}

function choicesOf(made: readonly FieldChoice[], said: ReadonlyMap<string, Json>): FieldChoice[] {
  const all = new Map(made.map((choice, order) => [choice.id, { ...choice, order }]));
  for (const [property, value] of said) {
    const id = /^choice\/(.+)$/.exec(property)?.[1];
    const choice = id === undefined ? undefined : parsed(choiceSchema, value);
    if (id === undefined || !choice) continue;
    all.set(id, { id, title: choice.title, order: choice.order, ...(choice.off && { off: true }) });
  }
  return [...all.values()].sort(byOrder).map(({ order: _, ...choice }) => choice);
}

/** What an edit writes into the root. It must have been checked (`checkFieldEdit`). */
export function fieldEntries(edit: FieldEdit, present: FieldDef | undefined): Record<string, Json> {
  const entries: Record<string, Json> = {};
  const target = isOwnField(edit.id) ? edit.id : ruleKey(edit.entity, edit.id);
  const say = (property: string, value: Json | undefined) => {
    if (value !== undefined) entries[`${target}:${property}`] = value;
  };
  const { make, entity, required, place, deletedAt, choices = [] } = edit;
  if (make) {
    const { group, order } = place ?? { group: 'details', order: 0 };
    entries[edit.id] = { entity, type: edit.type!, title: edit.title!, group, order };
  } else {
    say('title', edit.title);
    if (edit.type !== undefined && edit.type !== present?.type) {
      say('type', edit.type);
      if (present) say(`was/${present.type}`, true);
    }
    say('place', place && { ...place });
  }
  say('required', required);
  say('deletedAt', deletedAt);
  for (const { id, ...choice } of choices)
    say(`choice/${id}`, { title: choice.title, order: choice.order, ...(choice.off && { off: true }) });
  return entries;
}

const parsed = <T>(schema: v.GenericSchema<unknown, T>, value: unknown): T | undefined => {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
};

const byOrder = (a: { readonly id: string; readonly order: number }, b: typeof a): number =>
  a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

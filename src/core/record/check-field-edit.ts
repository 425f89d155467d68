import { fold } from '../contact/fold.ts';
import type { FieldDef, FieldTypeId, Text } from './field.ts';
import { isOwnField, type FieldEdit, type FieldProblem } from './field-settings.ts';
import { cleanLine } from './field-types/text.ts';
import { formFields } from './form-fields.ts';
import type { WorkspaceData } from './workspace-data.ts';

export const FIELD_LIMITS = {
  /** Characters of a field's name (B5) and of a choice. */
  title: 60,
  /** Own fields of one record type, deleted ones included. */
  fields: 200,
  choices: 200,
} as const;

/** Types an own field may have (B6), in the order in which a form offers them. */
export const OWN_FIELD_TYPES = [
  'text', 'long-text', 'number', 'money', 'date', 'date-time', 'boolean', 'choice', 'choices',
  'phones', 'emails', 'url', 'address', 'member', 'rating',
] as const satisfies readonly FieldTypeId[]; // prettier-ignore

export const hasChoices = (type: FieldTypeId): boolean => type === 'choice' || type === 'choices';

type Known = Pick<WorkspaceData, 'fields' | 'deletedFields' | 'fieldRules'>;

/** The edit with its texts cleaned (NFC, no invisible characters), and all that is wrong with it. */
export function checkFieldEdit(given: FieldEdit, data: Known): { edit: FieldEdit; problems: readonly FieldProblem[] } {
  const edit: FieldEdit = {
    ...given,
    ...(given.title !== undefined && { title: cleanLine(given.title) }),
    ...(given.choices && { choices: given.choices.map((choice) => ({ ...choice, title: cleanLine(choice.title) })) }),
  };
  const problems: FieldProblem[] = [];
  const problem = (field: string, type: string, more: Record<string, unknown> = {}) =>
    void problems.push({ field, error: { type, ...more } });
  const live = formFields(edit.entity, data);
  const deleted = data.deletedFields.filter((field) => field.entity === edit.entity);
  const present = [...live, ...deleted].find((field) => field.id === edit.id);

  if (!isOwnField(edit.id)) {
    if (!present) problem('field', 'field-unknown');
    // what everything else of the app builds on stays as it is; nobody can delete it (B10)
    if (edit.make || [edit.title, edit.type, edit.deletedAt, edit.choices].some((said) => said !== undefined))
      problem('field', 'field-fixed');
    return { edit, problems };
  }
  if (edit.make ? present !== undefined || edit.title === undefined || edit.type === undefined : !present)
    problem('field', 'field-unknown');
  if (edit.make && !/^custom\.[a-z0-9]{4,40}$/.test(edit.id)) problem('field', 'field-unknown');
  const own = [...data.fields, ...data.deletedFields].filter((f) => f.entity === edit.entity && isOwnField(f.id));
  if (edit.make && own.length >= FIELD_LIMITS.fields) problem('field', 'too-many', { max: FIELD_LIMITS.fields });

  // a field that comes back needs its name as a new one does
  const title = edit.title ?? (edit.deletedAt === null ? present && textIn(present.title, 'vi') : undefined);
  if (title !== undefined) {
    const taken = namesake(
      title,
      live.filter((field) => field.id !== edit.id),
    );
    if (title === '') problem('title', 'required');
    else if (title.length > FIELD_LIMITS.title) problem('title', 'too-long', { max: FIELD_LIMITS.title });
    else if (taken) problem('title', 'name-taken', { name: title, id: taken.id });
  }
  if (edit.type !== undefined && !OWN_FIELD_TYPES.some((type) => type === edit.type) && edit.type !== present?.type)
    problem('type', 'value-invalid');
  checkChoices(edit, present, problem);
  return { edit, problems };
}

function checkChoices(
  edit: FieldEdit,
  present: FieldDef | undefined,
  problem: (field: string, type: string, more?: Record<string, unknown>) => void,
): void {
  const after = new Map(
    (present?.choices ?? []).map((c) => [c.id, { title: textIn(c.title, 'vi'), off: c.off === true }]),
  );
  for (const { id, title, off = false } of edit.choices ?? []) {
    if (!/^[\w-]{1,40}$/.test(id)) problem('choices', 'value-invalid');
    after.set(id, { title, off });
  }
  const type = edit.type ?? present?.type;
  const offered = [...after.values()].filter(({ off }) => !off).map((choice) => choice.title);
  if (offered.includes('')) problem('choices', 'required');
  else if (type && hasChoices(type) && (edit.make || edit.type || edit.choices) && offered.length === 0)
    problem('choices', 'required');
  if (offered.some((title) => title.length > FIELD_LIMITS.title))
    problem('choices', 'too-long', { max: FIELD_LIMITS.title });
  if (after.size > FIELD_LIMITS.choices) problem('choices', 'too-many', { max: FIELD_LIMITS.choices });
  const folded = offered.map(key);
  const twice = offered.find((title, i) => title !== '' && folded.indexOf(key(title)) < i);
  if (twice !== undefined) problem('choices', 'name-taken', { name: twice });
}

/** A field whose name is the same without accents and case, in either language; system ones count too (B5). */
export const namesake = (title: string, fields: readonly FieldDef[]): FieldDef | undefined =>
  fields.find(
    (field) => key(textIn(field.title, 'vi')) === key(title) || key(textIn(field.title, 'en')) === key(title),
  );

/** A name of signs that fold to nothing (emoji) is itself. */
const key = (title: string): string => fold(title).trim() || title;

const textIn = (text: Text, locale: 'vi' | 'en'): string => (typeof text === 'string' ? text : text[locale]);

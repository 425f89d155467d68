import type { FieldDef } from '#core/record/field.ts';
import type { FieldEdit } from '#core/record/field-settings.ts';
import { textOf } from '../locale.svelte.ts';

/** Choices while they are edited, in order; those taken away are kept for the records that hold them. */
export interface ChoiceDraft {
  readonly id: string;
  readonly title: string;
  readonly off: boolean;
}

export const newChoice = (title = ''): ChoiceDraft => ({ id: shortId(), title, off: false });

export const choiceDrafts = (field: FieldDef | undefined): readonly ChoiceDraft[] =>
  (field?.choices ?? []).map(({ id, title, off = false }) => ({ id, title: textOf(title), off }));

/** What differs from the field: new ones, other titles, other places. An empty new line is none. */
export function choiceEdits(drafts: readonly ChoiceDraft[], field: FieldDef | undefined): FieldEdit['choices'] {
  const before = choiceDrafts(field);
  const known = new Set(before.map((one) => one.id));
  const kept = drafts.filter((one) => one.title.trim() !== '' || known.has(one.id));
  const same = JSON.stringify(kept) === JSON.stringify(before);
  return same ? undefined : kept.map(({ id, title, off }, order) => ({ id, title, order, ...(off && { off }) }));
}

/** 8 small letters and digits: unique among the fields or choices of a workspace. */
export const shortId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => (byte % 36).toString(36)).join('');

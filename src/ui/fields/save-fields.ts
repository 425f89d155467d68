import type { FieldEdit, FieldProblem } from '#core/record/field-settings.ts';
import type { UiApp } from '../app-context.ts';
import { t } from './fields-texts.ts';

/** Writes edits of fields. Gives the messages by property (`title`, `type`, `choices`; '' = of the whole), none if done. */
export async function saveFields(app: UiApp, edits: readonly FieldEdit[]): Promise<Readonly<Record<string, string>>> {
  try {
    const result = await app.workspace.write({ type: 'edit-fields', edits });
    if (result.ok) return {};
    if (result.error.type === 'forbidden') return { '': t('errForbidden') };
    const texts: Record<string, string> = {};
    for (const problem of result.error.fields) {
      const place = ['title', 'type', 'choices'].includes(problem.field) ? problem.field : '';
      texts[place] ??= problemText(problem);
    }
    return texts;
  } catch {
    return { '': t('errFailed') };
  }
}

/** The same where nobody stands at a form: a failure ends in a notice. Gives whether it was done. */
export async function saveFieldsOrTell(app: UiApp, edits: readonly FieldEdit[]): Promise<boolean> {
  const wrong = Object.values(await saveFields(app, edits))[0];
  if (wrong !== undefined) app.notify({ text: wrong, tone: 'error' });
  return wrong === undefined;
}

function problemText({ field, error }: FieldProblem): string {
  const name = typeof error.name === 'string' ? error.name : '';
  switch (error.type) {
    case 'required':
      return field === 'choices' ? t('errChoices') : t('errName');
    case 'too-long':
      return t('errLong', { max: Number(error.max) });
    case 'too-many':
      return t('errMany', { max: Number(error.max) });
    case 'name-taken':
      return field === 'choices' ? t('errChoiceTwice', { name }) : t('errTaken', { name });
    case 'field-fixed':
      return t('errFixed');
    case 'field-unknown':
      return t('errGone');
    default:
      return t('errFailed');
  }
}

import type { FieldDef } from '#core/record/field.ts';
import { WorkerGone, type CommandError } from '#data-worker/port.ts';
import { textOf } from '../locale.svelte.ts';
import { fieldText } from './field-texts.ts';
import { t } from './texts.ts';

type FieldProblem = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What is wrong with one field, in words for the person at it (A21). `title`: the label the form gave the field. */
export function fieldErrorText(error: FieldProblem, title: string): string {
  const input = typeof error.input === 'string' ? error.input.slice(0, 60) : '';
  switch (error.type) {
    case 'required':
      return t('errRequired', { field: title });
    case 'too-long':
      return t('errTooLong', { field: title, max: Number(error.max) });
    case 'phone-invalid':
      return t('errPhone', { input });
    case 'email-invalid':
      return t('errEmail', { input });
    case 'number-invalid':
      return t('errNumber', { input });
    case 'date-invalid':
      return t('errDate', { input });
    case 'url-invalid':
      return t('errUrl', { input });
    case 'choice-unknown':
      return t('errChoice', { input });
    case 'member-unknown':
      return t('errMember');
    case 'department-unknown':
      return t('errDepartment');
    case 'end-before-start':
      return fieldText('endBeforeStart');
    case 'start-after-end':
      return fieldText('startAfterEnd');
    case 'email-needed':
      return fieldText('emailNeeded');
    case 'portal-needs-email':
      return fieldText('portalNeedsEmail');
    case 'lead-converted':
      return fieldText('leadConverted');
    default:
      return t('errValue', { field: title });
  }
}

/** Why a command did nothing. For `invalid` the first field's problem; forms show each at its field. */
export function commandErrorText(error: CommandError, fields: readonly FieldDef[] = []): string {
  switch (error.type) {
    case 'invalid': {
      const first = error.fields[0];
      const field = fields.find((f) => f.id === first?.field);
      return first ? fieldErrorText(first.error, field ? textOf(field.title) : first.field) : t('errStorage');
    }
    case 'denied':
      return t('errDenied', { reason: error.reason });
    case 'not-found':
      return t('errNotFound');
    case 'forbidden':
      return t('errForbidden');
    case 'cancelled':
      return '';
    case 'storage':
      return error.trouble.type === 'quota-exceeded' ? t('errQuota') : t('errStorage');
  }
}

/** A rejected call of the port: the worker went away, or a bug. Both mean that nothing was saved for sure. */
export const callFailedText = (reason: unknown): string =>
  reason instanceof WorkerGone || (reason as { name?: unknown } | null)?.name === 'WorkerGone'
    ? t('errWorker')
    : t('errStorage');

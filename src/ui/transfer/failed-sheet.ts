import type { FieldDef } from '#core/record/field.ts';
import type { ImportPort, ImportProblem } from '#data-worker/port.ts';
import type { Cell, TransferSheet } from '#plugin-api';
import { textOf } from '../locale.svelte.ts';
import { fieldErrorText } from '../records/error-text.ts';
import { t } from './transfer-texts.ts';

type FailedRows = Awaited<ReturnType<ImportPort['failed']>>;

/** What is wrong with a cell or row, in words. */
export function problemText(problem: ImportProblem, fields: readonly FieldDef[]): string {
  const field = fields.find(({ id }) => id === problem.field);
  const reason = (problem.error as { readonly reason?: unknown }).reason;
  // a guard's refusal brings its own words
  if (problem.error.type === 'denied' && typeof reason === 'string') return reason;
  // the import ended before this row
  if (problem.error.type === 'cancelled') return t('notReached');
  if (problem.error.type === 'quota-exceeded') return t('quota');
  if (problem.error.type.startsWith('storage') || problem.error.type === 'worker-gone') return t('storage');
  if (problem.error.type === 'too-long' && !problem.field) return t('rowTooLarge');
  return fieldErrorText(problem.error, field ? textOf(field.title) : (problem.field ?? ''));
}

/** The failed rows as they were in the file, with line and reasons at the end, so that it can be corrected and imported. */
export function failedSheet(
  headings: readonly string[],
  failed: FailedRows,
  fields: readonly FieldDef[],
): TransferSheet {
  return {
    name: t('failedSheet'),
    headings: [...headings, t('lineColumn'), t('reasonColumn')],
    rows: failed.map(({ line, cells, reasons }) => [
      ...headings.map((_, i) => (cells[i] ?? null) as Cell),
      line,
      reasons.map((reason) => problemText(reason, fields)).join(' '),
    ]),
  };
}

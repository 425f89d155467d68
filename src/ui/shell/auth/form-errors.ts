import type { Failure } from '#core/kit/result.ts';
import { t } from './auth-texts.ts';

/** A refusal of the relay's API: what the UI shows comes from `type` and, by field, from `fields`. */
export interface ApiFailure extends Failure {
  readonly fields?: Readonly<Record<string, string>> | undefined;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly id?: string | undefined;
}

/** What is wrong with one input, from the relay's code; `label` is the field's name as the form shows it. */
export function fieldError(code: string | undefined, label: string): string | undefined {
  switch (code) {
    case undefined:
      return undefined;
    case 'required':
      return t('required', { field: label.toLocaleLowerCase('vi') });
    case 'email-invalid':
      return t('emailInvalid');
    case 'too-short':
      return t('tooShort');
    case 'too-simple':
      return t('tooSimple');
    case 'too-long':
      return t('tooLong', { field: label });
    default:
      return t('fieldWrong', { field: label });
  }
}

/** What went wrong as a whole. */
export function failureText(failure: ApiFailure): string {
  switch (failure.type) {
    case 'unreachable':
      return t('unreachable');
    case 'internal':
      return t('internal', { id: failure.id ?? '–' });
    case 'origin-not-allowed':
      return t('originNotAllowed');
    case 'wrong-password':
      return t('wrongPassword');
    case 'email-taken':
      return t('emailTaken');
    case 'already-set-up':
      return t('alreadySetUp');
    case 'rate-limited':
      return t('rateLimited', { n: failure.retryAfter ?? 60 });
    case 'invalid':
    case 'weak-password':
    case 'email-invalid':
      return t('check');
    case 'expired':
      return t('inviteExpired');
    case 'used':
      return t('inviteUsed');
    case 'revoked':
      return t('inviteRevoked');
    case 'unknown':
      return t('inviteUnknown');
    default:
      return t('unexpected');
  }
}

/** Codes of required inputs that are empty, so that nothing is sent that would surely come back. */
export function missing(values: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const empty = Object.entries(values).filter(([, value]) => value.trim() === '');
  return empty.length ? Object.fromEntries(empty.map(([field]) => [field, 'required'])) : undefined;
}

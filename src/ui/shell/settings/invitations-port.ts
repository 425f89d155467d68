import type { Result } from '#core/kit/result.ts';
import type { Role } from '#core/record/workspace-data.ts';
import { failureText, type ApiFailure } from '../auth/form-errors.ts';
import { t } from './settings-texts.ts';

/** An open invitation, as the relay shows it to administrators. */
export interface OpenInvitation {
  readonly id: string;
  readonly url: string;
  readonly email: string;
  readonly role: Role;
  readonly name?: string | undefined;
  readonly invitedBy: string;
  /** ms since 1970. */
  readonly expiresAt: number;
}

export interface InvitationsPort {
  list(): Promise<Result<readonly OpenInvitation[], ApiFailure>>;
  create(input: {
    email: string;
    role: Role;
    departmentId?: string;
    name?: string;
  }): Promise<Result<OpenInvitation, ApiFailure>>;
  revoke(id: string): Promise<Result<void, ApiFailure>>;
}

export function invitationFailureText(failure: ApiFailure): string {
  switch (failure.type) {
    case 'already-member':
      return t('alreadyMember');
    case 'too-many':
      return t('tooMany');
    case 'forbidden':
      return t('forbidden');
    case 'signed-out':
      return t('signedOut');
    default:
      return failureText(failure);
  }
}

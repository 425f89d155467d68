import type {
  DepartmentInput,
  MemberInput,
  PeopleMember,
  PreviewInput,
  RoleInput,
} from '#core/access/people-schemas.ts';
import type { RoleDef } from '#core/access/role.ts';
import type { Result } from '#core/kit/result.ts';
import type { Department } from '#core/record/workspace-data.ts';
import { failureText, type ApiFailure } from '../shell/auth/form-errors.ts';
import { t } from './people-texts.ts';

type Answer<T> = Promise<Result<T, ApiFailure>>;

/** Roles, departments and members, as the relay changes them; the workspace document then shows them to everybody. */
export interface PeoplePort {
  createRole(input: RoleInput): Answer<RoleDef>;
  editRole(id: string, input: RoleInput): Answer<RoleDef>;
  removeRole(id: string): Answer<void>;
  createDepartment(input: DepartmentInput): Answer<Department>;
  editDepartment(id: string, input: DepartmentInput): Answer<Department>;
  removeDepartment(id: string): Answer<void>;
  editMember(id: string, input: MemberInput): Answer<PeopleMember>;
  /** How many records the member would see. */
  preview(input: PreviewInput): Answer<number>;
}

/** Why the relay refused a change of people, in words. */
export function peopleFailureText(failure: ApiFailure): string {
  switch (failure.type) {
    case 'name-taken':
      return t('nameTaken');
    case 'unknown':
      return t('gone');
    case 'too-many':
      return t('tooMany');
    case 'role-fixed':
      return t('roleFixed');
    case 'role-used':
      return t('roleUsed');
    case 'role-unknown':
      return t('roleUnknown');
    case 'department-unknown':
    case 'parent-unknown':
      return t('departmentUnknown');
    case 'parent-cycle':
      return t('parentCycle');
    case 'manager-unknown':
      return t('managerUnknown');
    case 'last-admin':
      return t('lastAdmin');
    case 'storage-full':
      return t('storageFull');
    case 'forbidden':
      return t('forbidden');
    case 'signed-out':
      return t('signedOut');
    default:
      return failureText(failure);
  }
}

import type { DepartmentInput } from '#core/access/people-schemas.ts';
import type { Result } from '#core/kit/result.ts';
import type { Department } from '#core/record/workspace-data.ts';
import { failureText, type ApiFailure } from '../auth/form-errors.ts';
import { t } from './settings-texts.ts';

/** Departments, as the relay changes them; the workspace document then shows them to everybody. */
export interface DepartmentsPort {
  createDepartment(input: DepartmentInput): Promise<Result<Department, ApiFailure>>;
  editDepartment(id: string, input: DepartmentInput): Promise<Result<Department, ApiFailure>>;
  removeDepartment(id: string): Promise<Result<void, ApiFailure>>;
}

export function peopleFailureText(failure: ApiFailure): string {
  switch (failure.type) {
    case 'name-taken':
      return t('departmentTaken');
    case 'unknown':
      return t('departmentGone');
    case 'forbidden':
      return t('forbidden');
    case 'signed-out':
      return t('signedOut');
    default:
      return failureText(failure);
  }
}

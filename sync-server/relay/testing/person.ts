import { personOf, type Person } from '#core/access/person.ts';
import { ADMIN_ROLE, BUILT_IN_ROLES, roleOf } from '#core/access/role.ts';

/** Somebody who sees everything and may do everything; for tests that are about something else. */
export const administrator = (id: string): Person => personOf(id, roleOf(BUILT_IN_ROLES, ADMIN_ROLE), undefined, []);

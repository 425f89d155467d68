import type { Department } from '../record/workspace-data.ts';
import type { RoleDef } from './role.ts';

/** Somebody, as rules see them. Plain data: it crosses to the store's thread with every push and pull. */
export interface Person {
  readonly id: string;
  readonly role: RoleDef;
  /** What `@myDepartments` means: theirs, those they manage, and everything below these. */
  readonly departments: readonly string[];
}

export function personOf(
  id: string,
  role: RoleDef,
  departmentId: string | undefined,
  departments: readonly Department[],
): Person {
  return { id, role, departments: departmentsOf(id, departmentId, departments) };
}

/**
 * A person's departments: their own, those they manage, and the descendants of all these. Sorted. A cycle of parents
 * (two changes that met) ends where it began.
 */
export function departmentsOf(
  id: string,
  departmentId: string | undefined,
  departments: readonly Department[],
): string[] {
  const children = new Map<string, string[]>();
  for (const { id: child, parentId } of departments) {
    if (parentId === undefined) continue;
    const list = children.get(parentId);
    if (list) list.push(child);
    else children.set(parentId, [child]);
  }
  const found = new Set<string>();
  const visit = (department: string) => {
    if (found.has(department)) return;
    found.add(department);
    for (const child of children.get(department) ?? []) visit(child);
  };
  if (departmentId !== undefined) visit(departmentId);
  for (const department of departments) if (department.managerId === id) visit(department.id);
  return [...found].sort();
}

import type { Department } from '#core/record/workspace-data.ts';

export interface Placed {
  readonly department: Department;
  /** 0 = at the top. */
  readonly depth: number;
}

/** Departments as a tree read from top to bottom: each below its parent, by name. Those of a cycle stand at the top. */
export function departmentTree(departments: readonly Department[]): readonly Placed[] {
  const byName = [...departments].sort((a, b) => a.name.localeCompare(b.name, 'vi'));
  const ids = new Set(departments.map(({ id }) => id));
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const place = (department: Department, depth: number) => {
    if (seen.has(department.id)) return;
    seen.add(department.id);
    placed.push({ department, depth });
    for (const child of byName) if (child.parentId === department.id) place(child, depth + 1);
  };
  for (const one of byName) if (one.parentId === undefined || !ids.has(one.parentId)) place(one, 0);
  for (const one of byName) place(one, 0);
  return placed;
}

/** Departments that may be the parent of this one: not itself, and none below it. */
export function possibleParents(departments: readonly Department[], id: string | undefined): readonly Department[] {
  if (id === undefined) return departments;
  const below = new Set([id]);
  for (let grew = true; grew;) {
    grew = false;
    for (const { id: child, parentId } of departments) {
      if (parentId === undefined || !below.has(parentId) || below.has(child)) continue;
      below.add(child);
      grew = true;
    }
  }
  return departments.filter((one) => !below.has(one.id));
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Department } from '#core/record/workspace-data.ts';
import { departmentTree, possibleParents } from './department-tree.ts';

const anyDepartments = fc
  .array(fc.option(fc.nat({ max: 12 }), { nil: undefined }), { minLength: 1, maxLength: 12 })
  .map((parents) =>
    parents.map((parent, i): Department => ({
      id: `d${i}`,
      name: `Phòng ${i}`,
      ...(parent === undefined ? {} : { parentId: `d${parent}` }),
    })),
  );

/** Walks up; true where that never ends. */
function isCyclic(departments: readonly Department[], id: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = id; at !== undefined;) {
    if (seen.has(at)) return true;
    seen.add(at);
    at = departments.find((one) => one.id === at)?.parentId;
  }
  return false;
}

describe('departments as a tree', () => {
  it('shows each exactly once, whatever the parents say, and children below their parents', () => {
    fc.assert(
      fc.property(anyDepartments, (departments) => {
        const placed = departmentTree(departments);
        expect(placed.map(({ department }) => department.id).sort()).toEqual(departments.map(({ id }) => id).sort());
        placed.forEach(({ department, depth }, i) => {
          if (depth === 0) return;
          const above = placed.slice(0, i).findLast((one) => one.depth === depth - 1);
          expect(above?.department.id).toBe(department.parentId);
        });
      }),
    );
  });

  it('offers exactly those parents that make no cycle', () => {
    fc.assert(
      fc.property(anyDepartments, fc.nat({ max: 11 }), (departments, i) => {
        const { id } = departments[i % departments.length]!;
        const offered = new Set(possibleParents(departments, id).map((one) => one.id));
        for (const other of departments) {
          const changed = departments.map((one) => (one.id === id ? { ...one, parentId: other.id } : one));
          const through = isCyclic(changed, id) && reaches(changed, other.id, id);
          expect(offered.has(other.id)).toBe(!through);
        }
      }),
    );
  });
});

function reaches(departments: readonly Department[], from: string, to: string): boolean {
  const seen = new Set<string>();
  for (let at: string | undefined = from; at !== undefined && !seen.has(at);) {
    if (at === to) return true;
    seen.add(at);
    at = departments.find((one) => one.id === at)?.parentId;
  }
  return false;
}

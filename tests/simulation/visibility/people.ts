import { personOf, type Person } from '#core/access/person.ts';
import { VISIBILITY_PRESETS, type RoleDef, type VisibilityRule } from '#core/access/role.ts';
import { administrator } from '../../../sync-server/relay/testing/person.ts';
import type { Random } from '../random.ts';

/** `u0` sees everything and may do everything, always. */
export const PEOPLE = ['u0', 'u1', 'u2'] as const;
export const DEPARTMENTS = ['d1', 'd2'] as const;

export type Who = (typeof PEOPLE)[number];

/** Three people, two of whom have a role of their own and a department that change all the time. */
export interface People {
  /** As they stand now. */
  person(who: Who): Person;
  /** Gives somebody another role or another department; answers how to take that back. */
  change(who: Who, random: Random): () => void;
}

export function createPeople(random: Random): People {
  const roles = new Map<Who, RoleDef>(PEOPLE.map((who) => [who, newRole(random)]));
  const homes = new Map<Who, string>(PEOPLE.map((who) => [who, 'd1']));
  return {
    person: (who) => (who === 'u0' ? administrator(who) : personOf(who, roles.get(who)!, homes.get(who), [])),
    change(who, chance) {
      const [role, home] = [roles.get(who)!, homes.get(who)!];
      if (chance.below(2) === 0) roles.set(who, newRole(chance));
      else homes.set(who, chance.pick(DEPARTMENTS));
      return () => {
        roles.set(who, role);
        homes.set(who, home);
      };
    },
  };
}

/** A place for a record: somebody's or nobody's, of a department or of none. */
export const somewhere = (random: Random) => ({
  ownerId: random.pick(['', ...PEOPLE]),
  departmentId: random.pick(['', ...DEPARTMENTS]),
});

function newRole(random: Random): RoleDef {
  const rights = random.below(5) === 0 ? (['create'] as const) : (['create', 'edit', 'delete'] as const);
  const company = { visible: { preset: 'all' }, rights } as const;
  return { id: 'r', name: 'r', settings: false, types: { contact: { visible: newRule(random), rights }, company } };
}

function newRule(random: Random): VisibilityRule {
  if (random.below(4) > 0) return { preset: random.pick(VISIBILITY_PRESETS) };
  const mine = { not: { field: 'ownerId', op: 'notIn', value: ['@me'] } } as const;
  const there = { field: 'departmentId', op: 'in', value: [random.pick(DEPARTMENTS)] } as const;
  return { filter: { any: [there, mine] } };
}

import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Filter } from '../filter/filter.ts';
import { compile } from '../filter/test.ts';
import type { Department } from '../record/workspace-data.ts';
import { RECORD_TYPES, type Values } from '../record/row.ts';
import { createView, may, sees } from './access.ts';
import { parsePartition, partitionKey, partitionOf, type Partition } from './partition.ts';
import { roleInput, roleSchema } from './people-schemas.ts';
import { departmentsOf, personOf, type Person } from './person.ts';
import { BUILT_IN_ROLES, RECORD_RIGHTS, roleOf, VISIBILITY_PRESETS, withBuiltIns, type RoleDef } from './role.ts';
import { entitled, partitionField, ruleFilter, validateRuleFilter } from './rule.ts';

const ID = fc.constantFrom('u1', 'u2', 'u3');
const DEPARTMENT = fc.constantFrom('d1', 'd2', 'd3', 'd4');
const partition = fc.record<Partition>({
  type: fc.constantFrom(...RECORD_TYPES),
  ownerId: fc.oneof(fc.constant(''), ID, fc.constant('~')),
  departmentId: fc.oneof(fc.constant(''), DEPARTMENT, fc.constant('~')),
});
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    field: fc.constant('ownerId'),
    op: fc.constantFrom('in', 'notIn'),
    value: fc.array(fc.oneof(ID, fc.constant('@me'))),
  }),
  fc.record({
    field: fc.constant('departmentId'),
    op: fc.constantFrom('in', 'notIn'),
    value: fc.array(fc.oneof(DEPARTMENT, fc.constant('@myDepartments'))),
  }),
  fc.record({ field: fc.constantFrom('ownerId', 'departmentId'), op: fc.constantFrom('empty', 'notEmpty') }),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ not: tie('filter') }),
  ),
}));
const rule = fc.oneof(fc.record({ preset: fc.constantFrom(...VISIBILITY_PRESETS) }), fc.record({ filter }));
const role = fc.record<RoleDef>({
  id: fc.constant('r1'),
  name: fc.constant('Tổng đài'),
  settings: fc.boolean(),
  types: fc.record(
    Object.fromEntries(
      RECORD_TYPES.map((type) => [type, fc.record({ visible: rule, rights: fc.subarray([...RECORD_RIGHTS]) })]),
    ),
    { requiredKeys: [] },
  ),
});
const person = fc.record<Person>({ id: ID, role, departments: fc.uniqueArray(DEPARTMENT) });

/** A row of the partition, asked with the filter language as any list would. */
function asksRow(f: Filter, who: Person, p: Partition): boolean {
  const values: Values = {
    ...(p.ownerId === '' ? {} : { ownerId: p.ownerId }),
    ...(p.departmentId === '' ? {} : { departmentId: p.departmentId }),
  };
  const unnamed = () => undefined;
  return compile(f, {
    field: partitionField,
    directory: {
      memberName: unnamed,
      departmentName: unnamed,
      companyName: unnamed,
      memberByName: unnamed,
      departmentByName: unnamed,
    },
    me: who.id,
    myDepartments: who.departments,
  })((field) => values[field]);
}

describe('visibility (A3)', () => {
  test('entitled = the rule’s filter on a row of the partition', () => {
    fc.assert(
      fc.property(rule, person, partition, (r, who, p) => {
        expect(entitled(r, who, p)).toBe(asksRow(ruleFilter(r), who, p));
      }),
      { numRuns: 2000 },
    );
  });

  test('a view answers like `sees`, from its memory too, and knows when it need not ask', () => {
    fc.assert(
      fc.property(person, fc.array(partition), (who, partitions) => {
        const view = createView(who);
        for (const p of [...partitions, ...partitions]) {
          expect(view.sees(partitionKey(p))).toBe(sees(who, p));
          if (view.all) expect(sees(who, p)).toBe(true);
        }
        for (const bad of ['', 'contact', 'contact::', 'robot::', 'contact:a b:', 'contact:u1:d1:x'])
          expect(view.sees(bad)).toBe(
            bad === 'contact::' && sees(who, { type: 'contact', ownerId: '', departmentId: '' }),
          );
      }),
    );
  });

  test('every rule a property makes is one the API takes, and only such', () => {
    fc.assert(
      fc.property(role, (r) => {
        const { id: _id, ...input } = r;
        const parsed = v.safeParse(roleInput, input);
        expect(parsed.success).toBe(true);
        expect(v.safeParse(roleSchema, r)).toMatchObject({ success: true, output: r });
      }),
    );
    for (const bad of [
      { field: 'name', op: 'is', value: 'An' },
      { field: 'ownerId', op: 'contains', value: 'an' },
      { any: [{ field: 'ownerId', op: 'is', value: 'An' }] },
      { not: { field: 'createdBy', op: 'in', value: ['@me'] } },
      null,
      [],
    ])
      expect(validateRuleFilter(bad).ok, JSON.stringify(bad)).toBe(false);
  });

  test('nobody sees a type their role does not name', () => {
    const who = personOf('u1', { id: 'r', name: 'r', settings: true, types: {} }, 'd1', []);
    expect(sees(who, { type: 'contact', ownerId: 'u1', departmentId: 'd1' })).toBe(false);
    expect(may(who, 'edit', 'contact')).toBe(false);
    expect(may(who, 'settings')).toBe(true);
  });

  test('the built-in roles: an administrator all, a manager and a member their departments', () => {
    const departments: Department[] = [
      { id: 'd1', name: 'Kinh doanh', managerId: 'u2' },
      { id: 'd2', name: 'Kinh doanh Bắc', parentId: 'd1' },
      { id: 'd3', name: 'Kế toán' },
    ];
    const theirs = { type: 'contact', ownerId: 'u9', departmentId: 'd2' } as const;
    const member = personOf('u1', roleOf(BUILT_IN_ROLES, 'member'), 'd3', departments);
    const manager = personOf('u2', roleOf(BUILT_IN_ROLES, 'manager'), 'd3', departments);
    const admin = personOf('u3', roleOf(BUILT_IN_ROLES, 'admin'), undefined, departments);
    expect([member, manager, admin].map((who) => sees(who, theirs))).toEqual([false, true, true]);
    expect([member, manager, admin].map((who) => may(who, 'settings'))).toEqual([false, false, true]);
    expect(createView(admin).all).toBe(true);
  });
});

describe('partitions', () => {
  test('a key says its partition, whatever a document holds', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RECORD_TYPES), fc.jsonValue(), fc.jsonValue(), (type, ownerId, departmentId) => {
        const p = partitionOf(type, { ownerId, departmentId } as Values);
        const key = partitionKey(p);
        expect(parsePartition(key)).toEqual(p);
        expect(key.length).toBeLessThan(150);
      }),
    );
    expect(partitionOf('contact', {})).toEqual({ type: 'contact', ownerId: '', departmentId: '' });
    expect(partitionOf('contact', { ownerId: 'x'.repeat(65) }).ownerId).toBe('~');
    expect(partitionOf('contact', { ownerId: 'a:b' }).ownerId).toBe('~');
  });

  test('a value that is no id is nobody’s and not unassigned', () => {
    const who = personOf('u1', roleOf(BUILT_IN_ROLES, 'member'), 'd1', []);
    const odd = partitionOf('contact', { ownerId: { a: 1 }, departmentId: 7 });
    for (const preset of VISIBILITY_PRESETS) expect(entitled({ preset }, who, odd)).toBe(preset === 'all');
  });
});

describe('departments of a person', () => {
  test('theirs, those they manage and all below; parents may form a cycle', () => {
    const tree = fc.array(
      fc.record(
        { id: DEPARTMENT, name: fc.constant('x'), managerId: ID, parentId: DEPARTMENT },
        { requiredKeys: ['id', 'name'] },
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(tree, fc.option(DEPARTMENT, { nil: undefined }), ID, (departments, own, id) => {
        const found = departmentsOf(id, own, departments);
        // the plain definition: the least set that holds the roots and every child of what it holds
        const expected = new Set(own === undefined ? [] : [own]);
        for (const d of departments) if (d.managerId === id) expected.add(d.id);
        for (let grown = true; grown;) {
          grown = false;
          for (const d of departments) {
            if (d.parentId === undefined || !expected.has(d.parentId) || expected.has(d.id)) continue;
            expected.add(d.id);
            grown = true;
          }
        }
        expect(found).toEqual([...expected].sort());
      }),
    );
  });
});

describe('roles', () => {
  test('built-in ones are always there; an administrator’s cannot be changed, a name of a built-in one neither', () => {
    const weak: RoleDef = { id: 'admin', name: 'Yếu', settings: false, types: {} };
    const own: RoleDef = { id: 'x1', name: 'Tổng đài', settings: false, types: {} };
    const manager: RoleDef = { ...own, id: 'manager', settings: true };
    const roles = withBuiltIns([weak, own, manager]);
    expect(roles.map((r) => r.id)).toEqual(['admin', 'manager', 'member', 'x1']);
    expect(roles[0]).toBe(BUILT_IN_ROLES[0]);
    expect(roles[1]).toMatchObject({ settings: true, name: { vi: 'Quản lý' } });
    expect(roleOf(roles, 'gone').id).toBe('member');
    expect(roleOf(roles, undefined).id).toBe('member');
  });

  test('one written before there were leads gives on leads what it gives on contacts; null is "none" and stays so', () => {
    const contact = { visible: { preset: 'mine' as const }, rights: ['create' as const, 'edit' as const] };
    const read = (types: object) =>
      v.parse(roleSchema, JSON.parse(JSON.stringify({ id: 'x1', name: 'Tổng đài', settings: false, types })));
    expect(read({ contact }).types).toEqual({ contact, lead: contact });
    expect(read({ company: contact }).types).toEqual({ company: contact, lead: null });
    const none = read({ contact, lead: null });
    expect(none.types).toEqual({ contact, lead: null });
    expect(read(none.types)).toEqual(none);
    const own = { visible: { preset: 'all' as const }, rights: [] };
    expect(read({ contact, lead: own }).types).toEqual({ contact, lead: own });
    // an app of before sends a role without them as well
    expect(v.parse(roleInput, { name: 'Tổng đài', settings: false, types: { contact } }).types.lead).toEqual(contact);

    const lead: Partition = { type: 'lead', ownerId: 'u1', departmentId: '' };
    const who = (role: RoleDef) => personOf('u1', role, undefined, []);
    expect([sees(who(read({ contact })), lead), may(who(read({ contact })), 'edit', 'lead')]).toEqual([true, true]);
    expect([sees(who(none), lead), may(who(none), 'edit', 'lead')]).toEqual([false, false]);
    expect(createView(who(none)).sees(partitionKey(lead))).toBe(false);
  });

  test('the built-in ones say something of every type', () => {
    for (const role of BUILT_IN_ROLES) expect(Object.keys(role.types)).toEqual([...RECORD_TYPES]);
  });
});

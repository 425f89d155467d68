import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { FieldDef } from '#core/record/field.ts';
import type { Row } from '#core/record/row.ts';
import { createColumns, type Columns } from './columns.ts';
import { SEGMENT_ROWS } from './haystack.ts';

const types = ['text', 'number', 'choice', 'boolean', 'long-text', 'choices'] as const;
const fields = types.map((type, i): FieldDef => ({
  id: `custom.f${i}`,
  entity: 'contact',
  type,
  title: type,
  order: i,
  group: 'details',
}));
const COUNT = SEGMENT_ROWS + 40; // two segments
const ids = Array.from({ length: COUNT }, (_, i) => newId('contact', 1_770_000_000_000 + i));
const value = (type: (typeof types)[number], n: number): Json | undefined =>
  n % 5 === 0
    ? undefined
    : {
        text: `t${n}`,
        number: n,
        choice: `c${n % 3}`,
        boolean: n % 2 === 0,
        'long-text': `a\n${n}`,
        choices: [`c${n % 2}`],
      }[type];
const rowOf = (i: number, n: number): Row => ({
  id: ids[i]!,
  updatedAt: n,
  values: Object.fromEntries(
    [['name', `x${n}`] as const, ...fields.map((f, k) => [f.id, value(types[k]!, n + k)] as const)].filter(
      ([, v]) => v !== undefined,
    ),
  ) as Row['values'],
});

function open(): Columns {
  const columns = createColumns({ schedule: () => () => undefined });
  columns.setWorkspace({ members: [], departments: [], fields }, 'me');
  return columns;
}
const source = open();
source.apply(ids.map((_, i) => rowOf(i, i)));
const saved = source.dirtySegments().map((segment) => [segment, source.dumpSegment(segment)!] as const);

const step = fc.oneof(
  fc.tuple(fc.constant('read' as const), fc.nat(COUNT - 1)),
  fc.tuple(fc.constant('write' as const), fc.nat(COUNT - 1)),
  fc.tuple(fc.constant('remove' as const), fc.nat(COUNT - 1)),
  fc.tuple(fc.constant('sort' as const), fc.nat(fields.length - 1)),
  fc.tuple(fc.constant('filter' as const), fc.nat(fields.length - 1)),
  fc.tuple(fc.constant('save' as const), fc.constant(0)),
);

test('own fields of a saved table that are read only when asked for say the same as those that always were', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const loaded = open();
      for (const [segment, bytes] of saved) expect(loaded.loadSegment(segment, bytes)).toBe(true);
      const plain = open();
      plain.apply(ids.map((_, i) => rowOf(i, i)));
      const list = (of: Columns, more: object) => of.list({ sources: ['contact'], offset: 0, limit: 30, ...more }).rows;
      for (const [what, n] of steps) {
        const field = fields[n]?.id;
        if (what === 'read') expect(loaded.get(ids[n]!)).toEqual(plain.get(ids[n]!));
        if (what === 'write') for (const of of [loaded, plain]) of.apply([rowOf(n, n + 7)]);
        if (what === 'remove') for (const of of [loaded, plain]) of.remove([ids[n]!]);
        if (what === 'sort')
          expect(list(loaded, { sort: { field, desc: true } })).toEqual(list(plain, { sort: { field, desc: true } }));
        if (what === 'filter')
          expect(list(loaded, { filter: { field, op: 'empty' } })).toEqual(
            list(plain, { filter: { field, op: 'empty' } }),
          );
        if (what === 'save') {
          const again = open();
          for (const [segment, old] of saved)
            expect(again.loadSegment(segment, loaded.dumpSegment(segment) ?? old)).toBe(true);
          expect(list(again, {})).toEqual(list(plain, {}));
        }
      }
      expect(list(loaded, {})).toEqual(list(plain, {}));
    }),
    { numRuns: 12 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from '../columns.ts';
import {
  cardPlaces,
  hideColumn,
  layOut,
  moveColumn,
  pinColumn,
  presentLayout,
  showColumn,
  tracksOf,
  widenColumn,
} from './lay-out.ts';

const column = (id: string, byDefault = true): Column => ({
  id,
  title: id.toUpperCase(),
  min: 8,
  grow: 1,
  byDefault,
  text: () => '',
});
const ALL = [
  column('name'),
  column('phones'),
  column('companyId'),
  column('ownerId'),
  column('title', false),
  column('custom.a', false),
];
const ids = (layout: readonly { id: string }[]) => layout.map(({ id }) => id);

test('D1: without a choice the default columns, the name pinned', () => {
  const { columns, lost } = layOut(ALL, [], 3.25);
  expect(ids(columns)).toEqual(['name', 'phones', 'companyId', 'ownerId']);
  expect(columns.map(({ pinned }) => pinned)).toEqual([true, false, false, false]);
  expect(lost).toEqual([]);
});

test('B18: pinned columns come first, each beside the one before; a field that is gone is left out and kept', () => {
  const chosen = [
    { id: 'title' },
    { id: 'custom.gone', width: 90 },
    { id: 'name', pinned: true as const },
    { id: 'phones', pinned: true as const, width: 150 },
    { id: 'custom.a', width: 200 },
  ];
  const { columns, lost } = layOut(ALL, chosen, 3.25);
  expect(ids(columns)).toEqual(['name', 'phones', 'title', 'custom.a']);
  expect(columns.map(({ left }) => left)).toEqual(['calc(3.25rem)', 'calc(3.25rem + 128px)', undefined, undefined]);
  expect(lost).toEqual(['custom.gone']);
  expect(tracksOf(columns, 3.25)).toEqual({
    tracks: '3.25rem 128px 150px minmax(8rem, 1fr) 200px minmax(0.75rem, 0.001fr)',
    least: 'calc(3.25rem + 128px + 150px + 8rem + 200px + 0.75rem)',
  });
  const moved = moveColumn(chosen, 'title', 'custom.a');
  expect(ids(moved)).toEqual(['custom.gone', 'name', 'phones', 'custom.a', 'title']);
  expect(moved).toContainEqual({ id: 'custom.gone', width: 90 });
});

test('B18: the name cannot be hidden, also by a link that leaves it out', () => {
  expect(ids(layOut(ALL, [{ id: 'title' }], 1).columns)).toEqual(['name', 'title']);
  expect(ids(hideColumn(presentLayout(ALL, []), 'name'))).toContain('name');
});

test('whatever is edited, a layout names every column once and loses none but by hiding', () => {
  const some = fc.constantFrom(...ids(ALL), 'custom.gone');
  const edit = fc.oneof(
    fc.tuple(fc.constant('move'), some, some),
    fc.tuple(fc.constantFrom('show', 'hide', 'pin', 'unpin', 'wide'), some, some),
  );
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      let layout = [...presentLayout(ALL, []), { id: 'custom.gone' }] as ReturnType<typeof presentLayout>;
      for (const [what, id, target] of edits) {
        const before = new Set(ids(layout));
        if (what === 'move') layout = moveColumn(layout, id, target);
        else if (what === 'show') layout = showColumn(layout, id);
        else if (what === 'hide') layout = hideColumn(layout, id);
        else if (what === 'wide') layout = widenColumn(layout, id, 5_000);
        else layout = pinColumn(layout, id, what === 'pin');
        if (what === 'hide' && id !== 'name') before.delete(id);
        if (what === 'show') before.add(id);
        expect(new Set(ids(layout))).toEqual(before);
        expect(ids(layout)).toHaveLength(before.size);
      }
      const { columns } = layOut(ALL, layout, 1);
      expect(ids(columns)).toContain('name');
      const unpinned = columns.findIndex(({ pinned }) => !pinned);
      expect(unpinned < 0 || columns.slice(unpinned).every(({ pinned }) => !pinned)).toBe(true);
    }),
  );
});

test('B18: a card on a phone shows the number and the first two that were chosen', () => {
  const places = (...chosen: string[]) => [
    ...cardPlaces(
      layOut(
        ALL,
        chosen.map((id) => ({ id })),
        1,
      ).columns,
    ),
  ];
  expect([...cardPlaces(layOut(ALL, [], 1).columns)]).toEqual([
    ['phones', 'phone'],
    ['companyId', 'first'],
    ['ownerId', 'owner'],
  ]);
  expect(places('name', 'title', 'custom.a', 'ownerId')).toEqual([
    ['title', 'first'],
    ['custom.a', 'second'],
  ]);
});

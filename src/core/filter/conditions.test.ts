import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTACT_FIELDS } from '../record/fields.ts';
import {
  countConditions,
  isUsable,
  MAX_WRITTEN,
  NO_CONDITIONS,
  readConditions,
  splitConditions,
  withoutCondition,
  writeConditions,
  type Conditions,
} from './conditions.ts';
import { fieldLookup } from './ops.ts';
import type { Leaf } from './test.ts';
import { validateFilter } from './validate.ts';

const fieldOf = fieldLookup(CONTACT_FIELDS);
const leaves: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({
    field: fc.constantFrom('name', 'title', 'custom.gone'),
    op: fc.constant('contains'),
    value: fc.string(),
  }),
  fc.record({ field: fc.constant('rating'), op: fc.constantFrom('gte', 'no-such-op'), value: fc.integer() }),
  fc.record({ field: fc.constant('ownerId'), op: fc.constant('in'), value: fc.array(fc.constantFrom('@me', 'u1')) }),
  fc.record({ field: fc.constantFrom('birthday', 'custom.gone'), op: fc.constantFrom('empty', 'notEmpty') }),
);
const links = fc.constantFrom('all' as const, 'any' as const);
const conditions: fc.Arbitrary<Conditions> = fc.record({
  link: links,
  groups: fc.array(fc.record({ link: links, conditions: fc.array(leaves, { minLength: 1, maxLength: 5 }) }), {
    maxLength: 5,
  }),
});

test('B15: what was built survives its written form', () => {
  fc.assert(
    fc.property(conditions, (built) => {
      const written = writeConditions(built);
      if (written.length > MAX_WRITTEN) return;
      // without a group there is nothing to join
      expect(readConditions(written)).toEqual(built.groups.length === 0 ? NO_CONDITIONS : built);
    }),
  );
});

test('B15: no text makes reading throw, and what is read can be written again', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), conditions.map(writeConditions)), fc.nat(), (text, cut) => {
      for (const one of [text, text.slice(0, cut % (text.length + 1))]) {
        const read = readConditions(one);
        if (read) expect(readConditions(writeConditions(read))).toBeDefined();
      }
    }),
  );
});

test.each([
  ['[]'], ['{}'], ['["all"'], ['["and",["all",["name","empty"]]]'], ['["all",["all"]]'], ['["all",[["name"]]]'],
  ['["all",["all",["name","is","x","y"]]]'], ['["all",["all",[1,"is"]]]'], [`["all",["all",["name","is","${'x'.repeat(MAX_WRITTEN)}"]]]`],
  [JSON.stringify(['all', ['all', ...Array.from({ length: 51 }, () => ['name', 'empty'])]])],
])('%s is no condition', (text) => {
  expect(readConditions(text)).toBeUndefined();
}); // prettier-ignore

test('B15: every condition is asked or left out, and the rest is a valid filter', () => {
  fc.assert(
    fc.property(conditions, (built) => {
      const { filter, lost } = splitConditions(built, fieldOf);
      const all = built.groups.flatMap((group) => group.conditions);
      expect(lost).toEqual(all.filter((leaf) => !isUsable(leaf, fieldOf)));
      expect(filter === undefined).toBe(lost.length === all.length);
      if (filter) expect(validateFilter(filter, fieldOf).ok).toBe(true);
    }),
  );
});

test('B15: a condition that is taken out is gone, the others stay', () => {
  fc.assert(
    fc.property(conditions, (built) => {
      const all = built.groups.flatMap((group) => group.conditions);
      for (const leaf of all) {
        const left = withoutCondition(built, leaf);
        expect(left.groups.flatMap((group) => group.conditions)).toEqual(all.filter((one) => one !== leaf));
        expect(left.groups.every((group) => group.conditions.length > 0)).toBe(true);
        expect(countConditions(left)).toBe(all.filter((one) => one !== leaf).length);
      }
    }),
  );
});

test('B15: groups keep what they are joined by', () => {
  const name: Leaf = { field: 'name', op: 'contains', value: 'an' };
  const rated: Leaf = { field: 'rating', op: 'gte', value: 4 };
  const gone: Leaf = { field: 'custom.gone', op: 'is', value: 'x' };
  const built: Conditions = {
    link: 'all',
    groups: [
      { link: 'any', conditions: [name, rated] },
      { link: 'all', conditions: [gone, rated] },
    ],
  };
  expect(splitConditions(built, fieldOf)).toEqual({ filter: { all: [{ any: [name, rated] }, rated] }, lost: [gone] });
});

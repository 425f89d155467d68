import { fold } from '#core/contact/fold.ts';
import { digitsOf, phoneNeedles } from '#core/contact/phones.ts';
import type { Filter } from '#core/filter/filter.ts';
import { comparisonOf } from '#core/filter/ops.ts';
import type { FilterContext, Leaf, ValueTest } from '#core/filter/test.ts';
import { compileLeaf } from '#core/filter/test.ts';
import type { Column } from './cells.ts';
import { decodeCell, isEmptyCell } from './cells.ts';
import { EDGE } from './haystack.ts';
import type { Table } from './table.ts';
import { accented } from './table.ts';

/** Where a search looks: texts of the rows themselves, and fields whose values are ids of what has a name. */
export interface SearchFields {
  readonly texts: readonly string[];
  /** Collections of texts: email addresses. */
  readonly items: readonly string[];
  readonly phones: readonly string[];
  readonly names: readonly string[];
}

/** Longest search and most words that are looked at; the rest is somebody's clipboard. */
const MOST_CHARACTERS = 200;
const MOST_WORDS = 12;
/** Fewest digits that are looked for in phone numbers. */
const FEWEST_DIGITS = 3;

/** A search as it was typed, made ready. */
export interface Search {
  /** Folded; every one must be found. */
  readonly words: readonly { readonly text: string; readonly phone: readonly string[] }[];
  /** The whole search is (part of) a phone number: any of these in a number is enough too. */
  readonly phone: readonly string[];
  /** Words with accents, as typed but small; rows that hold all of them so rank first. */
  readonly exact: readonly string[];
}

/** `undefined` for a search that asks nothing. */
export function readSearch(text: string | undefined): Search | undefined {
  const typed = accented((text ?? '').slice(0, MOST_CHARACTERS)).trim();
  if (fold(typed).trim() === '') return undefined;
  const words = fold(typed)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const digits = digitsOf(typed);
  return {
    words: words
      .map((word) => ({
        text: word,
        phone: /^\+?\d+$/.test(word) && digitsOf(word).length >= FEWEST_DIGITS ? phoneNeedles(word) : [],
      }))
      // long words are rare: those after them have little left to look at
      .sort((a, b) => b.text.length - a.text.length),
    // a single word has been looked for as a number already
    phone: digits.length >= FEWEST_DIGITS && !/^\+?\d+$/.test(typed) ? phoneNeedles(typed) : [],
    exact: typed
      .split(/\s+/u)
      .filter((word) => fold(word) !== word)
      .slice(0, MOST_WORDS),
  };
}

/** Marks what a search finds: 0 = not, 1 = found, 2 = found with the accents as typed. */
export function searchMarks(table: Table, search: Search, fields: SearchFields): Uint8Array {
  const marks = new Uint8Array(table.size);
  const { words } = search;
  words.forEach((word, index) => {
    const step = index + 1;
    for (const field of fields.texts) table.words(field, 'folded').scan(word.text, marks, step);
    for (const field of fields.items) table.haystack(field).scan(word.text, marks, step);
    for (const field of fields.names)
      raiseCoded(table, field, table.namesHolding(field, word.text, 'folded'), marks, step);
    for (const needle of word.phone) for (const field of fields.phones) table.haystack(field).scan(needle, marks, step);
  });
  const all = words.length;
  for (let slot = 0; slot < marks.length; slot++) marks[slot] = marks[slot] === all ? 1 : 0;
  // raises 0 to 1: whoever matched by words stays
  for (const needle of search.phone) for (const field of fields.phones) table.haystack(field).scan(needle, marks, 1);
  if (search.exact.length > 0) rankExact(table, search, fields, marks);
  return marks;
}

function rankExact(table: Table, search: Search, fields: SearchFields, marks: Uint8Array): void {
  const exact = new Uint8Array(table.size);
  for (let slot = 0; slot < exact.length; slot++) if (marks[slot] !== 1) exact[slot] = 255;
  search.exact.forEach((word, index) => {
    const step = index + 1;
    for (const field of fields.texts) table.words(field, 'accented').scan(word, exact, step);
    for (const field of fields.names)
      raiseCoded(table, field, table.namesHolding(field, word, 'accented'), exact, step);
  });
  const all = search.exact.length;
  for (let slot = 0; slot < marks.length; slot++) if (marks[slot] === 1 && exact[slot] === all) marks[slot] = 2;
}

function raiseCoded(table: Table, field: string, named: Uint8Array | undefined, marks: Uint8Array, step: number): void {
  const codes = table.columns.get(field)?.codes;
  if (!named || !codes) return;
  if (!named.includes(1)) return;
  const before = step - 1;
  // no branches: whose mark and name hit is as good as random, and a wrong guess costs more than all of this
  for (let slot = 0; slot < marks.length; slot++) {
    const mark = marks[slot]!;
    marks[slot] = mark + ((((mark ^ before) - 1) >>> 31) & named[codes[slot]!]!);
  }
}

/** Marks the slots a filter matches with 1. Same answers as `compile`, column by column. */
export function filterMarks(table: Table, filter: Filter, context: FilterContext): Uint8Array {
  if ('all' in filter) return combine(table, filter.all, context, 1);
  if ('any' in filter) return combine(table, filter.any, context, 0);
  if ('not' in filter) {
    const marks = filterMarks(table, filter.not, context);
    for (let slot = 0; slot < marks.length; slot++) marks[slot] = 1 - marks[slot]!;
    return marks;
  }
  return leafMarks(table, filter, context);
}

function combine(table: Table, parts: readonly Filter[], context: FilterContext, neutral: 0 | 1): Uint8Array {
  let marks: Uint8Array | undefined;
  for (const part of parts) {
    const more = filterMarks(table, part, context);
    if (!marks) marks = more;
    else if (neutral === 1) for (let slot = 0; slot < marks.length; slot++) marks[slot]! &= more[slot]!;
    else for (let slot = 0; slot < marks.length; slot++) marks[slot]! |= more[slot]!;
  }
  return marks ?? new Uint8Array(table.size).fill(neutral);
}

function leafMarks(table: Table, leaf: Leaf, context: FilterContext): Uint8Array {
  const marks = new Uint8Array(table.size);
  const test = compileLeaf(leaf, context);
  if (leaf.field === 'createdAt' || leaf.field === 'updatedAt') {
    const times = table[leaf.field];
    for (let slot = 0; slot < marks.length; slot++) marks[slot] = test(times[slot]) ? 1 : 0;
    return marks;
  }
  const column = table.known(leaf.field);
  if (!column) return test(undefined) ? marks.fill(1) : marks;
  if (column.codes) {
    const { codes } = column;
    const truth = Uint8Array.from(column.dictionary, (cell) => (test(decodeCell(cell)) ? 1 : 0));
    for (let slot = 0; slot < marks.length; slot++) marks[slot] = truth[codes[slot]!]!;
    return marks;
  }
  if (leaf.op === 'empty' || leaf.op === 'notEmpty') {
    const empty = leaf.op === 'empty' ? 1 : 0;
    // an unknown field matches nothing, whatever is asked of it
    if (context.field(leaf.field))
      for (let slot = 0; slot < marks.length; slot++) marks[slot] = isEmptyCell(column.get(slot)) ? empty : 1 - empty;
    return marks;
  }
  return scanMarks(table, leaf, context, marks) ?? testMarks(column, test, marks);
}

function testMarks(column: Column, test: ValueTest, marks: Uint8Array): Uint8Array {
  for (let slot = 0; slot < marks.length; slot++) marks[slot] = test(decodeCell(column.get(slot))) ? 1 : 0;
  return marks;
}

/** Conditions on texts and items that a scan of the haystack answers; `undefined` where it cannot. */
function scanMarks(table: Table, leaf: Leaf, context: FilterContext, marks: Uint8Array): Uint8Array | undefined {
  const field = context.field(leaf.field);
  // values of an earlier type, and addresses, stand in the haystack as they are stored
  if (!field || field.was || field.type === 'address' || typeof leaf.value !== 'string') return undefined;
  const { type } = field;
  const comparison = comparisonOf(type);
  const wanted = fold(leaf.value).trim();
  if (wanted === '' || (comparison !== 'text' && comparison !== 'items')) return undefined;
  const haystack = table.haystack(leaf.field);
  if (type === 'phones') {
    const needles = leaf.op === 'contains' ? phoneNeedles(leaf.value) : [];
    for (const needle of needles) haystack.scan(needle, marks, 1);
    return needles.length > 0 ? marks : undefined;
  }
  const negative = leaf.op === 'isNot' || leaf.op === 'notContains';
  if (leaf.op === 'contains' || leaf.op === 'notContains') haystack.scan(wanted, marks, 1);
  else if (comparison === 'items') return undefined;
  else if (leaf.op === 'startsWith') haystack.scan(EDGE + wanted, marks, 1);
  else if (leaf.op === 'is' || leaf.op === 'isNot') haystack.scan(EDGE + wanted + EDGE, marks, 1);
  else return undefined;
  if (negative) for (let slot = 0; slot < marks.length; slot++) marks[slot] = 1 - marks[slot]!;
  return marks;
}

import type { FieldDef } from '../record/field.ts';
import { fold } from './fold.ts';

/**
 * Which field each column of a file is, from its heading. Headings are compared with both titles and the synonyms of a
 * field without accents, case and punctuation; the best match wins, and a field of one value is given to one column
 * only. Phones and emails take every column that names them ("Số điện thoại 2").
 *
 * Returns column index → field id, the form `ImportPlan.columns` has; columns that match nothing are absent. A wrong
 * column is worse than none, so a heading that only contains a field's name is taken only where the name leads it
 * (Vietnamese: "Địa chỉ công ty") or ends it (English: "Company address").
 */
export function matchHeadings(headings: readonly string[], fields: readonly FieldDef[]): Record<number, string> {
  const names = fields.flatMap(namesOf);
  const found: { column: number; field: FieldDef; score: number }[] = [];
  headings.forEach((heading, column) => {
    const words = wordsOf(heading);
    if (words.length === 0) return;
    const best = new Map<FieldDef, number>();
    for (const name of names) {
      const score = scoreOf(words, name);
      if (score >= ENOUGH && score > (best.get(name.field) ?? 0)) best.set(name.field, score);
    }
    for (const [field, score] of best) found.push({ column, field, score });
  });
  found.sort((a, b) => b.score - a.score || a.column - b.column || a.field.order - b.field.order);
  const columns: Record<number, string> = {};
  const taken = new Set<string>();
  for (const { column, field } of found) {
    if (columns[column] !== undefined || taken.has(field.id)) continue;
    columns[column] = field.id;
    if (!isCollection(field)) taken.add(field.id);
  }
  return columns;
}

interface Name {
  readonly field: FieldDef;
  readonly words: readonly string[];
  /** Where the noun stands that says what the thing is: first in Vietnamese, last in English. */
  readonly head: 'first' | 'last';
  readonly title: boolean;
}

const ENOUGH = 0.6;
/** Words that only say that a name follows ("Tên công ty", "Company name"). */
const FILLERS = new Set(['ten', 'name', 'cua', 'the', 'of', 'thong', 'tin', 'bat', 'buoc', 'required']);
/** Words that make another thing of a name: a customer's code or group is not the customer. */
const CHANGING = new Set('ma id code loai type ngay date nhom group trang status so count tien'.split(' '));

const isCollection = (field: FieldDef) => field.type === 'phones' || field.type === 'emails';

function namesOf(field: FieldDef): Name[] {
  const { title, synonyms = [] } = field;
  const names: Name[] = [];
  const add = (text: string, head: Name['head'], isTitle: boolean) => {
    const words = wordsOf(text);
    if (words.length > 0) names.push({ field, words, head, title: isTitle });
  };
  if (typeof title === 'string') add(title, 'first', true);
  else {
    add(title.vi, 'first', true);
    add(title.en, 'last', true);
  }
  // synonyms carry no language; Vietnamese ones are the ones with accents
  for (const text of synonyms) add(text, /[^\x20-\x7e]/.test(text) ? 'first' : 'last', false);
  return names;
}

/** 1 for the same text, less the less of the heading is explained, 0 for nothing in common. */
function scoreOf(heading: readonly string[], name: Name): number {
  const bonus = name.title ? 0.02 : 0;
  if (same(heading, name.words)) return 0.98 + bonus;
  const unnumbered = withoutNumber(heading);
  if (unnumbered.length < heading.length && !isCollection(name.field)) {
    // "Địa chỉ 2" is a second address, which a field of one value cannot hold beside the first
    return same(unnumbered, name.words) ? 0.7 + bonus : 0;
  }
  if (same(unnumbered, name.words)) return 0.9 + bonus;
  const plain = unnumbered.filter((word) => !FILLERS.has(word));
  if (plain.length === 0) return 0;
  if (same(plain, name.words)) return 0.85 + bonus;
  if (plain.some((word) => CHANGING.has(word) && !name.words.includes(word))) return 0;
  const at = phraseAt(plain, name.words);
  if (at < 0) return 0;
  const share = (0.2 * name.words.length) / plain.length;
  const leads = name.head === 'first' ? at === 0 : at + name.words.length === plain.length;
  return (leads ? 0.6 : 0.3) + share + bonus;
}

/** "Số ĐT (1) *" → so, dt, 1. */
const wordsOf = (text: string): string[] =>
  fold(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

const withoutNumber = (words: readonly string[]): readonly string[] =>
  words.length > 1 && /^\d+$/.test(words.at(-1)!) ? words.slice(0, -1) : words;

const same = (a: readonly string[], b: readonly string[]): boolean => a.join('') === b.join('');

function phraseAt(words: readonly string[], phrase: readonly string[]): number {
  for (let i = 0; i + phrase.length <= words.length; i++) {
    if (phrase.every((word, k) => words[i + k] === word)) return i;
  }
  return -1;
}

import { fold } from '#core/contact/fold.ts';

/** A piece of a shown text; `hit` where it matches what was searched. Components make `<mark>`s of them, never HTML. */
export interface Piece {
  readonly text: string;
  readonly hit: boolean;
}

/**
 * Cuts a text where the words of a search match it, without accents and case as the search does (B12): "nguyen" marks
 * "Nguyễn", "dat" marks "Đạt". Digits also match through the spaces and dots of a written number, and a national 0
 * matches +84 (A22). Offsets are found in a folded copy that remembers where each of its letters stood.
 */
export function highlight(text: string, search: string): readonly Piece[] {
  if (text === '') return [];
  const words = search.trim().split(/\s+/).filter(Boolean).slice(0, 8);
  if (words.length === 0) return [{ text, hit: false }];
  const hit = new Uint8Array(text.length);
  const folded = foldWithPlaces(text, false);
  for (const word of words) markAll(folded, fold(word), hit);
  const digits = search.replace(/[\s.()+-]/g, '');
  if (/^\d{3,15}$/.test(digits)) {
    const number = foldWithPlaces(text, true);
    markAll(number, digits, hit);
    if (digits.startsWith('0')) markAll(number, `84${digits.slice(1)}`, hit);
    if (digits.startsWith('84')) markAll(number, `0${digits.slice(2)}`, hit);
  }
  return pieces(text, hit);
}

/** A page of 100 rows is thousands of letters, of which few are different. */
const letters = new Map<string, string>();
function foldLetter(letter: string): string {
  let folded = letters.get(letter);
  if (folded === undefined) {
    folded = fold(letter);
    if (letters.size < 1000) letters.set(letter, folded);
  }
  return folded;
}

interface Folded {
  readonly text: string;
  /** For each letter of `text`: where it starts and ends in the original. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

function foldWithPlaces(original: string, digitsOnly: boolean): Folded {
  let text = '';
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  for (const character of original) {
    const end = at + character.length;
    const folded = digitsOnly ? (/\d/.test(character) ? character : '') : foldLetter(character);
    if (folded === '' && /\p{M}/u.test(character) && to.length > 0) to[to.length - 1] = end; // an accent of its own
    for (let i = 0; i < folded.length; i++) {
      from.push(at);
      to.push(end);
    }
    text += folded;
    at = end;
  }
  return { text, from, to };
}

function markAll(folded: Folded, word: string, hit: Uint8Array): void {
  if (word === '') return;
  for (let i = folded.text.indexOf(word); i >= 0; i = folded.text.indexOf(word, i + word.length)) {
    hit.fill(1, folded.from[i], folded.to[i + word.length - 1]);
  }
}

function pieces(text: string, hit: Uint8Array): readonly Piece[] {
  const found: Piece[] = [];
  for (let start = 0, i = 1; i <= text.length; i++) {
    if (i < text.length && hit[i] === hit[start]) continue;
    found.push({ text: text.slice(start, i), hit: hit[start] === 1 });
    start = i;
  }
  return found;
}

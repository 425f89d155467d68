/**
 * Folding: the form in which texts are compared and searched without accents and case (B12, A22): `Nguyễn` = `nguyen`,
 * đ = d, composed or decomposed. Searches fold 100,000 rows at start, so the letters of Vietnamese and its neighbours
 * go through a table by code unit; every other script takes the slow way through Unicode's own rules.
 */

/** Code units the table covers: Latin, its extensions A and B, combining marks, Latin Extended Additional. */
const TABLE_END = 0x1f00;
const UNKNOWN = 0xffff;
/** Code unit → folded code unit; 0 = leave out; UNKNOWN = the slow way. */
const TABLE = makeTable();

/** The folded form of a text. Idempotent; the same for composed and decomposed input. */
export function fold(text: string): string {
  let folded = '';
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // runs of small letters, digits and spaces are taken over as they are
    if ((code >= 97 && code <= 122) || code === 32 || (code >= 48 && code <= 57)) continue;
    const to = code < TABLE_END ? TABLE[code]! : UNKNOWN;
    if (to === UNKNOWN) return foldSlowly(text);
    if (to === code) continue;
    if (start < i) folded += text.slice(start, i);
    if (to !== 0) folded += LETTERS[to]!;
    start = i + 1;
  }
  return start === 0 ? text : folded + text.slice(start);
}

/**
 * Writes the folded text into `into` from `at` on in ASCII, and returns where it ends; -1 when a character is none (no
 * letter of Vietnamese is), and then `into` holds nothing useful. `into` must have room for `text.length` more bytes.
 */
export function foldInto(text: string, into: Uint8Array, at: number): number {
  let end = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const to = code < TABLE_END ? TABLE[code]! : UNKNOWN;
    if (to > 0x7f) return -1;
    if (to !== 0) into[end++] = to;
  }
  return end;
}

function foldSlowly(text: string): string {
  let folded = '';
  for (const char of text.normalize('NFKD').toLowerCase().normalize('NFKD')) {
    const code = char.charCodeAt(0);
    const to = code < TABLE_END ? TABLE[code]! : UNKNOWN;
    if (to === UNKNOWN) folded += char;
    else if (to !== 0) folded += LETTERS[to]!;
  }
  return folded.normalize('NFC');
}

function makeTable(): Uint16Array {
  const table = new Uint16Array(TABLE_END).fill(UNKNOWN);
  const fill = (from: number, to: number) => {
    for (let code = from; code <= to; code++) {
      const base = String.fromCharCode(code).normalize('NFD').toLowerCase().normalize('NFD');
      const first = base.charCodeAt(0);
      // more than a letter and its marks (ŉ, ß in capitals): the slow way
      if (base.length > 1 && /[^\u0300-\u036f]/.test(base.slice(1))) continue;
      table[code] = first < 0x300 ? first : UNKNOWN;
    }
  };
  fill(0x20, 0x7e);
  fill(0xa1, 0x17f);
  fill(0x1a0, 0x1b0); // ơ ư
  fill(0x1cd, 0x1dc);
  fill(0x1e00, 0x1e99);
  fill(0x1ea0, 0x1ef9);
  // characters whose compatibility form differs (², ½, ª, NBSP…) go the slow way, or the two ways would disagree
  for (let code = 0xa0; code < 0x1f00; code++) {
    const char = String.fromCharCode(code);
    if (table[code] !== UNKNOWN && char.normalize('NFKD') !== char.normalize('NFD')) table[code] = UNKNOWN;
  }
  table.fill(0, 0x300, 0x370);
  table[0xa0] = 0x20;
  for (const [from, to] of ['đd', 'Đd', 'ðd', 'Ðd', 'øo', 'Øo', 'łl', 'Łl'] as unknown as [string, string][])
    table[from.charCodeAt(0)] = to.charCodeAt(0);
  table.fill(0, 0, 0x20);
  table.fill(0, 0x7f, 0xa0);
  table[9] = table[10] = table[13] = 0x20;
  return table;
}

/** Single characters by code, so that none is made anew for every letter. */
const LETTERS: readonly string[] = Array.from({ length: 0x300 }, (_, code) => String.fromCharCode(code));

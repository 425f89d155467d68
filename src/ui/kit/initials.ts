/** Letters for an avatar: the family name's and the given name's, which in Vietnamese stands last ("Nguyễn Thị Lan" → "NL"). */
export function initials(name: string): string {
  const words = name.normalize('NFC').trim().split(/\s+/).filter(Boolean);
  const first = letter(words[0]);
  const last = words.length > 1 ? letter(words.at(-1)) : '';
  return (first + last).toLocaleUpperCase('vi') || '?';
}

/** One of `count` colours, always the same for an id. */
export function hueOf(id: string, count: number): number {
  let hash = 0;
  for (let i = 0; i < id.length; i++) hash = (Math.imul(hash, 31) + id.charCodeAt(i)) | 0;
  return Math.abs(hash) % count;
}

const letter = (word: string | undefined): string =>
  word ? ([...word].find((c) => /[\p{L}\p{N}]/u.test(c)) ?? '') : '';

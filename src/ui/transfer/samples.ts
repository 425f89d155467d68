import type { Cell } from '#plugin-api';
import { cellText } from './cell-text.ts';

const PER_COLUMN = 3;
const LENGTH = 60;

/** Up to three different values of each column, to know it by; `more` adds what the next rows bring. */
export function addSamples(
  samples: readonly (readonly string[])[],
  rows: readonly (readonly Cell[])[],
  columns: number,
): string[][] {
  const next = Array.from({ length: columns }, (_, i) => [...(samples[i] ?? [])]);
  for (const row of rows) {
    for (let i = 0; i < columns; i++) {
      const seen = next[i]!;
      if (seen.length >= PER_COLUMN) continue;
      const text = cellText(row[i]).trim().slice(0, LENGTH);
      if (text !== '' && !seen.includes(text)) seen.push(text);
    }
    if (next.every(({ length }) => length >= PER_COLUMN)) break;
  }
  return next;
}

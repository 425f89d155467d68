import { LIMITS } from '#core/protocol/messages.ts';
import type { OutboxChange, OutboxRow } from './database.ts';

/** Cuts changes into pushes of at most `LIMITS.pushChanges` and, where one change allows it, `LIMITS.pushBytes`. */
export function cutPushes(changes: readonly OutboxChange[], firstN: number, at: number): OutboxRow[] {
  return cut(changes, (change) => change.update.length + change.id.length + 8).map((part, i) => ({
    n: firstN + i,
    at,
    changes: part,
    count: part.length,
  }));
}

/** Splits a list into parts that fit one push or page, by count and by the items' sizes in bytes. */
export function cut<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (part.length > 0 && (part.length >= LIMITS.pushChanges || bytes + size > LIMITS.pushBytes)) {
      parts.push(part);
      part = [];
      bytes = 0;
    }
    part.push(item);
    bytes += size;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

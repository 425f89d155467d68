import type { TextEdit } from '../app-context.ts';

const isHigh = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number) => code >= 0xdc00 && code <= 0xdfff;

/**
 * The change from `before` to `after`, `caret` being where the cursor stands after it: of equal letters in a row it is
 * the one at the cursor that was typed or removed. Never cuts a pair of surrogates. Undefined where nothing changed.
 */
export function editBetween(before: string, after: string, caret: number): TextEdit | undefined {
  if (before === after) return undefined;
  // what stands after the cursor was not touched, as far as it is the same
  const mostEnd = Math.min(before.length, after.length, Math.max(0, after.length - caret));
  let end = 0;
  while (end < mostEnd && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end))
    end++;
  const mostStart = Math.min(before.length, after.length) - end;
  let start = 0;
  while (start < mostStart && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--;
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end--;
  return { at: start, remove: before.length - end - start, insert: after.slice(start, after.length - end) };
}

/** Where a position stands after somebody else's edits; what is put in right at it comes after it. */
export function movedBy(position: number, edits: readonly TextEdit[]): number {
  return edits.reduce((at, edit) => {
    if (at <= edit.at) return at;
    const gone = Math.min(edit.remove, at - edit.at);
    return at - gone + edit.insert.length;
  }, position);
}

import type { FieldChange } from '#core/history/history.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { SYSTEM_KEYS, textKey } from '#core/record/row.ts';
import { isEntry, registersOf, TEXT_TOUCHED, type Register, type RegisterEntry } from './entries.ts';
import { contentOf, type Content } from './fold.ts';

/** Of a longer text only this much is kept in the history; characters. */
export const HISTORY_TEXT = 10_000;

/** Registers beside others that say all there is to tell. */
const SILENT: readonly string[] = [TEXT_TOUCHED, SYSTEM_KEYS.unlinked];

const NOTHING: Content = { entries: [], texts: new Map() };

/**
 * What a write changed: the live entries of two states of one record, compared. Every entry that came is told, also one
 * that does not count because a later one stands beside it (`lost`, I6), and one that says what was there already.
 */
export function changesBetween(id: RecordId, before: Uint8Array | undefined, after: Uint8Array): FieldChange[] {
  const old = before ? contentOf(id, before) : NOTHING;
  const now = contentOf(id, after);
  return [...registerChanges(old, now), ...textChanges(old, now)];
}

function registerChanges(old: Content, now: Content): FieldChange[] {
  const changes: FieldChange[] = [];
  const were = registersOf(old.entries);
  const known = new Set(old.entries.map((entry) => JSON.stringify(entry)));
  const came = new Map<string, RegisterEntry[]>();
  for (const entry of now.entries) {
    if (!isEntry(entry) || known.has(JSON.stringify(entry))) continue;
    came.set(entry[0], [...(came.get(entry[0]) ?? []), entry]);
  }
  const are = registersOf(now.entries);
  for (const key of new Set([...were.keys(), ...are.keys()])) {
    if (SILENT.includes(key)) continue;
    const was = valueOf(were.get(key));
    const is = valueOf(are.get(key));
    const lost = (came.get(key) ?? []).filter((entry) => !jsonEqual(entry[1], is));
    const won = (came.get(key)?.length ?? 0) > lost.length;
    for (const entry of lost) changes.push({ key, before: was, after: entry[1], lost: true });
    if (won || !jsonEqual(was, is)) changes.push({ key, before: was, after: is });
  }
  return changes;
}

function textChanges(old: Content, now: Content): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of new Set([...old.texts.keys(), ...now.texts.keys()])) {
    const was = old.texts.get(field) ?? '';
    const is = now.texts.get(field) ?? '';
    if (was === is) continue;
    const cut = was.length > HISTORY_TEXT || is.length > HISTORY_TEXT;
    const kept = (text: string) => (text === '' ? null : text.slice(0, HISTORY_TEXT).toWellFormed());
    changes.push({ key: textKey(field), before: kept(was), after: kept(is), ...(cut ? { cut } : {}) });
  }
  return changes;
}

const valueOf = (register: Register | undefined): Json => register?.winner[1] ?? null;

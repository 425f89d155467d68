import { hlcToMs, type Hlc } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { Item, Row } from '#core/record/row.ts';
import * as Y from 'yjs';
import { FIELDS, registersOf, TEXT_PREFIX, TEXT_TOUCHED, type Register } from './entries.ts';
import { isDeleted, readUpdate, type ReadUpdate } from './update-reader.ts';

/** A document's live content: entries of `fields` in any order, and texts by field. */
export interface Content {
  readonly entries: readonly unknown[];
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * The row of a record's state (I10). Reads the bytes directly; a document whose texts were edited in more than one
 * piece is opened with Yjs instead, which gives the same row (property-tested).
 */
export function foldRecord(id: RecordId, state: Uint8Array): Row {
  return foldContent(id, contentOf(id, state));
}

/** The row of content; `foldRecord` = this over either way of reading. */
export function foldContent(id: RecordId, content: Content): Row {
  const values: Record<string, Json> = {};
  const items = new Map<string, Item[]>();
  const primaries = new Map<string, string>();
  let conflicts: string[] | undefined;
  let latest: Hlc = 0;
  for (const register of registersOf(content.entries).values()) {
    const [key, value, hlc] = register.winner;
    if (hlc > latest) latest = hlc;
    if (key === TEXT_TOUCHED) continue;
    if (register.losers.length > 0) (conflicts ??= []).push(key);
    const slash = key.indexOf('/');
    if (slash > 0) {
      const item = asItem(key.slice(slash + 1), value);
      if (item) pushTo(items, key.slice(0, slash), item);
    } else if (key.endsWith(':primary')) {
      if (typeof value === 'string') primaries.set(key.slice(0, -':primary'.length), value);
    } else if (value !== null) values[key] = value;
  }
  for (const [field, list] of items) {
    const primary = primaries.get(field);
    list.sort((a, b) => Number(b.id === primary) - Number(a.id === primary) || (a.id < b.id ? -1 : 1));
    values[field] = list as unknown as Json;
  }
  for (const [field, text] of content.texts) if (text !== '') values[field] = text;
  const row = { id, values, updatedAt: hlcToMs(latest) };
  return conflicts ? { ...row, conflicts: conflicts.sort() } : row;
}

/** Live content of a state. Throws `UnreadableBytes` for bytes that are no record state. */
export function contentOf(id: RecordId, state: Uint8Array): Content {
  return contentOfRead(readUpdate(state)) ?? contentOfDoc(openDoc(id, state));
}

/** Content straight from the bytes; undefined where a text needs Yjs to be put together. */
export function contentOfRead(update: ReadUpdate): Content | undefined {
  const entries: unknown[] = [];
  const texts = new Map<string, string>();
  for (const struct of update.structs) {
    const { content } = struct;
    if (content.kind === 'any') {
      for (let i = 0; i < content.values.length; i++) {
        if (!isDeleted(update.deleted, struct.client, struct.clock + i)) entries.push(content.values[i]);
      }
    } else if (content.kind === 'string') {
      const whole = struct.parent?.startsWith(TEXT_PREFIX) && !texts.has(struct.parent.slice(TEXT_PREFIX.length));
      if (!whole || anyDeleted(update, struct.client, struct.clock, struct.length)) return undefined;
      texts.set(struct.parent!.slice(TEXT_PREFIX.length), content.text);
    }
  }
  return { entries, texts };
}

/** Content of an open document. */
export function contentOfDoc(doc: Y.Doc): Content {
  const texts = new Map<string, string>();
  for (const name of doc.share.keys()) {
    if (name.startsWith(TEXT_PREFIX)) texts.set(name.slice(TEXT_PREFIX.length), doc.getText(name).toJSON());
  }
  return { entries: doc.getArray(FIELDS).toArray(), texts };
}

/** Opens a document on a state. `guid` is always given: generating one costs more than everything else here. */
export function openDoc(id: RecordId, state?: Uint8Array): Y.Doc {
  const doc = new Y.Doc({ guid: id });
  if (state) Y.applyUpdate(doc, state);
  return doc;
}

/** Registers in which two live values differ, by key. */
export function conflictsOf(
  id: RecordId,
  state: Uint8Array,
): { key: string; winner: { value: Json; hlc: Hlc }; losers: { value: Json; hlc: Hlc }[] }[] {
  const registers: Register[] = [...registersOf(contentOf(id, state).entries).values()];
  return registers
    .filter((r) => r.losers.length > 0 && r.key !== TEXT_TOUCHED)
    .map((r) => ({
      key: r.key,
      winner: { value: r.winner[1], hlc: r.winner[2] },
      losers: r.losers.map((l) => ({ value: l[1], hlc: l[2] })),
    }));
}

/** Greatest clock among the live entries; 0 for none. */
export function latestHlc(id: RecordId, state: Uint8Array): Hlc {
  let latest: Hlc = 0;
  for (const register of registersOf(contentOf(id, state).entries).values())
    latest = Math.max(latest, register.winner[2]);
  return latest;
}

function asItem(id: string, value: Json): Item | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
  const { value: text } = value as { value?: unknown };
  return typeof text === 'string' ? { ...(value as object), id, value: text } : undefined;
}

function pushTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

function anyDeleted(update: ReadUpdate, client: number, clock: number, length: number): boolean {
  const ranges = update.deleted.get(client);
  if (!ranges) return false;
  for (let i = 0; i < ranges.length; i += 2) {
    if (ranges[i]! < clock + length && clock < ranges[i]! + ranges[i + 1]!) return true;
  }
  return false;
}

import { ByteReader } from '#core/kit/byte-reader.ts';
import { hlcToMs, type Hlc } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { presentLead } from '#core/lead/lead.ts';
import { recordType, type Item, type Row } from '#core/record/row.ts';
import * as Y from 'yjs';
import { FIELDS, isEntry, registersOf, TEXT_PREFIX, TEXT_TOUCHED, type Register } from './entries.ts';
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
  return foldNew(id, state) ?? foldContent(id, contentOf(id, state));
}

/** The row of content; `foldRecord` = this over any way of reading. */
export function foldContent(id: RecordId, content: Content): Row {
  const row = new RowInMaking(id);
  for (const register of registersOf(content.entries).values()) {
    const [key, value, hlc] = register.winner;
    row.register(key, value, hlc);
    if (register.losers.length > 0 && key !== TEXT_TOUCHED) row.conflict(key);
  }
  for (const [field, text] of content.texts) row.text(field, text);
  return row.done();
}

/**
 * The row of a record nobody has edited since it was created, read in one pass: most of what a first sync brings.
 * Undefined for any other state.
 */
function foldNew(id: RecordId, state: Uint8Array): Row | undefined {
  const input = new ByteReader(state);
  if (input.varUint() !== 1) return undefined; // clients
  const structs = input.varUint();
  input.varUint(); // client
  input.varUint(); // clock
  const row = new RowInMaking(id);
  const keys = new Set<string>();
  for (let s = 0; s < structs; s++) {
    const ref = input.byte();
    if ((ref !== ENTRIES && ref !== TEXT) || input.varUint() !== 1) return undefined;
    const parent = input.varString();
    if (ref === TEXT) {
      if (!parent.startsWith(TEXT_PREFIX) || keys.has(parent)) return undefined;
      keys.add(parent);
      row.text(parent.slice(TEXT_PREFIX.length), input.varString());
      continue;
    }
    for (let left = input.varUint(); left > 0; left--) {
      const entry = input.any(0);
      if (!isEntry(entry)) return undefined;
      const key = entry[0];
      if (keys.has(key)) return undefined; // two writes of one register: the later wins
      keys.add(key);
      row.register(key, entry[1], entry[2]);
    }
  }
  return structs > 0 && input.varUint() === 0 && input.atEnd() ? row.done() : undefined;
}

/** First bytes of items without neighbours (yjs src/structs/Item.js): JSON entries, text. */
const ENTRIES = 8;
const TEXT = 4;

/** A row put together register by register, each key once. */
class RowInMaking {
  readonly #id: RecordId;
  readonly #values: Record<string, Json> = {};
  #items: Map<string, Item[]> | undefined;
  #primaries: Map<string, string> | undefined;
  #conflicts: string[] | undefined;
  #texts: [field: string, text: string][] | undefined;
  #latest: Hlc = 0;

  constructor(id: RecordId) {
    this.#id = id;
  }

  register(key: string, value: Json, hlc: Hlc): void {
    if (hlc > this.#latest) this.#latest = hlc;
    if (key === TEXT_TOUCHED) return;
    const slash = key.indexOf('/');
    if (slash > 0) {
      const item = asItem(key.slice(slash + 1), value);
      if (item) pushTo((this.#items ??= new Map<string, Item[]>()), key.slice(0, slash), item);
    } else if (key.endsWith(':primary')) {
      if (typeof value === 'string') (this.#primaries ??= new Map()).set(key.slice(0, -':primary'.length), value);
    } else if (value !== null) this.#values[key] = value;
  }

  conflict(key: string): void {
    (this.#conflicts ??= []).push(key);
  }

  text(field: string, text: string): void {
    if (text !== '') (this.#texts ??= []).push([field, text]);
  }

  done(): Row {
    const values = this.#values;
    for (const [field, list] of this.#items ?? []) {
      const primary = this.#primaries?.get(field);
      list.sort((a, b) => Number(b.id === primary) - Number(a.id === primary) || (a.id < b.id ? -1 : 1));
      values[field] = list as unknown as Json;
    }
    for (const [field, text] of this.#texts ?? []) values[field] = text;
    const present = recordType(this.#id) === 'lead' ? presentLead(values) : values;
    const row = { id: this.#id, values: present, updatedAt: hlcToMs(this.#latest) };
    return this.#conflicts ? { ...row, conflicts: this.#conflicts.sort() } : row;
  }
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

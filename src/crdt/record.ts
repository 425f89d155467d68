import { ByteWriter } from '#core/kit/byte-writer.ts';
import type { Hlc } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { Changes, Row } from '#core/record/row.ts';
import * as Y from 'yjs';
import { FIELDS, isEntry, registersOf, TEXT_PREFIX, TEXT_TOUCHED, type RegisterEntry } from './entries.ts';
import { foldContent, foldRecord, openDoc } from './fold.ts';
import { joinUpdates } from './join-updates.ts';

/**
 * The record document (architecture.md §3): one small Yjs document per record. `fields` is an array of live entries
 * `[key, value, hlc]`; writing a register deletes the entries of its key this replica sees and appends one, so that
 * concurrent writes both stay readable and the later one wins whatever the client ids are. States and updates are V1.
 *
 * Relies on: a client id is used by one session of one device only; a state handed in holds everything this session
 * wrote to the record before (otherwise clocks repeat and replicas diverge).
 */
export interface Stamp {
  readonly hlc: Hlc;
  /** Yjs client id of the writing session: a random unsigned 32-bit integer. */
  readonly clientId: number;
}

/** An update that says nothing: no structs, nothing deleted. */
export const NO_CHANGE: Uint8Array = new Uint8Array([0, 0]);

const out = new ByteWriter();

/** What a new record's document holds. */
function contentOfCreation(
  changes: Changes,
  stamp: Stamp,
): { readonly entries: readonly RegisterEntry[]; readonly texts: readonly (readonly [key: string, text: string])[] } {
  const entries: RegisterEntry[] = [];
  const texts: [string, string][] = [];
  for (const key in changes) {
    const value = changes[key]!;
    if (key.startsWith(TEXT_PREFIX)) {
      if (typeof value === 'string' && value !== '') texts.push([key, value]);
    } else if (value !== null) entries.push([key, value, stamp.hlc]);
  }
  if (texts.length > 0) entries.push([TEXT_TOUCHED, 1, stamp.hlc]);
  return { entries, texts };
}

/** A new record's state and its row: `foldRecord` without the way through the bytes, for imports make 100,000 of them. */
export function createWithRow(
  id: RecordId,
  changes: Changes,
  stamp: Stamp,
): { readonly state: Uint8Array; readonly row: Row } {
  const state = createRecord(changes, stamp);
  // what UTF-8 cannot say was replaced in the document, and a row says what the document says (I10)
  if (out.replaced) return { state, row: foldRecord(id, state) };
  const { entries, texts } = contentOfCreation(changes, stamp);
  const byField = new Map(texts.map(([key, text]) => [key.slice(TEXT_PREFIX.length), text]));
  return { state, row: foldContent(id, { entries, texts: byField }) };
}

/** State of a new record. Written as bytes: the same document as writing the entries with Yjs, 20 times as fast. */
export function createRecord(changes: Changes, stamp: Stamp): Uint8Array {
  const { entries, texts } = contentOfCreation(changes, stamp);
  out.reset();
  const structs = (entries.length > 0 ? 1 : 0) + texts.length;
  out.varUint(structs > 0 ? 1 : 0);
  if (structs > 0) {
    out.varUint(structs);
    out.varUint(stamp.clientId);
    out.varUint(0); // clock
    if (entries.length > 0) {
      writeItemHead(8, FIELDS);
      out.varUint(entries.length);
      for (const entry of entries) out.any(entry);
    }
    for (const [key, text] of texts) {
      writeItemHead(4, key);
      out.varString(text);
    }
  }
  out.varUint(0); // nothing deleted
  return out.take();
}

/**
 * Writes `changes` to a record. `update` is what goes to the relay, `state` what the device keeps, `before` the same
 * keys with the values they had (`null` for none). Texts are changed by their smallest difference, so that two people's
 * typing merges. A text that does not change writes nothing.
 */
export function editRecord(
  id: RecordId,
  state: Uint8Array,
  changes: Changes,
  stamp: Stamp,
): { update: Uint8Array; state: Uint8Array; before: Changes } {
  const doc = openDoc(id, state);
  doc.clientID = stamp.clientId;
  const fields = doc.getArray<unknown>(FIELDS);
  const before: Record<string, Json> = {};
  let update = NO_CHANGE;
  doc.on('update', (bytes: Uint8Array) => (update = bytes)); // one transaction, one update
  doc.transact(() => {
    const registers = registersOf(fields.toArray());
    const written: [string, Json][] = [];
    let textsChanged = false;
    for (const [key, value] of Object.entries(changes)) {
      if (key.startsWith(TEXT_PREFIX)) {
        const text = doc.getText(key);
        before[key] = text.toJSON() || null;
        textsChanged = replaceText(text, typeof value === 'string' ? value : '') || textsChanged;
      } else {
        before[key] = registers.get(key)?.winner[1] ?? null;
        written.push([key, value]);
      }
    }
    if (textsChanged) written.push([TEXT_TOUCHED, 1]);
    writeEntries(
      fields,
      written.map(([key, value]) => [key, value, stamp.hlc]),
    );
  });
  const next = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return { update, state: next, before };
}

/**
 * Takes what was typed into a copy of the document: `received` from others, then `typed`; and notes the time. `updates`
 * is what goes to the relay. Throws on bytes Yjs cannot read.
 */
export function typeInto(
  id: RecordId,
  state: Uint8Array,
  { received, typed }: { readonly received: readonly Uint8Array[]; readonly typed: readonly Uint8Array[] },
  stamp: Stamp,
): { updates: Uint8Array[]; state: Uint8Array } {
  const doc = openDoc(id, state);
  doc.transact(() => {
    for (const update of [...received, ...typed]) Y.applyUpdate(doc, update);
  });
  const next = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  const touched = editRecord(id, next, { [TEXT_TOUCHED]: 1 }, stamp);
  return { updates: joinUpdates([...typed, touched.update]), state: touched.state };
}

/** State after an update. Throws on bytes Yjs cannot read; check foreign ones with `checkUpdate` first. */
export function mergeRecord(id: RecordId, state: Uint8Array | undefined, update: Uint8Array): Uint8Array {
  if (!state) return update;
  const doc = openDoc(id, state);
  Y.applyUpdate(doc, update);
  const merged = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return merged;
}

/**
 * Corrects registers written by a clock ahead of the relay's: entries later than `maxHlc` are written again at `maxHlc`,
 * in their order. Returns the corrected state, or undefined when nothing lies ahead. `clientId` is the relay's.
 */
export function clampRecord(id: RecordId, state: Uint8Array, maxHlc: Hlc, clientId: number): Uint8Array | undefined {
  const doc = openDoc(id, state);
  const fields = doc.getArray<unknown>(FIELDS);
  const ahead = fields.toArray().filter((e): e is RegisterEntry => isEntry(e) && e[2] > maxHlc);
  if (ahead.length === 0) return undefined;
  doc.clientID = clientId;
  const distinct = [...new Set(ahead.map((e) => e[2]))].sort((a, b) => a - b);
  doc.transact(() => {
    deleteWhere(fields, (e) => isEntry(e) && e[2] > maxHlc);
    fields.push(ahead.map(([key, value, hlc]) => [key, value, maxHlc - (distinct.length - 1 - distinct.indexOf(hlc))]));
  });
  const corrected = Y.encodeStateAsUpdate(doc);
  doc.destroy();
  return corrected;
}

/** Changes that `state` lacks of `other`, as an update; for telling a relay what it does not have. */
export function missingUpdate(id: RecordId, state: Uint8Array, other: Uint8Array): Uint8Array {
  const doc = openDoc(id, other);
  const base = openDoc(id, state);
  return Y.encodeStateAsUpdate(doc, Y.encodeStateVector(base));
}

/** For comparing replicas: equal exactly when content, state vector and delete set are equal (a vector alone is blind to deletions). */
export function canonicalState(id: RecordId, state: Uint8Array): string {
  const doc = openDoc(id, state);
  const texts: Record<string, string> = {};
  for (const name of [...doc.share.keys()].sort()) {
    if (name.startsWith(TEXT_PREFIX)) texts[name] = doc.getText(name).toJSON();
  }
  const snapshot = Y.snapshot(doc);
  return JSON.stringify({
    fields: doc.getArray(FIELDS).toArray(),
    texts,
    vector: [...snapshot.sv].sort((a, b) => a[0] - b[0]),
    deleted: [...snapshot.ds.clients]
      .sort((a, b) => a[0] - b[0])
      .map(([client, ranges]) => [client, ranges.map((r) => [r.clock, r.len])]),
  });
}

/** Writes registers in place of all entries of their keys; inside a transaction of the document. */
export function writeEntries(fields: Y.Array<unknown>, entries: readonly RegisterEntry[]): void {
  if (entries.length === 0) return;
  const keys = new Set(entries.map((e) => e[0]));
  deleteWhere(fields, (e) => isEntry(e) && keys.has(e[0]));
  fields.push(entries.map((e) => [...e]));
}

function deleteWhere(fields: Y.Array<unknown>, match: (entry: unknown) => boolean): void {
  const all = fields.toArray();
  for (let i = all.length - 1; i >= 0; i--) if (match(all[i])) fields.delete(i);
}

/** Common start and end stay, the middle is replaced. Never cuts a surrogate pair. True if anything changed. */
function replaceText(text: Y.Text, next: string): boolean {
  const old = text.toJSON();
  if (old === next) return false;
  let start = 0;
  const shorter = Math.min(old.length, next.length);
  while (start < shorter && old.charCodeAt(start) === next.charCodeAt(start)) start++;
  if (start > 0 && isHighSurrogate(old.charCodeAt(start - 1))) start--;
  let end = 0;
  while (end < shorter - start && old.charCodeAt(old.length - 1 - end) === next.charCodeAt(next.length - 1 - end))
    end++;
  if (end > 0 && isLowSurrogate(old.charCodeAt(old.length - end))) end--;
  if (old.length - end > start) text.delete(start, old.length - end - start);
  if (next.length - end > start) text.insert(start, next.slice(start, next.length - end));
  return true;
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number) => code >= 0xdc00 && code <= 0xdfff;

function writeItemHead(ref: number, parent: string): void {
  out.byte(ref); // no origin, no right origin, no parent key: the parent is named
  out.varUint(1);
  out.varString(parent);
}

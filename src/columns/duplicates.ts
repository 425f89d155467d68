import {
  areDistinct,
  DISTINCT,
  emailKey,
  matchKeys,
  phoneKey,
  type MatchKey,
  type MatchKind,
} from '#core/contact/duplicates.ts';
import { fold } from '#core/contact/fold.ts';
import { MERGES, mergesOf, type Merge } from '#core/contact/merged.ts';
import { phoneSearchText } from '#core/contact/phones.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import { COMPANY_KEY, type Row, type Values } from '#core/record/row.ts';
import { decodeCell, itemValues } from './cells.ts';
import { USED, type Table } from './table.ts';

/** A living contact that looks like the one asked about, and why. */
export interface FoundDuplicate {
  readonly slot: number;
  readonly by: readonly MatchKind[];
}

/** Rows looked at between two looks at the clock. */
const STEP = 64;
/** In groups larger than this it is not looked up of every pair whether somebody told them apart. */
const PAIRS_MOST = 40;

/**
 * Living contacts with a key of these values (D15), phones first; without `self` and those told apart from it. Searches
 * the texts that searching made, so it costs what a search costs.
 */
export function findDuplicates(table: Table, values: Values, self?: RecordId): FoundDuplicate[] {
  const found = new Map<number, Set<MatchKind>>();
  const mine = { id: self ?? '', values };
  for (const { kind, key } of matchKeys(values)) {
    for (const slot of slotsWith(table, kind, key, values)) {
      if (table.state[slot] !== USED || table.ids[slot] === self) continue;
      if (self !== undefined && areDistinct(mine, rowAt(table, slot))) continue;
      found.set(slot, (found.get(slot) ?? new Set()).add(kind));
    }
  }
  return [...found].map(([slot, by]) => ({ slot, by: [...by] }));
}

function slotsWith(table: Table, kind: MatchKind, key: string, values: Values): number[] {
  if (kind === 'name') return namesakes(table, key, values[COMPANY_KEY] as string);
  const [field, needle, keyOf] =
    kind === 'phone' ? ['phones', phoneSearchText(key), phoneKey] : ['emails', fold(key), emailKey];
  const marks = new Uint8Array(table.size);
  table.haystack(field).scan(needle, marks, 1);
  const slots: number[] = [];
  for (let slot = marks.indexOf(1); slot >= 0; slot = marks.indexOf(1, slot + 1))
    if (itemValues(table.columns.get(field)?.get(slot)).some((value) => keyOf(value) === key)) slots.push(slot);
  return slots;
}

/** Those of the company whose name gives the same key. */
function namesakes(table: Table, key: string, company: string): number[] {
  const column = table.known(COMPANY_KEY);
  const code = column?.codeIfKnown(company);
  if (!column?.codes || code === undefined) return [];
  const slots: number[] = [];
  for (let slot = column.codes.indexOf(code); slot >= 0; slot = column.codes.indexOf(code, slot + 1))
    if (matchKeys(valuesAt(table, slot)).some((one) => one.kind === 'name' && one.key === key)) slots.push(slot);
  return slots;
}

/** Contacts that may be one person, the oldest first, and what they share. */
export interface FoundGroup {
  readonly ids: readonly RecordId[];
  readonly reasons: readonly MatchKey[];
}

export interface FoundMerge extends Merge {
  readonly kept: RecordId;
}

/**
 * All groups of living contacts that share a key, those with the youngest contact first, and all merges that can be
 * undone, the latest first. Gives way every few rows: the caller decides when it goes on. Rows may change meanwhile; then
 * it is to be asked again, and what it says of the others holds.
 */
export function* findGroups(table: Table): Generator<void, { groups: FoundGroup[]; merges: FoundMerge[] }> {
  // of a million bits each key raises one, and in the second a key that came before: few keys are left to collect
  const once = new Uint8Array(1 << 20);
  const twice = new Uint8Array(1 << 20);
  for (let slot = 0; slot < table.size; slot++) {
    for (const { kind, key } of keysAt(table, slot)) {
      const bit = hash(kind, key);
      const mask = 1 << (bit & 7);
      if (once[bit >> 3]! & mask) twice[bit >> 3]! |= mask;
      else once[bit >> 3]! |= mask;
    }
    if (slot % STEP === 0) yield;
  }
  const shared = new Map<string, { readonly reason: MatchKey; readonly ids: RecordId[] }>();
  for (let slot = 0; slot < table.size; slot++) {
    for (const reason of keysAt(table, slot)) {
      const bit = hash(reason.kind, reason.key);
      if ((twice[bit >> 3]! & (1 << (bit & 7))) === 0) continue;
      const name = `${reason.kind} ${reason.key}`;
      const known = shared.get(name);
      if (known) known.ids.push(table.ids[slot]!);
      else shared.set(name, { reason, ids: [table.ids[slot]!] });
    }
    if (slot % STEP === 0) yield;
  }
  const groups = yield* unite(table, [...shared.values()]);
  return { groups, merges: yield* findMerges(table) };
}

/** Whoever shares a key with somebody of a group belongs to it, unless the two were told apart. */
function* unite(
  table: Table,
  shared: readonly { readonly reason: MatchKey; readonly ids: readonly RecordId[] }[],
): Generator<void, FoundGroup[]> {
  const parent = new Map<RecordId, RecordId>();
  const root = (id: RecordId): RecordId => {
    let at = id;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    parent.set(id, at);
    return at;
  };
  const told = table.known(DISTINCT) !== undefined;
  const joined: { readonly reason: MatchKey; readonly id: RecordId }[] = [];
  for (const [n, { reason, ids }] of shared.entries()) {
    if (n % STEP === 0) yield;
    let any = false;
    const join = (a: RecordId, b: RecordId) => {
      const [older, younger] = [root(a), root(b)].sort();
      parent.set(younger!, older!);
      any = true;
    };
    if (!told || ids.length > PAIRS_MOST) for (let i = 1; i < ids.length; i++) join(ids[0]!, ids[i]!);
    else {
      const rows = ids.map((id) => rowOf(table, id));
      for (let i = 0; i < rows.length; i++)
        for (let j = i + 1; j < rows.length; j++)
          if (!areDistinct(rows[i]!, rows[j]!)) {
            join(ids[i]!, ids[j]!);
            joined.push({ reason, id: ids[i]! });
          }
    }
    if (any) joined.push({ reason, id: ids[0]! });
  }
  const groups = new Map<RecordId, { ids: RecordId[]; reasons: Map<string, MatchKey> }>();
  const groupOf = (id: RecordId) => {
    const at = root(id);
    const known = groups.get(at) ?? { ids: [], reasons: new Map<string, MatchKey>() };
    groups.set(at, known);
    return known;
  };
  for (const id of parent.keys()) groupOf(id).ids.push(id);
  for (const { reason, id } of joined)
    if (parent.has(id)) groupOf(id).reasons.set(`${reason.kind} ${reason.key}`, reason);
  const found = [...groups.values()]
    .filter(({ ids }) => ids.length > 1)
    .map(({ ids, reasons }) => ({ ids: ids.sort(), reasons: [...reasons.values()] }));
  return found.sort((a, b) => (a.ids.at(-1)! > b.ids.at(-1)! ? -1 : 1));
}

function* findMerges(table: Table): Generator<void, FoundMerge[]> {
  const found: FoundMerge[] = [];
  const column = table.known(MERGES);
  for (let slot = 0; column && slot < table.size; slot++) {
    if (slot % 4096 === 0) yield;
    const kept = table.ids[slot];
    const merges = table.state[slot] === USED && kept ? decodeCell(column.get(slot)) : undefined;
    if (!merges || !kept) continue;
    // two people who merged the same two at once made two merges of them: to undo, they are one
    const last = new Map(mergesOf({ [MERGES]: merges }).map((merge) => [merge.from, merge]));
    for (const merge of last.values()) found.push({ ...merge, kept });
  }
  return found.sort((a, b) => b.at - a.at);
}

const keysAt = (table: Table, slot: number): MatchKey[] =>
  table.state[slot] === USED ? matchKeys(valuesAt(table, slot)) : [];

/** A contact with what was told of it. */
type Told = Pick<Row, 'id' | 'values'>;

/** The values that matching looks at. */
function valuesAt(table: Table, slot: number): Values {
  const values: Record<string, Json> = {};
  for (const field of ['name', 'phones', 'emails', COMPANY_KEY]) {
    const value = decodeCell(table.columns.get(field)?.get(slot));
    if (value !== undefined) values[field] = value;
  }
  return values;
}

const rowOf = (table: Table, id: RecordId): Told => {
  const slot = table.slotOf.get(id);
  return slot === undefined ? { id, values: {} } : rowAt(table, slot);
};

const rowAt = (table: Table, slot: number): Told => {
  const told = decodeCell(table.known(DISTINCT)?.get(slot));
  return { id: table.ids[slot]!, values: told === undefined ? {} : { [DISTINCT]: told } };
};

/** FNV-1a, 23 bits of it. */
function hash(kind: MatchKind, key: string): number {
  let h = 0x811c9dc5 ^ kind.length;
  for (let i = 0; i < key.length; i++) h = Math.imul(h ^ key.charCodeAt(i), 0x01000193);
  return (h ^ (h >>> 15)) & 0x7fffff;
}

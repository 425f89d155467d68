import { HLC_COUNTERS, HLC_MAX_AHEAD_MS, type Hlc } from '#core/kit/hlc.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { ChangeResult, RejectReason, StoredRecord } from '#core/protocol/messages.ts';
import type { Changes } from '#core/record/row.ts';
import { checkUpdate } from '#crdt/check.ts';
import { registersOf, TEXT_PREFIX, TEXT_TOUCHED } from '#crdt/entries.ts';
import { contentOf, latestHlc } from '#crdt/fold.ts';
import { createRecord, editRecord, mergeRecord, missingUpdate, type Stamp } from '#crdt/record.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange, OutboxRow, RefusedRow } from './database.ts';
import { cutPushes } from './outbox.ts';

/** What a push that was not simply taken makes of the device's records. */
export interface Settlement {
  readonly states: ReadonlyMap<RecordId, Uint8Array>;
  /** Records that exist nowhere any more. */
  readonly gone: readonly RecordId[];
  /** Those of them that were erased (L7): nothing of them may stay, in the tray either. */
  readonly erased: readonly RecordId[];
  /** Pushes that say refused or overtaken values again, on top of the relay's state. */
  readonly again: readonly OutboxRow[];
  /** Rows of the outbox in which changes are marked as superseded. */
  readonly marked: readonly OutboxRow[];
  readonly refused: readonly Omit<RefusedRow, 'key'>[];
  /** The relay's state in the answer is older than what the device had of it: pull from the answer's seq once more. */
  readonly outdated: boolean;
}

/** Reasons that lie in how the change was written, not in what it says: the same values may be accepted anew. */
const REPLAYED: readonly RejectReason[] = ['gap', 'foreign-client-id'];
/** How often values are said again; then they go to the refused ones. */
const REPLAYS = 4;

/** A change of the same record that waits behind those that were answered. */
interface Later {
  readonly n: number;
  readonly change: OutboxChange;
}

interface Answered {
  readonly change: OutboxChange;
  readonly result: ChangeResult;
}

/** Values to be said again; `hlc` = when they were said first, absent for now. */
interface Saying {
  readonly values: Changes;
  readonly hlc?: Hlc;
}

/** What comes of one record: its state (undefined = gone), and what is to be said again. */
interface Outcome {
  readonly state: Uint8Array | undefined;
  readonly say?: readonly Saying[];
  readonly replays?: number;
  /** Later changes that are said again with it, or refused with it. Of the others their own answers decide. */
  readonly supersedes?: 'all' | readonly Later[];
}

/** Something this device wrote later is acknowledged already: the answer to a repeated push came after it. */
function isAckedAfter({ journal }: ReplicaCore, seq: number): boolean {
  const { acked, cursor } = journal.state();
  return acked !== undefined && acked.incarnation === cursor.incarnation && acked.seq > seq;
}

/**
 * P5. Adjusted: the relay's state contains our change, so both merge. Rejected: our document is thrown away for the
 * relay's, and what it said is said again on top of that, under a new client id, or kept as refused; nothing typed
 * disappears in silence. Later changes of the outbox that built on a rejected one say nothing the relay could take, so
 * their values are said again in the same go and they are marked: their own answers then change nothing.
 */
export async function settleRefusals(
  core: ReplicaCore,
  row: OutboxRow,
  seq: number,
  changes: readonly OutboxChange[],
  results: readonly ChangeResult[],
): Promise<Settlement> {
  const states = new Map<RecordId, Uint8Array>();
  const gone: RecordId[] = [];
  const erased: RecordId[] = [];
  const replays: OutboxChange[] = [];
  const refused: Omit<RefusedRow, 'key'>[] = [];
  const marked = new Map<number, OutboxRow>();
  let outdated = false;
  const touched = [...new Set(changes.filter((c, i) => c.superseded || results[i]!.kind !== 'ok').map((c) => c.id))];
  const local = touched.length > 0 ? await core.documents.read(touched) : new Map<RecordId, StoredRecord>();
  if (results.some((r, i) => r.kind === 'rejected' && !changes[i]!.superseded)) core.renewClientId();

  for (const id of touched) {
    const here = changes.flatMap((change, i) => (change.id === id ? [{ change, result: results[i]! }] : []));
    const known = local.get(id)?.state;
    const rejections = here.filter((h) => h.result.kind === 'rejected' && !h.change.superseded);
    const laterRows = await rowsAfter(core, id, row.n);
    const later = laterRows.flatMap(({ n, changes: its }) =>
      its.flatMap((change): Later[] => (change.id === id && !change.superseded ? [{ n, change }] : [])),
    );
    const supersede = (which: 'all' | readonly Later[]) => {
      for (const read of laterRows) {
        const old = marked.get(read.n) ?? read;
        if (old.packId === undefined) {
          const those = which === 'all' ? later : which;
          const isOne = (i: number) => those.some(({ change }) => change === read.changes[i]);
          marked.set(read.n, {
            ...old,
            changes: old.changes.map((c, i) => (isOne(i) ? { ...c, superseded: true } : c)),
          });
        } else if (which === 'all') marked.set(read.n, { ...old, superseded: [...(old.superseded ?? []), id] });
      }
    };
    if (rejections.some(({ result }) => result.kind === 'rejected' && result.reason === 'erased')) {
      gone.push(id);
      erased.push(id);
      // that something was not taken is said; what it was is not kept
      if (rejections.some(({ change }) => !change.again)) {
        refused.push({ id, reason: 'erased', at: row.at, changes: {} });
      }
      supersede('all');
      continue;
    }
    if (rejections.length > 0) outdated ||= (local.get(id)?.seq ?? 0) > seq || isAckedAfter(core, seq);
    const refuse = (change: OutboxChange, reason: RejectReason) => {
      // acknowledged once: it holds what others wrote as well, and that is not this person's any more
      if (change.again) return;
      refused.push({
        id,
        reason,
        at: row.at,
        changes: change.values ?? Object.fromEntries(valuesOf(id, change.update)),
      });
    };
    const outcome = rejections.length > 0 ? rejected(id, here, later, known, refuse) : taken(id, here, later, known);

    // taken away since it was edited: an answer to an old edit must not bring it back
    if (!known && !here.some((h) => h.change.create)) continue;
    let { state } = outcome;
    if (outcome.say && outcome.say.length > 0) {
      const said = sayAgain(id, state, outcome.say, core.stamp());
      replays.push({ ...said.change, replays: (outcome.replays ?? 0) + 1 });
      state = said.state;
    }
    if (state) states.set(id, state);
    else gone.push(id);
    if (outcome.supersedes && outcome.supersedes.length > 0) supersede(outcome.supersedes);
  }
  const again = cutPushes(replays, core.journal.state().lastN + 1, core.now());
  return { states, gone, erased, again, marked: [...marked.values()], refused, outdated };
}

/** Writes sayings onto a state, oldest first, as one update. A value keeps the time at which it was said first. */
function sayAgain(
  id: RecordId,
  base: Uint8Array | undefined,
  sayings: readonly Saying[],
  stamp: Stamp,
): { readonly state: Uint8Array; readonly change: OutboxChange } {
  let state = base;
  const values: Record<string, Json> = {};
  for (const saying of [...sayings].sort((a, b) => (a.hlc ?? Infinity) - (b.hlc ?? Infinity))) {
    const at = { ...stamp, hlc: saying.hlc ?? stamp.hlc };
    state = state ? editRecord(id, state, saying.values, at).state : createRecord(saying.values, at);
    Object.assign(values, saying.values);
  }
  const said = state!; // there is at least one saying
  return base
    ? { state: said, change: { id, update: missingUpdate(id, base, said), values } }
    : { state: said, change: { id, update: said, values, create: true } };
}

/** Nothing of it was rejected that still counts: what the relay has, and what of superseded changes it took, merges. */
function taken(
  id: RecordId,
  here: readonly Answered[],
  later: readonly Later[],
  known: Uint8Array | undefined,
): Outcome {
  let state = known;
  let corrected: Hlc = 0;
  for (const { change, result } of here) {
    if (result.kind === 'ok') state = change.superseded ? mergeRecord(id, state, change.update) : state;
    else if (result.state) state = mergeRecord(id, state, result.state);
    if (result.kind === 'adjusted') corrected = Math.max(corrected, latestHlc(id, result.state));
  }
  // the relay puts what is ahead at its limit: said at the relay's own time, it cannot be ahead once more
  const hlc = Math.max(0, corrected - HLC_MAX_AHEAD_MS * HLC_COUNTERS);
  const values = overtaken(here, later);
  return { state, say: Object.keys(values).length > 0 ? [{ values, hlc }] : [] };
}

function rejected(
  id: RecordId,
  here: readonly Answered[],
  later: readonly Later[],
  known: Uint8Array | undefined,
  refuse: (change: OutboxChange, reason: RejectReason) => void,
): Outcome {
  let base: Uint8Array | undefined;
  const lost: OutboxChange[] = [];
  let final = false;
  let replays = 0;
  for (const { change, result } of here) {
    if (result.kind !== 'rejected') {
      base = result.kind === 'adjusted' ? result.state : (fitting(id, base, change.update) ?? base);
      continue;
    }
    base = result.state;
    if (change.superseded) continue;
    if (mayReplay(change, result.reason)) lost.push(change);
    else {
      final = true;
      refuse(change, result.reason);
    }
    replays = Math.max(replays, change.replays ?? 0);
  }
  // only the way it was written was wrong: all that the device's document says more than the relay's is said again
  if (!final && known) return { state: base, say: difference(id, known, base), replays, supersedes: 'all' };

  // its content was refused: what was typed besides it, before or after, still counts
  const supersedes: Later[] = [];
  for (const one of later) {
    const fits = fitting(id, base, one.change.update);
    if (fits) base = fits;
    else {
      lost.push(one.change);
      supersedes.push(one);
    }
  }
  if (!base && !lost.some((change) => change.create)) {
    for (const change of lost) refuse(change, 'gap');
    return { state: undefined, supersedes };
  }
  const values = Object.assign(
    {},
    ...lost.map((c) => c.values ?? Object.fromEntries(valuesOf(id, c.update))),
  ) as Changes;
  const say = Object.keys(values).length > 0 ? [{ values }] : [];
  return { state: base, say, replays, supersedes };
}

/**
 * The relay wrote a value of a clock that was ahead once more, at its own time: that copy may lie after what this
 * device wrote later, under a corrected clock. Those later values have to be said again; here they are.
 */
function overtaken(here: readonly Answered[], later: readonly Later[]): Changes {
  const all = [...here, ...later.map(({ change }) => ({ change, result: undefined }))];
  const again: Record<string, Json> = {};
  const rewritten = new Set<string>();
  for (const { change, result } of all) {
    if (change.superseded) continue;
    const values = change.values ?? Object.fromEntries(valuesOf(change.id, change.update));
    for (const [key, value] of Object.entries(values)) if (rewritten.has(key)) again[key] = value;
    if (result?.kind === 'adjusted') for (const key of Object.keys(values)) rewritten.add(key);
  }
  return again;
}

/** A record sent again to a restored relay may say more than one update may; its values are then said anew. */
const mayReplay = (change: OutboxChange, reason: RejectReason): boolean =>
  (change.replays ?? 0) < REPLAYS && (REPLAYED.includes(reason) || (change.again === true && reason === 'too-large'));

/** Applies an own change where nothing it builds on is missing; the relay decides by the same check. */
const fitting = (id: RecordId, base: Uint8Array | undefined, update: Uint8Array): Uint8Array | undefined =>
  checkUpdate(update, base).ok ? mergeRecord(id, base, update) : undefined;

async function rowsAfter(core: ReplicaCore, id: RecordId, n: number): Promise<OutboxRow[]> {
  const rows = await core.journal.db.outbox.bulkGet(core.pending.rowsOf(id).filter((other) => other > n));
  return rows.filter((row) => row !== undefined);
}

/** What the device's document says other than the relay's, by the time at which it was said. */
function difference(id: RecordId, local: Uint8Array, relay: Uint8Array | undefined): Saying[] {
  const there = relay ? valuesOf(id, relay) : new Map<string, Json>();
  const { entries, texts } = contentOf(id, local);
  const byTime = new Map<Hlc | undefined, Record<string, Json>>();
  const add = (hlc: Hlc | undefined, key: string, value: Json) => {
    const found = byTime.get(hlc);
    if (found) found[key] = value;
    else byTime.set(hlc, { [key]: value });
  };
  for (const { key, winner } of registersOf(entries).values()) {
    if (key !== TEXT_TOUCHED && !jsonEqual(winner[1], there.get(key))) add(winner[2], key, winner[1]);
  }
  for (const [field, text] of texts) {
    const key = TEXT_PREFIX + field;
    if (text !== there.get(key)) add(undefined, key, text);
  }
  return [...byTime].map(([hlc, values]) => (hlc === undefined ? { values } : { values, hlc }));
}

/** A document's live values by key. */
export function valuesOf(id: RecordId, state: Uint8Array): Map<string, Json> {
  const { entries, texts } = contentOf(id, state);
  const values = new Map<string, Json>();
  for (const { key, winner } of registersOf(entries).values()) if (key !== TEXT_TOUCHED) values.set(key, winner[1]);
  for (const [field, text] of texts) values.set(TEXT_PREFIX + field, text);
  return values;
}

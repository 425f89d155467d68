import type { RecordId } from '#core/kit/ids.ts';
import { jsonEqual, type Json } from '#core/kit/json.ts';
import type { ChangeResult, RejectReason } from '#core/protocol/messages.ts';
import type { Changes } from '#core/record/row.ts';
import { checkUpdate } from '#crdt/check.ts';
import { registersOf, TEXT_PREFIX, TEXT_TOUCHED } from '#crdt/entries.ts';
import { contentOf } from '#crdt/fold.ts';
import { createRecord, editRecord, mergeRecord } from '#crdt/record.ts';
import type { ReplicaCore } from './core.ts';
import type { OutboxChange, OutboxRow, RefusedRow } from './database.ts';
import { cutPushes } from './outbox.ts';

/** One change of a push that was not simply taken. */
export interface Refusal {
  readonly change: OutboxChange;
  readonly result: Exclude<ChangeResult, { kind: 'ok' }>;
}

/** What a push that was not simply taken makes of the device's records. */
export interface Settlement {
  readonly states: ReadonlyMap<RecordId, Uint8Array>;
  /** Records that exist nowhere any more. */
  readonly gone: readonly RecordId[];
  /** Pushes that say the refused values again, on top of the relay's state. */
  readonly again: readonly OutboxRow[];
  readonly refused: readonly Omit<RefusedRow, 'key'>[];
  /** The relay's state in the answer is older than what the device had of it: pull from the answer's seq once more. */
  readonly outdated: boolean;
}

/** Reasons that lie in how the change was written, not in what it says: the same values may be accepted anew. */
const REPLAYED: readonly RejectReason[] = ['gap', 'foreign-client-id'];

/**
 * P5. Adjusted: the relay's state contains our change, so both merge. Rejected: our document is thrown away for the
 * relay's, unsent changes that still fit are applied to it, and the refused values are replayed once or kept as
 * refused; nothing typed disappears in silence. Later changes that built on the refused one no longer fit: they come
 * back as `gap` and are replayed in their turn.
 */
export async function settleRefusals(
  core: ReplicaCore,
  row: OutboxRow,
  seq: number,
  changes: readonly OutboxChange[],
  results: readonly ChangeResult[],
): Promise<Settlement> {
  const states = new Map<RecordId, Uint8Array>();
  const gone = new Set<RecordId>();
  const replays: OutboxChange[] = [];
  const refused: Omit<RefusedRow, 'key'>[] = [];
  let outdated = false;
  const touched = [...new Set(changes.filter((_, i) => results[i]!.kind !== 'ok').map((c) => c.id))];
  const local = await core.documents.read(touched);
  if (results.some((r) => r.kind === 'rejected')) core.renewClientId();

  for (const id of touched) {
    const known = local.get(id)?.state;
    const here = changes.flatMap((change, i) => (change.id === id ? [{ change, result: results[i]! }] : []));
    const later = await laterChanges(core, id, row.n);
    if (!here.some(({ result }) => result.kind === 'rejected')) {
      let state = known;
      for (const { result } of here) if (result.kind === 'adjusted') state = mergeRecord(id, state, result.state);
      if (!state) continue;
      const values = overtaken(here, later);
      if (Object.keys(values).length > 0) {
        const edit = editRecord(id, state, values, core.stamp());
        state = edit.state;
        replays.push({ id, update: edit.update, values, replayed: true });
      }
      states.set(id, state);
      continue;
    }
    outdated ||= (local.get(id)?.seq ?? 0) > seq;
    let base: Uint8Array | undefined;
    for (const { change, result } of here) {
      if (result.kind !== 'ok') base = result.state;
      else base = fitting(id, base, change.update);
    }
    for (const change of later) base = fitting(id, base, change.update);
    here.forEach(({ change, result }, i) => {
      if (result.kind !== 'rejected') return;
      const said = change.values ?? difference(id, known, base);
      const after = [...here.slice(i + 1).filter((h) => h.result.kind !== 'rejected').map((h) => h.change), ...later];
      const values = without(said, after);
      if (mayReplay(change, result.reason) && (base || change.create)) {
        if (Object.keys(values).length === 0) return;
        const stamp = core.stamp();
        const edit = base ? editRecord(id, base, values, stamp) : undefined;
        const update = edit?.update ?? createRecord(values, stamp);
        replays.push({ id, update, values, replayed: true, ...(base ? {} : { create: true }) });
        base = edit?.state ?? update;
      } else refused.push({ id, reason: result.reason, at: row.at, changes: said });
    });
    if (base) states.set(id, base);
    else gone.add(id);
  }
  const again = cutPushes(replays, core.journal.state().lastN + 1, core.now());
  return { states, gone: [...gone], again, refused, outdated };
}

/**
 * The relay wrote a value of a clock that was ahead once more, at its own time: that copy may lie after what this
 * device wrote later, under a corrected clock. Those later values have to be said again; here they are.
 */
function overtaken(here: readonly { change: OutboxChange; result: ChangeResult }[], later: readonly OutboxChange[]): Changes {
  const all = [...here, ...later.map((change) => ({ change, result: undefined }))];
  const again: Record<string, Json> = {};
  const rewritten = new Set<string>();
  for (const { change, result } of all) {
    const values = change.values ?? Object.fromEntries(valuesOf(change.id, change.update));
    for (const [key, value] of Object.entries(values)) if (rewritten.has(key)) again[key] = value;
    if (result?.kind === 'adjusted') for (const key of Object.keys(values)) rewritten.add(key);
  }
  return again;
}

/** A record sent again to a restored relay may say more than one update may; its values are then said anew. */
const mayReplay = (change: OutboxChange, reason: RejectReason): boolean =>
  !change.replayed && (REPLAYED.includes(reason) || (change.again === true && reason === 'too-large'));

/** Applies an own change where nothing it builds on is missing; the relay decides by the same check. */
function fitting(id: RecordId, base: Uint8Array | undefined, update: Uint8Array): Uint8Array | undefined {
  return checkUpdate(update, base).ok ? mergeRecord(id, base, update) : base;
}

async function laterChanges(core: ReplicaCore, id: RecordId, n: number): Promise<OutboxChange[]> {
  const rows = await core.journal.db.outbox.bulkGet(core.pending.rowsOf(id).filter((other) => other > n));
  return rows.flatMap((row) => row?.changes.filter((change) => change.id === id) ?? []);
}

/** Changes without the keys that later ones write too: those are newer. */
function without(values: Changes, later: readonly OutboxChange[]): Changes {
  const newer = new Set(later.flatMap((change) => Object.keys(change.values ?? {})));
  return Object.fromEntries(Object.entries(values).filter(([key]) => !newer.has(key)));
}

/** What the device's document says other than the relay's: for changes whose typed values were not kept (imports). */
function difference(id: RecordId, local: Uint8Array | undefined, relay: Uint8Array | undefined): Changes {
  const there = relay ? valuesOf(id, relay) : new Map<string, Json>();
  const here = local ? valuesOf(id, local) : new Map<string, Json>();
  return Object.fromEntries([...here].filter(([key, value]) => !jsonEqual(value, there.get(key))));
}

/** A document's live values by key. */
export function valuesOf(id: RecordId, state: Uint8Array): Map<string, Json> {
  const { entries, texts } = contentOf(id, state);
  const values = new Map<string, Json>();
  for (const { key, winner } of registersOf(entries).values()) if (key !== TEXT_TOUCHED) values.set(key, winner[1]);
  for (const [field, text] of texts) values.set(TEXT_PREFIX + field, text);
  return values;
}

import { createView, type View } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import type { HistoryEntry } from '#core/history/history.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { LIMITS, type Change, type ChangeResult, type RejectReason } from '#core/protocol/messages.ts';
import { applyChange, type AppliedChange, type KnownRecord } from './apply-change.ts';
import { createDeadline, Overrun } from './deadline.ts';
import { historyOf } from './history.ts';
import { appendConsequences, type ChangedRecord } from './consequences.ts';
import type { Author, MovedRecord, Push, PushOutcome } from './port.ts';
import { mayChange } from './rights.ts';
import { createTallies, standingOf, type Standing, type Tally } from './standing.ts';

/** Answers kept per device: twice the pushes a device may have unacknowledged. */
export const ANSWERS_KEPT = 2 * LIMITS.pushesInFlight;

/** Time for checking and merging one change, and all of a push (P3); ms. Ordinary ones need less than a hundredth. */
const APPLY = { eachMs: 500, totalMs: 2_000 };

/** The changes of a push that were not simply ok; reason `null` = adjusted. */
export type Exceptions = readonly (readonly [index: number, reason: RejectReason | null])[];

export interface PushAnswer {
  readonly seq: number;
  readonly exceptions: Exceptions;
}

/** A record as the database has it. */
export interface LedgerRecord {
  /** False where another workspace has a record of this id. */
  readonly ours: boolean;
  readonly state: Uint8Array;
  readonly standing: Standing;
}

/** One entry of the log and the record as it stands after it (L1, L3). */
export interface NewEntry {
  readonly seq: number;
  readonly recordId: string;
  readonly from: PartitionKey | null;
  readonly to: Standing;
  readonly update: Uint8Array;
  readonly state: Uint8Array;
  readonly push: Author;
  readonly history: HistoryEntry;
}

/**
 * What one workspace's log says inside a transaction that holds its counter row, and what is to be written there. Reads
 * see what this transaction wrote before. SQLite answers from the database, PostgreSQL from what it loaded beforehand.
 */
export interface Ledger {
  /** Greatest `seq` given so far. */
  seq(): number;
  /** Greatest `n` of the device; undefined for one that never pushed. */
  lastN(user: string, device: string): number | undefined;
  answer(user: string, device: string, n: number): PushAnswer | undefined;
  record(id: string): LedgerRecord | undefined;
  /** Was a record of this id erased for good (L7)? */
  erased(id: string): boolean;
  /** Contacts of this company, or that were taken from it (P6), with an id after this one, in order of id. */
  contactsOf(company: RecordId, after: string, limit: number): readonly RecordId[];
  /** Notes that contacts of this company after this id are still to be looked at, or that none are (undefined). */
  postpone(company: RecordId, after: string | undefined, author: Author): void;
  /** Device a Yjs client id is bound to. */
  deviceOf(clientId: number): string | undefined;
  append(entry: NewEntry): void;
  /** Adds to what a partition's records add up to; once for each partition of a push. */
  tally(partition: PartitionKey, change: Tally): void;
  bind(clientId: number, device: string): void;
  /** All of a push is appended: `lastN` becomes its `n`, and its answer is kept (`ANSWERS_KEPT`); neither where it has no number. */
  accept(push: Push, answer: PushAnswer): void;
}

/**
 * Decides about one push and writes what follows into the ledger: append, merged state, counter and push number of the
 * device change together or not at all (L2, L3, P1–P3). The same for every engine.
 */
export function applyPush(ledger: Ledger, push: Push, relayClientId: number): PushOutcome {
  if (push.n !== undefined) {
    const lastN = ledger.lastN(push.user, push.device);
    if (lastN !== undefined && push.n <= lastN) return repeated(ledger, push, push.n);
    if (push.n !== (lastN ?? 0) + 1) return { kind: 'out-of-order', lastN: lastN ?? 0 };
  }

  const results: ChangeResult[] = [];
  const records: MovedRecord[] = [];
  const view = createView(push.person);
  const changed: ChangedRecord[] = [];
  const exceptions: [number, RejectReason | null][] = [];
  const tallies = createTallies();
  let seq = ledger.seq();
  const { device, at } = push;
  const deadline = createDeadline(APPLY);
  const context = { device, at, relayClientId, deadline, deviceOf: (clientId: number) => ledger.deviceOf(clientId) };
  const exceptionResult = createExceptions(view);
  for (const [index, change] of push.changes.entries()) {
    const row = ledger.record(change.id);
    const decided = ledger.erased(change.id)
      ? ({ kind: 'rejected', reason: 'erased' } as const)
      : decide(change, row, push, view, context);
    if (decided.kind === 'rejected') {
      exceptions.push([index, decided.reason]);
      results.push(exceptionResult(decided.reason, row));
      continue; // P1: the others go on
    }
    const { state, update, adjusted, to } = decided;
    seq++;
    tallies.move(row?.standing, to);
    const from = row?.standing.partition ?? null;
    const history = { ...decided.history, seq };
    ledger.append({ seq, recordId: change.id, from, to, update, state, push, history });
    changed.push({ id: change.id, before: row?.standing, after: to });
    for (const clientId of decided.newClientIds) ledger.bind(clientId, device);
    if (adjusted) {
      ledger.bind(relayClientId, ''); // so that no device can take it, after a restart either
      exceptions.push([index, null]);
    }
    records.push({ id: change.id, seq, state, from, to: to.partition });
    results.push(adjusted ? { kind: 'adjusted', state } : { kind: 'ok' });
  }
  const { records: consequences, unsettled } = appendConsequences(ledger, changed, push, relayClientId, tallies);
  for (const [partition, change] of tallies.all) ledger.tally(partition, change);
  ledger.accept(push, { seq, exceptions });
  return { kind: 'committed', seq, results, records, consequences, unsettled };
}

/** P2: the answer it got before, with the records as they stand now. */
function repeated(ledger: Ledger, push: Push, n: number): PushOutcome {
  const exceptionResult = createExceptions(createView(push.person));
  const answer = ledger.answer(push.user, push.device, n);
  const exceptions = new Map(answer?.exceptions);
  const results = push.changes.map(({ id }: Change, i): ChangeResult => {
    const reason = exceptions.get(i);
    return reason === undefined ? { kind: 'ok' } : exceptionResult(reason, ledger.record(id));
  });
  return { kind: 'repeated', seq: answer?.seq ?? 0, results };
}

type Decided =
  | (AppliedChange & { readonly kind: 'stored'; readonly to: Standing; readonly history: Omit<HistoryEntry, 'seq'> })
  | (AppliedChange & { readonly kind: 'rejected' });

/**
 * P3, P4. Of a record the sender may not see nothing is told: whatever he sends for it is `forbidden`, as it is for one
 * that is not there and that he does not make.
 */
function decide(
  change: Change,
  row: LedgerRecord | undefined,
  push: Push,
  view: View,
  context: Parameters<typeof applyChange>[2],
): Decided {
  if (row?.ours && !view.sees(row.standing.partition)) return { kind: 'rejected', reason: 'forbidden' };
  try {
    return judge(change, row, push, view, context);
  } catch (error) {
    if (error instanceof Overrun) return { kind: 'rejected', reason: 'too-large' };
    throw error;
  }
}

function judge(
  change: Change,
  row: LedgerRecord | undefined,
  push: Push,
  view: View,
  context: Parameters<typeof applyChange>[2],
): Decided {
  const applied = applyChange(change, known(row), context);
  if (applied.kind === 'rejected')
    return !row && applied.reason === 'gap' ? { ...applied, reason: 'forbidden' } : applied;
  const { state } = applied;
  return context.deadline.run(state.length, () => {
    const to = standingOf(change.id, state);
    if (!mayChange(push.person, view, change.id, row, { state, standing: to })) {
      return { kind: 'rejected', reason: 'forbidden' };
    }
    return { ...applied, to, history: historyOf(change.id, row?.state, state, push) };
  });
}

/**
 * An exception as the device is to hear it: with the record as it stands now, if that is the person's to know. An answer
 * holds no more states than a frame: a few bytes of push must not make hundreds of megabytes of answer (I12). A device
 * that lacks one of them finds that by its checksum (V7).
 */
function createExceptions(view: View) {
  let left: number = LIMITS.frameBytes;
  return (reason: RejectReason | null, row: LedgerRecord | undefined): ChangeResult => {
    const fits = row?.ours && view.sees(row.standing.partition) && row.state.length <= left;
    const state = fits ? row.state : undefined;
    left -= state?.length ?? 0;
    if (reason === null) return state ? { kind: 'adjusted', state } : { kind: 'ok' };
    return state ? { kind: 'rejected', reason, state } : { kind: 'rejected', reason };
  };
}

function known(row: LedgerRecord | undefined): KnownRecord {
  if (!row) return { kind: 'none' };
  return row.ours ? { kind: 'ours', state: row.state } : { kind: 'elsewhere' };
}

import { HLC_MAX_AHEAD_MS, hlcFromMs } from '#core/kit/hlc.ts';
import { isId, type RecordId } from '#core/kit/ids.ts';
import { LIMITS, type Change, type RejectReason } from '#core/protocol/messages.ts';
import { COMPANY_KEY, recordType, SYSTEM_KEYS } from '#core/record/row.ts';
import { checkUpdate } from '#crdt/check.ts';
import { companyOf } from '#crdt/company-link.ts';
import { isEntry, type RegisterEntry } from '#crdt/entries.ts';
import { clampRecord, mergeRecord } from '#crdt/record.ts';
import { readUpdate } from '#crdt/update-reader.ts';
import { Overrun, type Deadline } from './deadline.ts';

/** A merged state may not outgrow a frame: a page or a fan-out must always be able to carry it. */
export const STATE_BYTES = LIMITS.frameBytes / 4;

/** What the database says about the record of a change. */
export type KnownRecord =
  | { readonly kind: 'none' }
  | { readonly kind: 'ours'; readonly state: Uint8Array }
  /** Ids are unique across workspaces: this one is taken elsewhere, and nothing of it may be told. */
  | { readonly kind: 'elsewhere' };

export interface ChangeContext {
  readonly device: string;
  /** The relay's time, ms since 1970. */
  readonly at: number;
  /** Client id of this relay process, for corrections. */
  readonly relayClientId: number;
  /** Device a Yjs client id is bound to in this workspace; undefined while it is free. */
  deviceOf(clientId: number): string | undefined;
  readonly deadline: Deadline;
}

export type AppliedChange =
  | {
      readonly kind: 'stored';
      readonly state: Uint8Array;
      /** What the log keeps: the device's update, or the corrected state where the relay changed it. */
      readonly update: Uint8Array;
      readonly adjusted: boolean;
      /** Client ids seen here for the first time; to be bound to the device. */
      readonly newClientIds: readonly number[];
    }
  | { readonly kind: 'rejected'; readonly reason: RejectReason };

const rejected = (reason: RejectReason): AppliedChange => ({ kind: 'rejected', reason });

/**
 * Decides about one change of a push (P3) and merges it. Pure: the store reads what is known before and writes what
 * comes out, both inside its transaction. Never throws for anything a device can send but `Overrun`.
 */
export function applyChange(change: Change, known: KnownRecord, context: ChangeContext): AppliedChange {
  if (!isId(change.id) || !recordType(change.id)) return rejected('bad-id');
  if (known.kind === 'elsewhere') return rejected('forbidden');
  const base = known.kind === 'ours' ? known.state : undefined;
  const { deadline } = context;
  const bytes = change.update.length + (base?.length ?? 0);
  const checked = deadline.run(bytes, () => checkUpdate(change.update, base));
  if (!checked.ok) return rejected(checked.error.type);

  const newClientIds: number[] = [];
  for (const clientId of checked.value.clientIds) {
    const device = clientId === context.relayClientId ? '' : context.deviceOf(clientId);
    if (device === context.device) continue;
    if (device === undefined) newClientIds.push(clientId);
    else if (deadline.run(bytes, () => addsStructs(clientId, change.update, base)))
      return rejected('foreign-client-id');
  }

  let state: Uint8Array;
  let corrected: Uint8Array | undefined;
  try {
    state = deadline.run(bytes, () => mergeRecord(change.id, base, change.update));
    const maxHlc = hlcFromMs(context.at + HLC_MAX_AHEAD_MS);
    if (checked.value.latestHlc > maxHlc) {
      corrected = deadline.run(bytes, () => clampRecord(change.id, state, maxHlc, context.relayClientId));
    }
  } catch (error) {
    if (error instanceof Overrun) throw error;
    return rejected('malformed'); // passed our checks and yet Yjs cannot read it: no reason to take the process down
  }
  if ((corrected ?? state).length > STATE_BYTES) return rejected('too-large');
  return corrected
    ? { kind: 'stored', state: corrected, update: corrected, adjusted: true, newClientIds }
    : { kind: 'stored', state, update: change.update, adjusted: false, newClientIds };
}

/** What an update names. */
export interface Mentions {
  /** Client ids it brings structs of. */
  readonly clientIds: readonly number[];
  /** Companies it says a contact belongs to, or belonged to. */
  readonly companies: readonly RecordId[];
}

const NOTHING: Mentions = { clientIds: [], companies: [] };

/** Nothing where the update would be rejected anyway. For engines that look up beforehand. */
export function mentionsOf(update: Uint8Array): Mentions {
  if (update.length > LIMITS.updateBytes) return NOTHING;
  try {
    const { ends, structs } = readUpdate(update);
    if (ends.size > LIMITS.clientIds) return NOTHING;
    const companies = structs.flatMap(({ content }) =>
      content.kind === 'any' ? content.values.flatMap((entry) => (isEntry(entry) ? companiesIn(entry) : [])) : [],
    );
    return { clientIds: [...ends.keys()], companies };
  } catch {
    return NOTHING; // unreadable: `applyChange` says so
  }
}

function companiesIn([key, value]: RegisterEntry): RecordId[] {
  const company = key === COMPANY_KEY || key === SYSTEM_KEYS.unlinked ? companyOf({ [key]: value }) : undefined;
  return company === undefined ? [] : [company];
}

/** A device may send back structs of others that the relay has; new ones under their client ids it may not. */
function addsStructs(clientId: number, update: Uint8Array, base: Uint8Array | undefined): boolean {
  const end = readUpdate(update).ends.get(clientId) ?? 0;
  return end > (base ? (readUpdate(base).ends.get(clientId) ?? 0) : 0);
}

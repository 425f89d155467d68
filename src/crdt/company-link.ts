import { isHlc, type Hlc } from '#core/kit/hlc.ts';
import { isId, type RecordId } from '#core/kit/ids.ts';
import { COMPANY_KEY, SYSTEM_KEYS, type Values } from '#core/record/row.ts';
import * as Y from 'yjs';
import { FIELDS, registersOf, type RegisterEntry } from './entries.ts';
import { openDoc } from './fold.ts';
import { writeEntries } from './record.ts';

/**
 * The consequences of a company's deletion for one contact (P6). Clearing empties the register of its company and notes
 * beside it which company that was, and at which clock it was emptied: `[company, hlc]`. Only while the register still
 * holds that very entry, nobody has written it since, and the link comes back when the company does.
 */
export interface LinkStamp {
  /** The relay's. */
  readonly clientId: number;
  /** When it happens; the note has it, so that the record counts as changed. */
  readonly hlc: Hlc;
}

export interface LinkChange {
  readonly state: Uint8Array;
  readonly update: Uint8Array;
}

/** The company a contact belongs to, or was taken from: of these the ones to look at are found when it is deleted or comes back. */
export function companyOf(values: Values): RecordId | undefined {
  const linked = values[COMPANY_KEY];
  if (linked !== undefined) return isId(linked, 'company') ? linked : undefined;
  return noteOf(values[SYSTEM_KEYS.unlinked])?.[0];
}

/**
 * Takes the company from the contact: one step later than what stands there, so that it wins over that and over nothing
 * that was written since. Undefined where it is not the contact's company.
 */
export const unlinkCompany = (id: RecordId, state: Uint8Array, company: RecordId, stamp: LinkStamp) =>
  change(id, state, stamp, (link, note) => {
    if (link?.[1] !== company) return undefined;
    const at = link[2] + 1;
    return [
      [COMPANY_KEY, null, at],
      [SYSTEM_KEYS.unlinked, [company, at], Math.max(stamp.hlc, (note?.[2] ?? 0) + 1)],
    ];
  });

/** Gives it back to a contact it was taken from. Undefined where it was not, or where somebody has written there since. */
export const relinkCompany = (id: RecordId, state: Uint8Array, company: RecordId, stamp: LinkStamp) =>
  change(id, state, stamp, (link, note) => {
    const [from, at] = noteOf(note?.[1]) ?? [];
    if (from !== company || link?.[1] !== null || link[2] !== at) return undefined;
    return [
      [COMPANY_KEY, company, link[2] + 1],
      [SYSTEM_KEYS.unlinked, null, Math.max(stamp.hlc, note![2] + 1)],
    ];
  });

function noteOf(value: unknown): readonly [company: RecordId, at: Hlc] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [company, at] = value as unknown[];
  return isId(company, 'company') && isHlc(at) ? [company, at] : undefined;
}

function change(
  id: RecordId,
  state: Uint8Array,
  { clientId }: LinkStamp,
  decide: (link: RegisterEntry | undefined, note: RegisterEntry | undefined) => RegisterEntry[] | undefined,
): LinkChange | undefined {
  const doc = openDoc(id, state);
  const fields = doc.getArray<unknown>(FIELDS);
  const registers = registersOf(fields.toArray());
  const entries = decide(registers.get(COMPANY_KEY)?.winner, registers.get(SYSTEM_KEYS.unlinked)?.winner);
  if (!entries) return undefined;
  doc.clientID = clientId;
  const updates: Uint8Array[] = [];
  doc.on('update', (bytes: Uint8Array) => updates.push(bytes));
  doc.transact(() => writeEntries(fields, entries));
  const changed = { state: Y.encodeStateAsUpdate(doc), update: updates[0]! }; // one transaction, one update
  doc.destroy();
  return changed;
}

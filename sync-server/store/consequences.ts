import { hlcFromMs } from '#core/kit/hlc.ts';
import { idType, type RecordId } from '#core/kit/ids.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import { relinkCompany, unlinkCompany } from '#crdt/company-link.ts';
import { foldRecord } from '#crdt/fold.ts';
import { historyOf } from './history.ts';
import type { Author, MovedRecord, Settled } from './port.ts';
import type { Ledger } from './push.ts';
import { createTallies, standingOf, type Standing } from './standing.ts';

/** Contacts looked at in one transaction: others that write meanwhile wait for so many. */
export const SETTLED_AT_ONCE = 200;

/** What a push made of a record. */
export interface ChangedRecord {
  readonly id: RecordId;
  readonly before: Standing | undefined;
  readonly after: Standing;
}

/** A company whose contacts after an id are still to be looked at, and who is the reason. */
export interface Postponed {
  readonly company: RecordId;
  readonly after: string;
  readonly author: Author;
}

type Tallies = ReturnType<typeof createTallies>;

/**
 * P6: a company that is in the recycle bin is nobody's company, whoever may see the contacts; when it comes back, so do
 * the links that were cleared and not written since. The relay appends that itself, under the name of whoever caused it,
 * each contact as an entry of its own. Called when a push's own entries stand in the ledger; what is too much for its
 * transaction is postponed.
 */
export function appendConsequences(
  ledger: Ledger,
  changed: readonly ChangedRecord[],
  author: Author,
  relayClientId: number,
  tallies: Tallies,
): { readonly records: MovedRecord[]; readonly unsettled: boolean } {
  const settler = createSettler(ledger, author, relayClientId, tallies);
  let left = SETTLED_AT_ONCE;
  let unsettled = false;
  // those that went or came; one that is new here may already be what contacts point at
  const companies = changed.filter((c) => idType(c.id) === 'company' && (c.before?.live ?? true) !== c.after.live);
  for (const company of new Set(companies.map(({ id }) => id))) {
    const { looked, after } = settler.contactsOf(company, '', left);
    left -= looked;
    unsettled ||= after !== undefined;
    ledger.postpone(company, after, author);
  }
  for (const { id, after } of changed) if (after.company) settler.contact(id, after.company);
  return { records: settler.records, unsettled };
}

/** The next of those that were postponed. Like a push it must be followed by writing what the ledger gathered. */
export function settleNext(ledger: Ledger, next: Postponed | undefined, relayClientId: number): Settled {
  if (!next) return { records: [], more: false };
  const { company, author } = next;
  const tallies = createTallies();
  const settler = createSettler(ledger, author, relayClientId, tallies);
  const { after } = settler.contactsOf(company, next.after, SETTLED_AT_ONCE);
  ledger.postpone(company, after, author);
  for (const [partition, change] of tallies.all) ledger.tally(partition, change);
  return { records: settler.records, more: true };
}

function createSettler(ledger: Ledger, author: Author, relayClientId: number, tallies: Tallies) {
  const records: MovedRecord[] = [];
  const deleted = new Map<RecordId, boolean | undefined>();

  /** Undefined where the workspace has no such company. */
  function isDeleted(company: RecordId): boolean | undefined {
    if (!deleted.has(company)) {
      const row = ledger.record(company);
      const binned = () => foldRecord(company, row!.state).values[SYSTEM_KEYS.deletedAt] !== undefined;
      deleted.set(company, row?.ours ? !row.standing.live && binned() : undefined);
    }
    return deleted.get(company);
  }

  /** Clears the link to a company that is deleted; `orBack` gives it back where the company is there. */
  function contact(id: RecordId, company: RecordId, orBack = false): void {
    const isGone = isDeleted(company);
    if (isGone === undefined || (!isGone && !orBack)) return;
    const row = ledger.record(id);
    if (!row?.ours) return;
    const stamp = { clientId: relayClientId, hlc: hlcFromMs(author.at) };
    const change = (isGone ? unlinkCompany : relinkCompany)(id, row.state, company, stamp);
    if (!change) return;
    const { state, update } = change;
    const to = standingOf(id, state);
    const from = row.standing.partition;
    const seq = ledger.seq() + 1;
    tallies.move(row.standing, to);
    const history = { ...historyOf(id, row.state, state, author), seq, cause: company };
    ledger.append({ seq, recordId: id, from, to, update, state, push: author, history });
    ledger.bind(relayClientId, ''); // so that no device can take it, after a restart either
    records.push({ id, seq, state, from, to: to.partition });
  }

  return {
    records,
    contact,
    /** Looks at no more than `limit` contacts after an id; `after` says where to go on, undefined = nowhere. */
    contactsOf(company: RecordId, start: string, limit: number): { looked: number; after: string | undefined } {
      if (isDeleted(company) === undefined) return { looked: 0, after: undefined };
      const ids = limit > 0 ? ledger.contactsOf(company, start, limit) : [];
      for (const id of ids) contact(id, company, true);
      return { looked: ids.length, after: ids.length < limit ? undefined : (ids.at(-1) ?? start) };
    },
  };
}

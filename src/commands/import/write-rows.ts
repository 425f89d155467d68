import { newId } from '#core/kit/ids.ts';
import { LIMITS } from '#core/protocol/messages.ts';
import { SYSTEM_KEYS } from '#core/record/row.ts';
import type { ImportProblem, ImportResult, Trouble } from '#data-worker/port.ts';
import type { CommandContext, Write } from '../context.ts';
import { denialOf, intentsOf } from '../guards.ts';
import { breathe } from './breathe.ts';
import { createCompanyFinder, type CompanyOfFile } from './companies.ts';
import { ROW, type RowState } from './row-state.ts';
import type { RowReader } from './row-reader.ts';
import type { Rows } from './rows.ts';

export interface WritePlan {
  readonly rows: Rows;
  readonly reader: RowReader;
  /** State of each row; those that are `ready` are written, and their state becomes what happened. */
  readonly states: Uint8Array;
  /** Reasons of rows that guards refused, by row. */
  readonly denied: Map<number, ImportProblem>;
  /** Names of companies the check found; looked up before the first pack, while the columns' index of names stays. */
  readonly companyNames: Iterable<string>;
  readonly cancelled: () => boolean;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

interface Pending {
  readonly row: number;
  readonly write: Write;
  readonly companies: readonly CompanyOfFile[];
}

const PROGRESS_MS = 100;
/** Packs being written while the next one is put together: those that wait together share a transaction. */
const IN_FLIGHT = 4;
/** Room for a company record (its name has at most 500 characters) and for what every record gets besides its cells. */
const COMPANY_BYTES = 2_000;
const SYSTEM_BYTES = 300;

/**
 * Writes the rows that are ready in packs of at most 512 records, a new company in the pack of its first contact (all
 * or nothing together). Between packs everybody else gets their turn. Stops after a pack when cancelled, and at the
 * first storage trouble; the counts are of what is durable.
 */
export async function writeRows(context: CommandContext, plan: WritePlan): Promise<ImportResult> {
  const { rows, reader, states } = plan;
  const batch = newId('import', context.now());
  const companies = createCompanyFinder(context, batch);
  const total = countOf(states, ROW.ready);
  let done = 0;
  let companiesCreated = 0;
  let trouble: Trouble | undefined;
  let reportedAt = -Infinity;
  let pending: Pending[] = [];
  let newCompanies = new Set<CompanyOfFile>();
  let bytes = 0;
  const commits = new Set<Promise<void>>();

  const report = (last: boolean) => {
    const now = context.now();
    if (!last && now - reportedAt < PROGRESS_MS && now >= reportedAt) return;
    reportedAt = now;
    plan.onProgress({ done, total });
  };

  /** Writes the rows of a pack with the companies they need; what came of it shows in `states` and `trouble`. */
  const commit = async (rows: readonly Pending[], needed: readonly CompanyOfFile[]): Promise<void> => {
    for (const company of needed) company.making = true;
    const written = rows.filter(({ row }) => !plan.denied.has(row));
    const writes = [...needed.map(companies.write), ...written.map((p) => p.write)];
    const committed = writes.length > 0 ? await context.commitPack(writes) : undefined;
    for (const company of needed) company.making = false;
    // what guards refused stays refused; what could not be stored was simply not written
    for (const { row } of rows) if (plan.denied.has(row)) states[row] = ROW.failing;
    if (committed && !committed.ok) {
      trouble ??= committed.error.trouble;
      return;
    }
    for (const company of needed) company.made = true;
    companiesCreated += needed.length;
    for (const { row } of written) states[row] = ROW.created;
    done += rows.length;
    report(false);
  };

  /** Asks about the pending rows and begins to write the allowed ones; false when the import has to stop. */
  const flush = async (): Promise<boolean> => {
    const rows = pending;
    const wanted = [...newCompanies];
    pending = [];
    newCompanies = new Set();
    bytes = 0;
    const allowed = await askPending(context, rows, wanted.map(companies.write), plan.denied);
    const used = new Set(allowed.flatMap((p) => p.companies));
    // a contact is never stored without its company: that one's pack must have been
    if ([...used].some((c) => c.making)) await Promise.all(commits);
    if (trouble !== undefined) return false;
    const committing = commit(
      rows,
      [...used].filter((c) => !c.made),
    ).finally(() => commits.delete(committing));
    commits.add(committing);
    if (commits.size >= IN_FLIGHT) await Promise.race(commits);
    await breathe();
    return trouble === undefined && !plan.cancelled();
  };

  report(true);
  for (const name of plan.companyNames) companies.find(name);
  let going = !plan.cancelled();
  for (const chunk of rows.chunks) {
    for (let i = 0; going && i < chunk.count; i++) {
      const row = chunk.first + i;
      if (states[row] !== ROW.ready) continue;
      const reading = reader.read(chunk, i);
      if (reading.problems.length > 0) {
        states[row] = ROW.failing; // names or fields changed since the check
        done++;
        continue;
      }
      const { changes } = reading;
      const used = reading.companies.map(({ field, name }) => {
        const company = companies.find(name);
        changes[field] = company.id;
        return company;
      });
      changes[SYSTEM_KEYS.createdBy] = context.user;
      changes[SYSTEM_KEYS.batch] = batch;
      const fresh = used.filter((c) => !c.made && !c.making && !newCompanies.has(c)).length;
      const size = reading.bytes + fresh * COMPANY_BYTES + SYSTEM_BYTES;
      const full =
        pending.length + newCompanies.size + 1 + fresh > LIMITS.pushChanges || bytes + size > LIMITS.pushBytes;
      if (full && !(going = await flush())) break;
      bytes += size;
      for (const company of used) if (!company.made && !company.making) newCompanies.add(company);
      pending.push({ row, write: { id: context.newId('contact'), changes, create: true }, companies: used });
    }
  }
  if (going && pending.length > 0) await flush();
  await Promise.all(commits);
  report(true);
  return {
    batch,
    created: countOf(states, ROW.created),
    failed: countOf(states, ROW.failing),
    empty: countOf(states, ROW.empty),
    companiesCreated,
    cancelled: trouble === undefined && plan.cancelled() && countOf(states, ROW.ready) > 0,
    ...(trouble && { trouble }),
  };
}

/** The pending rows guards let through; the others get their reason. A refused company refuses its contacts. */
async function askPending(
  context: CommandContext,
  pending: readonly Pending[],
  companies: readonly Write[],
  denied: Map<number, ImportProblem>,
): Promise<readonly Pending[]> {
  const writes = [...companies, ...pending.map((p) => p.write)];
  const answers = await context.ask(intentsOf(context, writes));
  const refusedCompanies = new Map(companies.map((c, i) => [c.id, denialOf(answers[i])]));
  return pending.filter(({ row, companies: used }, i) => {
    const refusal =
      denialOf(answers[companies.length + i]) ??
      used.map((c) => refusedCompanies.get(c.id)).find((d) => d !== undefined);
    if (refusal) denied.set(row, { error: { ...refusal } });
    return refusal === undefined;
  });
}

function countOf(states: Uint8Array, state: RowState): number {
  let count = 0;
  for (const s of states) if (s === state) count++;
  return count;
}

import { newId } from '#core/kit/ids.ts';
import { unpackRows } from '#core/kit/packed-rows.ts';
import type { ImportCheck, ImportPlan, ImportPort, ImportProblem, ImportResult } from '#data-worker/port.ts';
import type { CommandContext } from '../context.ts';
import { breathe } from './breathe.ts';
import { createRowReader, type RowReader } from './row-reader.ts';
import { ROW } from './row-state.ts';
import { createRows, type RowChunk, type Rows } from './rows.ts';
import { writeRows } from './write-rows.ts';

/** One import: its rows, the last plan checked, and what became of each row. */
interface Job {
  readonly rows: Rows;
  readonly denied: Map<number, ImportProblem>;
  checks: number;
  latest: Promise<ImportCheck> | undefined;
  plan: ImportPlan | undefined;
  states: Uint8Array;
  companyNames: ReadonlySet<string>;
  /** `write` was called; an import is written once, whatever came of it. */
  written: boolean;
  cancelled: boolean;
  closed: boolean;
  result: ImportResult | undefined;
}

const SHOWN_PROBLEMS = 200;
const SHOWN_CELL = 200;
/** Rows read before others get their turn: about 5 ms. */
const ROWS_AT_ONCE = 512;
const FED_AT_ONCE = 2_000;

/**
 * The imports of one session (ImportPort). A row is kept as the file has it and read again when it is written, which
 * costs less than keeping what it says. Calls out of order (a job there is none of, a write before a check) are bugs
 * of the caller and throw.
 */
export function createImports(context: CommandContext): ImportPort {
  const jobs = new Map<string, Job>();
  const jobOf = (id: string): Job => {
    const job = jobs.get(id);
    if (!job) throw new Error(`no such import job: ${id}`);
    return job;
  };

  return {
    async open() {
      const id = newId('job', context.now());
      jobs.set(id, newJob());
      return id;
    },

    async feed(id, given) {
      const job = jobOf(id);
      if (job.written) throw new Error('an import that was written takes no more rows');
      const rows = 'json' in given ? unpackRows(given) : given;
      if (rows.length > FED_AT_ONCE) throw new RangeError(`at most ${FED_AT_ONCE} rows a call`);
      job.rows.add(rows);
      job.plan = undefined; // what was checked is no longer all there is
    },

    async check(id, plan) {
      const job = jobOf(id);
      if (job.written) throw new Error('this import was written already');
      job.latest = checkRows(context, job, plan, ++job.checks);
      return job.latest;
    },

    async write(id, onProgress) {
      const job = jobOf(id);
      if (job.written) throw new Error('this import was written already');
      job.cancelled = false; // a cancel from before was of something else
      await job.latest;
      if (!job.plan) throw new Error('check the rows before writing them');
      if (job.written) throw new Error('this import is being written');
      job.written = true;
      const { rows, states, denied, companyNames } = job;
      const reader = createRowReader(context, job.plan);
      job.result = await writeRows(context, {
        rows,
        reader,
        states,
        denied,
        companyNames,
        cancelled: () => job.cancelled,
        onProgress,
      });
      return job.result;
    },

    cancel(id) {
      const job = jobs.get(id);
      if (job) job.cancelled = true;
    },

    async failed(id) {
      const job = jobOf(id);
      return job.plan ? failedRows(job, createRowReader(context, job.plan), job.plan) : [];
    },

    close(id) {
      const job = jobs.get(id);
      if (job) job.cancelled = job.closed = true;
      jobs.delete(id);
    },
  };
}

function newJob(): Job {
  return {
    rows: createRows(),
    denied: new Map(),
    checks: 0,
    latest: undefined,
    plan: undefined,
    states: new Uint8Array(0),
    companyNames: new Set(),
    written: false,
    cancelled: false,
    closed: false,
    result: undefined,
  };
}

/** Reads every row by the plan. A newer check takes over: the older one then answers what the newer one finds. */
async function checkRows(context: CommandContext, job: Job, plan: ImportPlan, mine: number): Promise<ImportCheck> {
  job.plan = undefined;
  const reader = createRowReader(context, plan);
  const states = new Uint8Array(job.rows.count);
  const companyNames = new Set<string>();
  const problems: ImportCheck['problems'][number][] = [];
  const notes = { migratedPhones: 0, repairedPhones: 0 };
  const counts = { ready: 0, empty: 0, failing: 0 };
  for (const chunk of job.rows.chunks) {
    for (let i = 0; i < chunk.count; i++) {
      const row = chunk.first + i;
      if (row >= states.length) break; // fed while this check was under way: `feed` made it void
      const reading = reader.read(chunk, i);
      notes.migratedPhones += reading.migratedPhones;
      notes.repairedPhones += reading.repairedPhones;
      const state = reading.empty ? 'empty' : reading.problems.length > 0 ? 'failing' : 'ready';
      states[row] = ROW[state];
      counts[state]++;
      if (state === 'ready') for (const { name } of reading.companies) companyNames.add(name);
      if (state === 'failing' && problems.length < SHOWN_PROBLEMS) {
        problems.push({
          line: plan.firstLine + row,
          cells: cellsOf(chunk, i).map(shortened),
          reasons: reading.problems,
        });
      }
      if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
        await breathe();
        if (job.checks !== mine) return job.latest!;
        if (job.closed) return { total: states.length, ...counts, notes, problems };
      }
    }
  }
  if (states.length === job.rows.count) {
    job.plan = plan;
    job.states = states;
    job.companyNames = companyNames;
  }
  return { total: states.length, ...counts, notes, problems };
}

/** Rows that are not in the workspace, with why: what the check or a guard said, else why the import stopped. */
async function failedRows(job: Job, reader: RowReader, plan: ImportPlan) {
  const failed: { line: number; cells: readonly unknown[]; reasons: readonly ImportProblem[] }[] = [];
  const { result, states, denied } = job;
  const stopped: ImportProblem = { error: { type: result?.trouble?.type ?? 'cancelled' } };
  for (const chunk of job.rows.chunks) {
    for (let i = 0; i < chunk.count; i++) {
      const row = chunk.first + i;
      const refusal = denied.get(row);
      if (states[row] === ROW.failing) {
        const reasons = refusal ? [refusal] : reader.read(chunk, i).problems;
        failed.push({ line: plan.firstLine + row, cells: cellsOf(chunk, i), reasons });
      } else if (states[row] === ROW.ready && result) {
        failed.push({ line: plan.firstLine + row, cells: cellsOf(chunk, i), reasons: [stopped] });
      }
      if (i % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await breathe();
    }
  }
  return failed;
}

const cellsOf = (chunk: RowChunk, i: number): unknown[] => chunk.cells.slice(chunk.starts[i], chunk.starts[i + 1]);

const shortened = (cell: unknown): unknown =>
  typeof cell === 'string' && cell.length > SHOWN_CELL ? `${cell.slice(0, SHOWN_CELL)}…` : cell;

import type { RecordId } from '#core/kit/ids.ts';
import { keyField, type Changes } from '#core/record/row.ts';
import type { OutboxRow } from './database.ts';

/** What is in the outbox, in memory: for the marks in lists and forms, the number of unsent changes and the sender. */
export interface Pending {
  add(row: OutboxRow, ids: readonly RecordId[]): void;
  /** Returns the records of the row. */
  remove(n: number): readonly RecordId[];
  clear(): void;
  has(id: RecordId): boolean;
  /** Is the record's creation among them? */
  creates(id: RecordId): boolean;
  ids(): Iterable<RecordId>;
  /** Fields with an unconfirmed change; `undefined` = all of them (the record came in an import). */
  fields(id: RecordId): readonly string[] | undefined;
  /** Records of row `n`. */
  idsOf(n: number): readonly RecordId[];
  /** Numbers of the rows that touch this record, ascending. */
  rowsOf(id: RecordId): readonly number[];
  /** What row `n` is when it has so many changes and none of them is superseded. */
  plain(n: number, count: number): 'pack' | 'edits' | undefined;
  /** The row itself, while it is among the last few edits: those are sent and acknowledged without reading them back. */
  row(n: number): OutboxRow | undefined;
  /** Some of row `n` is superseded now. */
  supersede(n: number): void;
  /** The first number above `n`. */
  after(n: number): number | undefined;
  /** Record changes not confirmed. */
  readonly count: number;
}

interface Entry {
  readonly n: number;
  readonly create: boolean;
  /** Absent for a record of an import. */
  readonly values: Changes | undefined;
}

interface Kept {
  readonly ids: readonly RecordId[];
  readonly count: number;
  readonly plain: 'pack' | 'edits' | undefined;
}

/** Rows kept whole, and how many changes such a row has at most. */
const KEPT_ROWS = 64;
const KEPT_CHANGES = 8;

export function createPending(): Pending {
  const rows = new Map<number, Kept>();
  const whole = new Map<number, OutboxRow>();
  const byRecord = new Map<RecordId, readonly Entry[]>();
  let count = 0;
  return {
    add(row, ids) {
      const isPack = row.packId !== undefined;
      const superseded = isPack ? row.superseded?.length : row.changes.some((change) => change.superseded);
      rows.set(row.n, { ids, count: row.count, plain: superseded ? undefined : isPack ? 'pack' : 'edits' });
      if (!isPack && row.count <= KEPT_CHANGES) {
        whole.set(row.n, row);
        if (whole.size > KEPT_ROWS) whole.delete(whole.keys().next().value!);
      }
      count += row.count;
      ids.forEach((id, i) => {
        const change = row.changes[i];
        const entry = change
          ? { n: row.n, create: change.create === true && !change.again, values: change.values ?? {} }
          : { n: row.n, create: true, values: undefined };
        byRecord.set(id, [...(byRecord.get(id) ?? []), entry]);
      });
    },
    remove(n) {
      const row = rows.get(n);
      if (!row) return [];
      rows.delete(n);
      whole.delete(n);
      count -= row.count;
      for (const id of row.ids) {
        const left = byRecord.get(id)?.filter((entry) => entry.n !== n) ?? [];
        if (left.length > 0) byRecord.set(id, left);
        else byRecord.delete(id);
      }
      return row.ids;
    },
    clear() {
      rows.clear();
      whole.clear();
      byRecord.clear();
      count = 0;
    },
    has: (id) => byRecord.has(id),
    creates: (id) => byRecord.get(id)?.some((entry) => entry.create) ?? false,
    ids: () => byRecord.keys(),
    fields(id) {
      const fields = new Set<string>();
      for (const { values } of byRecord.get(id) ?? []) {
        if (!values) return undefined;
        for (const key of Object.keys(values)) fields.add(keyField(key));
      }
      return [...fields];
    },
    rowsOf: (id) => [...new Set(byRecord.get(id)?.map((entry) => entry.n) ?? [])].sort((a, b) => a - b),
    supersede(n) {
      const row = rows.get(n);
      if (row) rows.set(n, { ...row, plain: undefined });
      whole.delete(n);
    },
    plain(n, count) {
      const row = rows.get(n);
      return row?.count === count ? row.plain : undefined;
    },
    row: (n) => whole.get(n),
    idsOf: (n) => rows.get(n)?.ids ?? [],
    after(n) {
      // numbers are gapless, so the first one is n + 1 or, after rows at the front went, the smallest there is
      if (rows.has(n + 1)) return n + 1;
      let first: number | undefined;
      for (const key of rows.keys()) if (key > n && (first === undefined || key < first)) first = key;
      return first;
    },
    get count() {
      return count;
    },
  };
}

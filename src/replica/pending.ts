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
  /** Numbers of the rows that touch this record, ascending. */
  rowsOf(id: RecordId): readonly number[];
  /** Is row `n` a whole import pack of so many records, none of them superseded? */
  isPlainPack(n: number, count: number): boolean;
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

export function createPending(): Pending {
  const rows = new Map<
    number,
    { readonly ids: readonly RecordId[]; readonly count: number; readonly isPlainPack: boolean }
  >();
  const byRecord = new Map<RecordId, readonly Entry[]>();
  let count = 0;
  return {
    add(row, ids) {
      const isPlainPack = row.packId !== undefined && !row.superseded?.length;
      rows.set(row.n, { ids, count: row.count, isPlainPack });
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
      if (row) rows.set(n, { ...row, isPlainPack: false });
    },
    isPlainPack(n, count) {
      const row = rows.get(n);
      return row?.isPlainPack === true && row.count === count;
    },
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

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { areDistinct, matchKeys } from '#core/contact/duplicates.ts';
import { newId } from '#core/kit/ids.ts';
import type { Json } from '#core/kit/json.ts';
import type { Row, Values } from '#core/record/row.ts';
import type { DuplicateQueue } from '#data-worker/port.ts';
import { createColumns } from './columns.ts';

const START = Date.UTC(2026, 0, 5);
const row = (n: number, values: Record<string, Json>): Row => ({
  id: newId('contact', START + n, (length) => new Uint8Array(length).fill(n)),
  values,
  updatedAt: START + n,
});
const items = (...values: string[]) => values.map((value, i) => ({ id: String(i), value }));

/** Columns whose clock and timers the test turns. */
function columnsInHand() {
  const tasks = new Set<() => void>();
  let time = 0;
  const columns = createColumns({
    now: () => (time += 1),
    schedule(task) {
      tasks.add(task);
      return () => tasks.delete(task);
    },
  });
  const settle = () => {
    while (tasks.size > 0) {
      const [task] = tasks;
      tasks.delete(task!);
      task!();
    }
  };
  return { columns, settle };
}

/** The groups as plain sets, by looking at every pair. */
function groupsByPairs(rows: readonly Row[]): string[][] {
  const live = rows.filter((r) => r.values['deletedAt'] === undefined && r.values['mergedInto'] === undefined);
  const match = (a: Row, b: Row) =>
    !areDistinct(a, b) &&
    matchKeys(a.values).some((x) => matchKeys(b.values).some((y) => x.kind === y.kind && x.key === y.key));
  const seen = new Set<string>();
  const groups: string[][] = [];
  for (const first of live) {
    if (seen.has(first.id)) continue;
    const group = [first];
    seen.add(first.id);
    for (const one of group)
      for (const other of live)
        if (!seen.has(other.id) && match(one, other)) {
          seen.add(other.id);
          group.push(other);
        }
    if (group.length > 1) groups.push(group.map((r) => r.id).sort());
  }
  return groups.sort();
}

describe('the review queue', () => {
  const values = fc.record(
    {
      name: fc.constantFrom('Lê Hoa', 'le hoa', 'Lan', 'Minh'),
      companyId: fc.constantFrom('company_1', 'company_2'),
      phones: fc.subarray(['+84912345671', '+84912345672', '+84912345673', '19001234']).map((list) => items(...list)),
      emails: fc.subarray(['a@x.vn', 'b@x.vn']).map((list) => items(...list)),
      deletedAt: fc.constant(5),
    },
    { requiredKeys: ['name', 'phones'] },
  );

  test('property: its groups are those that comparing every pair gives, after changes too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(values, fc.nat(6), fc.integer({ min: 0, max: 20 })), { minLength: 2, maxLength: 14 }),
        fc.array(fc.tuple(fc.nat(13), values), { maxLength: 4 }),
        (made, changes) => {
          const { columns, settle } = columnsInHand();
          let queue: DuplicateQueue | undefined;
          columns.watchDuplicates(100, (next) => (queue = next));
          const rows: Row[] = [];
          for (const [n, [given, told, merged]] of made.entries()) {
            const older = rows[told];
            const into = rows[merged];
            rows.push(
              row(n, {
                ...(given as Values),
                ...(older && told % 2 === 0 ? { distinct: [{ id: older.id, value: older.id }] } : {}),
                ...(into ? { mergedInto: into.id } : {}),
              }),
            );
          }
          columns.apply(rows);
          for (const [at, next] of changes) {
            const old = rows[at];
            if (!old) continue;
            settle();
            rows[at] = { ...old, values: next, updatedAt: old.updatedAt + 1 };
            columns.apply([rows[at]]);
          }
          settle();
          expect(queue!.groups.map((group) => group.rows.map((r) => r.id)).sort()).toEqual(groupsByPairs(rows));
          expect(queue!.total).toBe(queue!.groups.length);
          for (const group of queue!.groups) expect(group.reasons.length).toBeGreaterThan(0);
          // a single contact is told the same
          for (const one of rows) {
            if (one.values['deletedAt'] !== undefined || one.values['mergedInto'] !== undefined) continue;
            const found = columns.duplicatesOf({ id: one.id }).map((d) => d.row.id);
            const group = queue!.groups.find((g) => g.rows.some((r) => r.id === one.id));
            for (const id of found) expect(group?.rows.map((r) => r.id)).toContain(id);
            expect(found.length > 0).toBe(rows.some((r) => r.id !== one.id && groupsByPairs([one, r]).length > 0));
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a merged contact is in no list and no count, and its merge can be seen', () => {
    const { columns, settle } = columnsInHand();
    const kept = row(1, { name: 'Lê Hoa' });
    const gone = row(2, { name: 'Hoa', mergedInto: kept.id });
    const merge = { id: 'merge_1', value: gone.id, at: START, by: 'user_1', wrote: {}, before: {} };
    columns.apply([{ ...kept, values: { ...kept.values, merges: [merge] } }, gone]);
    expect(columns.counts().contact).toBe(1);
    expect(columns.list({ sources: ['contact'], offset: 0, limit: 10 }).rows.map((r) => r.id)).toEqual([kept.id]);
    expect(columns.list({ sources: ['contact'], where: 'bin', offset: 0, limit: 10 }).total).toBe(0);
    expect(columns.get(gone.id)?.values['name']).toBe('Hoa');
    let queue: DuplicateQueue | undefined;
    columns.watchDuplicates(10, (next) => (queue = next));
    settle();
    expect(queue!.merges).toMatchObject([
      { kept: { id: kept.id }, from: gone.id, gone: { id: gone.id }, by: 'user_1' },
    ]);
  });

  test('E7: who represents a company goes on as the contact that stands for them', () => {
    const { columns } = columnsInHand();
    const company = newId('company', START);
    const kept = row(1, { name: 'Lê Hoa', companyId: company });
    const gone = row(2, { name: 'Hoa', companyId: company });
    columns.apply([
      { id: company, values: { name: 'Ánh Dương', primaryContactId: gone.id }, updatedAt: START },
      kept,
      { ...gone, values: { ...gone.values, mergedInto: kept.id } },
    ]);
    expect(columns.listRow(company)?.representative).toEqual({ id: kept.id, name: 'Lê Hoa' });
    expect(columns.listRow(kept.id)?.isRepresentative).toBe(true);
    expect(columns.listRow(company)?.contactCount).toBe(1);
  });

  test('property: rows whose merge points to a younger one stay, whatever came over the wire', () => {
    const { columns } = columnsInHand();
    const [a, b] = [row(1, { name: 'A' }), row(2, { name: 'B' })];
    columns.apply([
      { ...a, values: { name: 'A', mergedInto: b.id } },
      { ...b, values: { name: 'B', mergedInto: a.id } },
    ]);
    expect(columns.list({ sources: ['contact'], offset: 0, limit: 10 }).rows.map((r) => r.id)).toEqual([a.id]);
  });
});

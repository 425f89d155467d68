import { describe, expect, it } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import type { Row } from '#core/record/row.ts';
import { NO_COUNTS, type ListQuery, type ListResult } from '#data-worker/port.ts';
import { createColumns } from './columns.ts';

/** Columns on a clock that moves only when told to. */
function setUp() {
  let time = 1000;
  let tasks: { task: () => void; at: number }[] = [];
  const columns = createColumns({
    now: () => time,
    schedule(task, delayMs) {
      const entry = { task, at: time + delayMs };
      tasks.push(entry);
      return () => (tasks = tasks.filter((other) => other !== entry));
    },
  });
  const pass = (ms: number) => {
    time += ms;
    const due = tasks.filter((entry) => entry.at <= time);
    tasks = tasks.filter((entry) => entry.at > time);
    for (const { task } of due) task();
  };
  const results: ListResult[] = [];
  return {
    columns,
    pass,
    results,
    planned: () => tasks.length,
    seen: (result: ListResult) => void results.push(result),
  };
}
const row = (name: string, more: Row['values'] = {}): Row => ({
  id: newId('contact'),
  values: { name, ...more },
  updatedAt: 1,
});
const all: ListQuery = { sources: ['contact'], offset: 0, limit: 10 };
const names = (result: ListResult | undefined) => result?.rows.map((r) => r.values['name']);

describe('watch', () => {
  it('answers at once, then once a round', () => {
    const { columns, pass, results, seen } = setUp();
    columns.watch(all, seen);
    expect(results).toHaveLength(1);
    columns.apply([row('A')]);
    pass(0);
    expect(results).toHaveLength(2); // nothing happened lately: at once
    columns.apply([row('B')]);
    columns.apply([row('C')]);
    pass(15);
    expect(results).toHaveLength(2);
    pass(1);
    expect(results).toHaveLength(3);
    expect(results[2]!.total).toBe(3);
  });

  it('says nothing when what it shows did not change', () => {
    const { columns, pass, results, seen } = setUp();
    columns.watch({ ...all, filter: { field: 'name', op: 'is', value: 'A' } }, seen);
    columns.apply([row('B')]);
    pass(100);
    expect(results).toHaveLength(1);
  });

  it('waits longer during bulk loads, and shows their end at once', () => {
    const { columns, pass, results, seen } = setUp();
    columns.watch(all, seen);
    columns.bulk(true);
    columns.apply([row('A')]);
    pass(1000);
    const before = results.length;
    columns.apply([row('B')]);
    pass(999);
    expect(results).toHaveLength(before);
    columns.bulk(false);
    pass(16);
    expect(results).toHaveLength(before + 1);
  });

  it('follows updates of the query, marks of unsent changes and names behind ids; stops when told', () => {
    const { columns, pass, results, seen, planned } = setUp();
    const company: Row = { id: newId('company'), values: { name: 'Ánh Dương' }, updatedAt: 1 };
    const a = row('A', { companyId: company.id });
    columns.apply([a, row('B')]);
    const watching = columns.watch(all, seen);
    watching.update({ ...all, search: 'a' });
    expect(names(results.at(-1))).toEqual(['A']);
    columns.markPending([a.id], true);
    pass(16);
    expect(results.at(-1)!.rows[0]!.pending).toBe(true);
    columns.apply([company]);
    pass(16);
    expect(results.at(-1)!.rows[0]).toMatchObject({ companyName: 'Ánh Dương', source: 'contact' });
    columns.apply([{ ...company, values: { name: 'Bình Minh' } }]);
    pass(16);
    expect(results.at(-1)!.rows[0]!.companyName).toBe('Bình Minh');
    const count = results.length;
    watching.stop();
    columns.apply([row('AA')]);
    expect(planned()).toBe(0);
    pass(100);
    expect(results).toHaveLength(count);
  });
});

describe('records', () => {
  it('finds companies by name without accents, the oldest live one', () => {
    const { columns } = setUp();
    const first: Row = { id: newId('company', 1_770_000_000_000), values: { name: 'Ánh Dương' }, updatedAt: 1 };
    const second: Row = { id: newId('company', 1_770_000_000_001), values: { name: 'ANH DUONG' }, updatedAt: 1 };
    columns.apply([second, first]);
    expect(columns.companyByName(' anh dương')).toBe(first.id);
    columns.apply([{ ...first, values: { ...first.values, deletedAt: 5 } }]);
    expect(columns.companyByName('anh duong')).toBe(second.id);
    expect(columns.companyByName('anh')).toBeUndefined();
    expect(columns.directory.companyName(first.id)).toBeUndefined();
  });

  it('counts live, deleted and sample rows', () => {
    const { columns } = setUp();
    columns.apply([
      row('A'),
      row('B', { batch: 'sample-1' }),
      row('C', { deletedAt: 5, batch: 'sample-1' }),
      row('D', { discarded: true }),
    ]);
    columns.apply([{ id: newId('company'), values: { name: 'X', batch: 'sample-1' }, updatedAt: 1 }]);
    expect(columns.counts()).toEqual({ ...NO_COUNTS, contact: 2, company: 1, bin: 1, sample: 2 });
    columns.clear();
    expect(columns.counts()).toEqual(NO_COUNTS);
  });

  it('remembers where a record lies; ignores types no list knows', () => {
    const { columns } = setUp();
    const a = row('A');
    columns.apply([a, { ...row('T'), id: newId('ticket') }]);
    expect(columns.packOf(a.id)).toBe(-1);
    columns.setPack([a.id, 'contact_none'], 7);
    expect([columns.packOf(a.id), columns.packOf('contact_none')]).toEqual([7, -1]);
    expect(columns.ids('contact')).toEqual([a.id]);
  });
});

describe('segments', () => {
  const filled = () => {
    const { columns } = setUp();
    const rows = Array.from({ length: 5000 }, (_, i) =>
      row(`Tên ${i}`, { phones: [{ id: 'a', value: `+8491${String(i).padStart(7, '0')}`, raw: String(i) }] }),
    );
    columns.apply(rows);
    columns.setPack([rows[3]!.id], 9);
    return { columns, rows };
  };

  it('only what changed is dirty', () => {
    const { columns, rows } = filled();
    expect(columns.dirtySegments()).toHaveLength(2);
    for (const segment of columns.dirtySegments()) columns.dumpSegment(segment);
    expect(columns.dirtySegments()).toEqual([]);
    columns.apply([{ ...rows[4999]!, updatedAt: 5 }]);
    expect(columns.dirtySegments()).toEqual([1]);
    columns.remove(rows.slice(4096).map((r) => r.id));
    expect(columns.dumpSegment(1)).toBeUndefined();
  });

  it('loads in any order, keeps packs, reuses the gaps', () => {
    const { columns, rows } = filled();
    columns.remove(rows.slice(10, 20).map((r) => r.id));
    const saved = columns.dirtySegments().map((segment) => [segment, columns.dumpSegment(segment)!] as const);
    const other = setUp().columns;
    for (const [segment, bytes] of [...saved].reverse()) expect(other.loadSegment(segment, bytes)).toBe(true);
    expect(other.packOf(rows[3]!.id)).toBe(9);
    expect(other.get(rows[4999]!.id)).toEqual(rows[4999]);
    const more = Array.from({ length: 30 }, (_, i) => row(`Mới ${i}`));
    other.apply(more);
    const found = other.list({ sources: ['contact'], search: 'moi 29', offset: 0, limit: 5 });
    expect([found.total, other.counts().contact]).toEqual([1, 5020]);
  });

  it('refuses what it did not write, and what it holds already', () => {
    const { columns } = filled();
    const bytes = columns.dumpSegment(0)!;
    // one byte a character, so that every other byte stays as it is
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    const encode = (t: string) => Uint8Array.from(t, (character) => character.charCodeAt(0));
    expect(text).toContain('"v":2');
    const fresh = setUp().columns;
    for (const broken of [
      bytes.subarray(0, 1000),
      new Uint8Array([0xff, 0xfe]),
      encode('null'),
      encode('{}'),
      encode(text.replace('"v":2', '"v":1')),
      encode(text.replace('"rows":4096', '"rows":4095')),
      encode(text.replace('"contact"', '"company"')),
    ])
      expect(fresh.loadSegment(0, broken)).toBe(false);
    expect(fresh.counts().contact).toBe(0);
    expect(columns.loadSegment(0, bytes)).toBe(false);
    expect(fresh.loadSegment(0, bytes)).toBe(true);
  });
});

describe('while the rows load', () => {
  const workspace = { members: [], departments: [], fields: [] };
  const byName: ListQuery = { ...all, sort: { field: 'name', desc: false } };
  const page = (search: string): ListQuery => ({ ...all, search });

  function kept() {
    const { columns, seen } = setUp();
    columns.setWorkspace(workspace, 'me');
    columns.apply([row('A'), row('B')]);
    columns.watch(byName, seen);
    columns.watch(page('b'), seen);
    return columns.keepAnswers();
  }

  it('lists that were kept are answered as they were, others wait; then all are answered from the rows', () => {
    const { columns, pass, results, seen } = setUp();
    columns.loading();
    columns.setWorkspace(workspace, 'me');
    columns.watch(byName, seen);
    columns.watch(page('b'), seen);
    pass(20);
    expect(results).toEqual([]);
    columns.showAnswers(kept());
    pass(20);
    expect(results.map(names)).toEqual([['A', 'B']]);
    columns.apply([row('C')]);
    pass(20);
    expect(results).toHaveLength(1);
    columns.loaded();
    pass(20);
    expect(results.slice(1).map(names)).toEqual([['C'], []]);
  });

  it('a workspace that says something else since makes them of no account', () => {
    const { columns, pass, results, seen } = setUp();
    columns.loading();
    columns.showAnswers(kept());
    columns.setWorkspace({ ...workspace, departments: [{ id: 'd', name: 'Kinh doanh' }] }, 'me');
    columns.watch(byName, seen);
    pass(20);
    expect(results).toEqual([]);
    columns.loaded();
    pass(20);
    expect(results.map(names)).toEqual([[]]);
  });
});

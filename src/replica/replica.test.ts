import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import { foldRecord } from '#crdt/fold.ts';
import { openTestReplica } from './testing/open-test-replica.ts';
import { createMemoryProjection } from './testing/memory-projection.ts';

const contact = () => newId('contact');
const records = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: contact(), changes: { name: `Người ${i}` }, create: true as const }));

describe('edits', () => {
  test('I1: an edit is durable, and in the outbox, when it resolves: a crash right after loses nothing', async () => {
    const idb = new IDBFactory();
    const first = await openTestReplica(idb);
    const id = contact();
    expect(await first.replica.commit([{ id, changes: { name: 'Lan' }, create: true }])).toMatchObject({ ok: true });
    // no close, no flush: memory is simply gone
    const second = await openTestReplica(idb);
    expect(second.projection.rows.get(id)?.values).toEqual({ name: 'Lan' });
    expect(second.replica.pending.count).toBe(1);
    expect(second.replica.pending.fields(id)).toEqual(['name']);
    expect(await second.replica.relay.pushAfter(0)).toMatchObject({ ok: true, value: { n: 1, changes: [{ id }] } });
  });

  test('gives back what was there before, also for edits of the same record that waited together', async () => {
    const { replica } = await openTestReplica(new IDBFactory());
    const id = contact();
    const results = await Promise.all([
      replica.commit([{ id, changes: { name: 'A' }, create: true }]),
      replica.commit([{ id, changes: { name: 'B' } }]),
      replica.commit([{ id, changes: { name: 'C', title: 'x' } }]),
    ]);
    expect(results.map((r) => r.ok && r.value[0])).toEqual([
      { id, changes: { name: null }, created: true },
      { id, changes: { name: 'A' }, created: false },
      { id, changes: { name: 'B', title: null }, created: false },
    ]);
  });

  test('P2: numbers are gapless from 1, over commands, imports and restarts', async () => {
    const idb = new IDBFactory();
    const { replica } = await openTestReplica(idb);
    await replica.commit([{ id: contact(), changes: { name: 'A' }, create: true }]);
    await replica.commitPack(records(3));
    const again = await openTestReplica(idb);
    await again.replica.commit(records(600).map((r) => ({ ...r }))); // more than one push holds
    const numbers: number[] = [];
    for (let n = 0; ;) {
      const next = await again.replica.relay.pushAfter(n);
      if (!next.ok || !next.value) break;
      numbers.push((n = next.value.n));
    }
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(again.replica.pending.count).toBe(604);
  });

  test('an import is one pack; its records are read from it, and from their own rows once edited', async () => {
    const idb = new IDBFactory();
    const { replica, projection } = await openTestReplica(idb);
    const rows = records(300);
    expect(await replica.commitPack(rows)).toEqual({ ok: true, value: undefined });
    expect(projection.packOf(rows[7]!.id)).toBe(1);
    await replica.commit([{ id: rows[7]!.id, changes: { title: 'Giám đốc' } }]);
    expect(projection.packOf(rows[7]!.id)).toBeUndefined();
    const again = await openTestReplica(idb);
    expect(again.projection.rows).toEqual(projection.rows);
    expect(again.projection.rows.get(rows[7]!.id)?.values).toEqual({ name: 'Người 7', title: 'Giám đốc' });
    expect(again.projection.packOf(rows[7]!.id)).toBeUndefined();
    expect(again.replica.pending.count).toBe(301);
  });

  test('an edit of many records is one pack as well, over own rows and packs of before; the next crash finds it so', async () => {
    const idb = new IDBFactory();
    const { replica, projection } = await openTestReplica(idb);
    const rows = records(100);
    await replica.commitPack(rows.slice(0, 50));
    await Promise.all(rows.slice(50).map((row) => replica.commit([row]))); // grouped: some have rows of their own
    await replica.commit([{ id: rows[60]!.id, changes: { title: 'Riêng' } }]);
    await replica.commit(rows.map(({ id }) => ({ id, changes: { departmentId: 'north' } })));
    const packs = new Set(rows.map(({ id }) => projection.packOf(id)));
    expect(packs.size).toBe(1);
    expect([...packs][0]).toBeGreaterThan(1);
    await replica.commit([{ id: rows[3]!.id, changes: { title: 'Sau cùng' } }]);

    const again = await openTestReplica(idb);
    expect(again.projection.rows).toEqual(projection.rows);
    for (const { id } of rows) expect(again.projection.packOf(id)).toBe(projection.packOf(id));
    const values = (i: number) => again.projection.rows.get(rows[i]!.id)?.values;
    expect(values(3)).toEqual({ name: 'Người 3', departmentId: 'north', title: 'Sau cùng' });
    expect(values(60)).toEqual({ name: 'Người 60', departmentId: 'north', title: 'Riêng' });
    expect(again.replica.pending.count).toBe(100 + 1 + 100 + 1);
  });

  test('unsent work can be had as plain data', async () => {
    const { replica } = await openTestReplica(new IDBFactory(), { now: () => 1_700_000_000_000 });
    const id = contact();
    const [imported] = records(1);
    await replica.commit([{ id, changes: { name: 'Lan', 'text:description': 'a' }, create: true }]);
    await replica.commitPack([imported!]);
    expect(await replica.unsent()).toEqual([
      { id, at: 1_700_000_000_000, changes: { name: 'Lan', 'text:description': 'a' } },
      { id: imported!.id, at: 1_700_000_000_000, changes: { name: 'Người 0' } },
    ]);
  });
});

describe('snapshot', () => {
  test('I10: a start from the snapshot, from a stale one, from none or from another format shows the same rows', async () => {
    const idb = new IDBFactory();
    const { replica, projection } = await openTestReplica(idb);
    const imported = records(100);
    await replica.commitPack(imported);
    await replica.flush();
    // newer than the snapshot: an edit, a new record, a second pack
    await replica.commit([{ id: imported[3]!.id, changes: { title: 'Mới' } }]);
    await replica.commit([{ id: contact(), changes: { name: 'Sau' }, create: true }]);
    await replica.commitPack(records(40));
    const stale = await openTestReplica(idb);
    expect(stale.projection.loaded).toBeGreaterThan(0);
    const otherFormat = await openTestReplica(idb, { format: 'memory-2' });
    expect(otherFormat.projection.loaded).toBe(0);
    await otherFormat.replica.flush();
    const fresh = await openTestReplica(idb, { format: 'memory-2' });
    expect(fresh.projection.loaded).toBeGreaterThan(0);
    for (const { rows } of [stale.projection, otherFormat.projection, fresh.projection])
      expect(rows).toEqual(projection.rows);
  });

  test('what lists said last is shown before the rows are loaded, as long as nothing was written since', async () => {
    const idb = new IDBFactory();
    const { replica } = await openTestReplica(idb);
    const [first, second] = [contact(), contact()];
    await replica.commit([{ id: first, changes: { name: 'Lan' }, create: true }]);
    await replica.flush();
    const again = await openTestReplica(idb);
    expect(again.projection.shownEarly).toBe(JSON.stringify([first]));
    await again.replica.commit([{ id: second, changes: { name: 'Mai' }, create: true }]);
    expect((await openTestReplica(idb)).projection.shownEarly).toBeUndefined();
    await again.replica.flush(); // taken over by the third, and so not written
    const fourth = await openTestReplica(idb);
    expect(fourth.projection.shownEarly).toBeUndefined();
    await fourth.replica.flush();
    expect((await openTestReplica(idb)).projection.shownEarly).toBe(JSON.stringify([first, second]));
    expect((await openTestReplica(idb, { projection: createMemoryProjection('other') })).projection.shownEarly).toBe(
      undefined,
    );
  });

  test('a snapshot that does not load is rebuilt', async () => {
    const idb = new IDBFactory();
    const { replica, projection } = await openTestReplica(idb);
    await replica.commitPack(records(50));
    await replica.flush();
    const broken = { ...createMemoryProjection(), load: () => false };
    const again = await openTestReplica(idb, { projection: broken });
    expect(again.projection.rows).toEqual(projection.rows);
  });
});

describe('packs', () => {
  test('I8: a pack whose records mostly have own rows is rewritten; nothing changes for readers', async () => {
    const idb = new IDBFactory();
    const { replica, projection } = await openTestReplica(idb);
    const rows = records(20);
    await replica.commitPack(rows);
    await replica.commit(rows.slice(0, 15).map((r) => ({ id: r.id, changes: { title: 'x' } })));
    // the outbox still needs the pack
    expect(await replica.compact(0)).toEqual({ next: undefined, rewritten: 0 });
    for (const n of [1, 2]) {
      const push = await replica.relay.pushAfter(n - 1);
      const results = (push.ok && push.value ? push.value.changes : []).map(() => ({ kind: 'ok' as const }));
      await replica.relay.acks([{ type: 'ack', n, seq: n * 20, results }]);
    }
    expect(replica.pending.count).toBe(0);
    expect(await replica.compact(0)).toEqual({ next: undefined, rewritten: 1 });
    expect(projection.packOf(rows[19]!.id)).toBe(2);
    const state = await replica.document(rows[19]!.id);
    expect(foldRecord(rows[19]!.id, state!)).toEqual(projection.rows.get(rows[19]!.id));
    const again = await openTestReplica(idb);
    expect(again.projection.rows).toEqual(projection.rows);
  });
});

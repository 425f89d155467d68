import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { newId } from '#core/kit/ids.ts';
import { openReplica } from './replica.ts';
import { openTestReplica } from './testing/open-test-replica.ts';
import { createMemoryProjection } from './testing/memory-projection.ts';
import { storageTrouble, type StorageTrouble } from './trouble.ts';

const write = (id = newId('contact')) => [{ id, changes: { name: 'Lan' }, create: true as const }];

afterEach(() => vi.restoreAllMocks());

describe('storage trouble', () => {
  test('quota exceeded: the command fails with it, nothing is half written, and the next write that fits clears it', async () => {
    const idb = new IDBFactory();
    const troubles: (StorageTrouble | undefined)[] = [];
    const { replica, projection } = await openTestReplica(idb, { onTrouble: (t) => troubles.push(t) });
    await replica.commit(write());
    const before = new Map(projection.rows);
    // the outbox row fits, the record does not: without one transaction the outbox would send what is not on the device
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore) {
      throw new DOMException('full', 'QuotaExceededError');
    });
    expect(await replica.commit(write())).toEqual({
      ok: false,
      error: { type: 'storage', trouble: { type: 'quota-exceeded' } },
    });
    expect(await replica.commitPack(write())).toEqual({
      ok: false,
      error: { type: 'storage', trouble: { type: 'quota-exceeded' } },
    });
    expect(projection.rows).toEqual(before);
    expect(replica.pending.count).toBe(1);
    put.mockRestore();
    expect(await replica.commit(write())).toMatchObject({ ok: true });
    expect(troubles.filter((t) => t?.type === 'quota-exceeded').length).toBeGreaterThan(0);
    expect(troubles.at(-1)).toBeUndefined();
    const again = await openTestReplica(idb);
    expect(again.projection.rows).toEqual(projection.rows);
    // the failed ones used up no number
    expect(await again.replica.relay.pushAfter(1)).toMatchObject({ value: { n: 2 } });
  });

  test('a device that is full at the start still shows what it holds, and writes again when there is room', async () => {
    const idb = new IDBFactory();
    const first = await openTestReplica(idb);
    await first.replica.commit(write());
    await first.replica.close();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore) {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const troubles: (StorageTrouble | undefined)[] = [];
    const { replica, projection } = await openTestReplica(idb, { onTrouble: (t) => troubles.push(t) });
    expect(projection.rows).toEqual(first.projection.rows);
    expect(replica.pending.count).toBe(1);
    expect(troubles).toEqual([{ type: 'quota-exceeded' }]);
    expect(await replica.commit(write())).toMatchObject({ ok: false });
    put.mockRestore();
    expect(await replica.commit(write())).toMatchObject({ ok: true });
    expect(troubles.at(-1)).toBeUndefined();
    expect(await first.replica.commit(write())).toMatchObject({ ok: false }); // the older session stays out
  });

  test('a session that could not write its name is no owner: one that came after it keeps the database', async () => {
    const idb = new IDBFactory();
    await (await openTestReplica(idb)).replica.close();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore) {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const nameless = await openTestReplica(idb);
    put.mockRestore();
    const later = await openTestReplica(idb);
    expect(await nameless.replica.commit(write())).toMatchObject({ ok: false });
    expect(await later.replica.commit(write())).toMatchObject({ ok: true });
  });

  test('no IndexedDB at all, or one that refuses to open: storage-missing', async () => {
    const projection = createMemoryProjection();
    const options = {
      name: 'x',
      projection,
      snapshot: projection,
      randomId: () => 'r',
      randomClientId: () => 1,
      now: () => 0,
      schedule: () => () => undefined,
      onTrouble: () => undefined,
      onChange: () => undefined,
    };
    expect(await openReplica({ ...options, idb: undefined })).toEqual({
      ok: false,
      error: { type: 'storage-missing' },
    });
    const refusing = new IDBFactory();
    refusing.open = () => {
      throw new DOMException('private mode', 'InvalidStateError');
    };
    const idb = { indexedDB: refusing, IDBKeyRange };
    expect(await openReplica({ ...options, idb })).toEqual({ ok: false, error: { type: 'storage-missing' } });
  });

  test('the database is deleted under a running replica: storage-deleted, and nothing is called saved any more', async () => {
    const idb = new IDBFactory();
    const troubles: (StorageTrouble | undefined)[] = [];
    const { replica } = await openTestReplica(idb, { onTrouble: (t) => troubles.push(t) });
    await replica.commit(write());
    await new Promise((resolve) => (idb.deleteDatabase('lienhe-test').onsuccess = resolve));
    expect(troubles.at(-1)).toEqual({ type: 'storage-deleted' });
    expect(await replica.commit(write())).toEqual({
      ok: false,
      error: { type: 'storage', trouble: { type: 'storage-deleted' } },
    });
  });

  test('another session of the device takes over: the older one writes nothing more', async () => {
    const idb = new IDBFactory();
    const old = await openTestReplica(idb);
    const young = await openTestReplica(idb);
    expect(await old.replica.commit(write())).toEqual({
      ok: false,
      error: { type: 'storage', trouble: { type: 'storage-blocked' } },
    });
    expect(await young.replica.commit(write())).toMatchObject({ ok: true });
  });

  test('names are found behind Dexie’s wrappers; what is no storage failure is thrown on', () => {
    const quota = Object.assign(new Error('AbortError'), {
      name: 'AbortError',
      inner: new DOMException('', 'QuotaExceededError'),
    });
    expect(storageTrouble(quota)).toEqual({ type: 'quota-exceeded' });
    expect(storageTrouble(new TypeError('bug'))).toBeUndefined();
  });
});

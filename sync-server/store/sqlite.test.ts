import { administrator } from '../relay/testing/person.ts';
import Database from 'better-sqlite3';
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { historyContract } from '../../tests/contract/store-history.ts';
import { consequencesContract } from '../../tests/contract/store-consequences.ts';
import { erasureContract } from '../../tests/contract/store-erase.ts';
import { compactionContract } from '../../tests/contract/store-compact.ts';
import { pullContract } from '../../tests/contract/store-pull.ts';
import { created, storeContract, T0, value } from '../../tests/contract/store.ts';
import { DatabaseInUse } from './sqlite-lock.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite.ts';

const folder = () => mkdtemp(join(tmpdir(), 'lienhe-store-'));

const create = async () => {
  const dir = await folder();
  return {
    open: () => openSqliteStore({ file: join(dir, 'relay.db') }),
    remove: () => rm(dir, { recursive: true }),
  };
};
storeContract('SQLite', create);
historyContract('SQLite', create);
pullContract('SQLite', create);
compactionContract('SQLite', create);
erasureContract('SQLite', create);
consequencesContract('SQLite', create);

async function openInFolder(options: Partial<SqliteStoreOptions> = {}) {
  const dir = await folder();
  const file = join(dir, 'relay.db');
  const store = await openSqliteStore({ file, ...options });
  onTestFinished(async () => {
    await store.close();
    await rm(dir, { recursive: true });
  });
  return { store, file };
}

const ANYBODY = { person: administrator('anybody') };
const push = (n: number, size = 1, text = 'Lan') => ({
  person: administrator('ann'),
  user: 'ann',
  device: 'phone',
  n,
  at: T0,
  changes: Array.from({ length: size }, () => created({ name: text })),
});

describe('SQLite store', () => {
  it('a full disk is a typed error that commits nothing; reading goes on, and writing when there is room again', async () => {
    const { store, file } = await openInFolder({ maxBytes: 1024 * 1024 });
    const texts = 'x'.repeat(10_000);
    let n = 1;
    while ((await store.commit('w1', [push(n, 10, texts)])).ok) n++;
    expect(n).toBeGreaterThan(1);
    const { seq } = await value(store.head('w1'));
    expect(seq).toBe((n - 1) * 10);
    expect(await store.commit('w1', [push(n, 10, texts)])).toEqual({ ok: false, error: { type: 'storage-full' } });
    expect(store.health()).toEqual({ storage: 'full' });
    expect(await value(store.lastN('w1', 'ann', 'phone'))).toBe(n - 1);
    expect((await value(store.pull('w1', 0, { records: 5, bytes: 1e9 }, ANYBODY))).count).toBe(5);

    await store.close();
    const roomy = await openSqliteStore({ file });
    expect((await value(roomy.commit('w1', [push(n, 10, texts)])))[0]).toMatchObject({ seq: n * 10 });
    expect(roomy.health()).toEqual({ storage: 'ok' });
    await roomy.close();
  });

  it('a second process on the same file is refused with a clear message', async () => {
    const { file } = await openInFolder();
    const second = openSqliteStore({ file });
    await expect(second).rejects.toThrow(DatabaseInUse);
    await expect(second).rejects.toThrow(/Another relay is running on .*relay\.db/);
  });

  it('leaves the file open to a second connection, as better-auth has one', async () => {
    const { store, file } = await openInFolder();
    const other = new Database(file, { timeout: 5000 });
    onTestFinished(() => void other.close());
    other.exec('CREATE TABLE theirs (n INTEGER)');
    const writes = Array.from({ length: 20 }, (_, i) => store.commit('w1', [push(i + 1)]));
    for (let i = 0; i < 20; i++) {
      other.prepare('INSERT INTO theirs VALUES (?)').run(i);
      await writes[i];
    }
    expect((await Promise.all(writes)).every((w) => w.ok)).toBe(true);
    expect(other.prepare('SELECT count(*) FROM theirs').pluck().get()).toBe(20);
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
  });

  it('L7: what is erased leaves no byte in the files, also while pulls are under way, and nobody waits for it', async () => {
    const { store, file } = await openInFolder();
    const lan = created({ name: 'canary-erased' });
    const changes = [lan, ...Array.from({ length: 20 }, () => created({ name: 'Minh' }))];
    await value(store.commit('w1', [{ ...push(1), changes }]));
    const reader = { ...ANYBODY, snapshot: 'under way' };
    const limits = { records: 5, bytes: 1e9 };
    const first = await value(store.pull('w1', 0, limits, reader));
    expect(first.more).toBe(true);
    const holding = () =>
      ['', '-wal'].filter((end) => readFileSync(file + end).includes('canary-erased')).map((end) => file + end);
    expect(holding().length).toBeGreaterThan(0);

    const began = performance.now();
    expect(await value(store.erase('w1', lan.id, 'admin', T0))).toMatchObject({ seq: 22 });
    expect(performance.now() - began).toBeLessThan(2_000); // less than any wait for a reader
    expect(holding()).toEqual([]);
    // the pull goes on in another snapshot, which says that the log does not reach back to it any more
    expect(await value(store.pull('w1', first.seq, limits, reader))).toMatchObject({ head: 22, horizon: 22 });
  });

  it('a database of a newer version is refused and left as it is', async () => {
    const dir = await folder();
    const file = join(dir, 'relay.db');
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    await expect(openSqliteStore({ file })).rejects.toThrow(/version 99/);
    await rm(dir, { recursive: true });
  });

  it('a crash of the thread settles every pending call and tells once', async () => {
    const crashes: Error[] = [];
    const { store } = await openInFolder({ onCrash: (error) => crashes.push(error) });
    const pending = [store.commit('w1', [push(1, 400)]), store.commit('w1', [push(2)]), store.head('w1')];
    await store.thread.terminate();
    const results = await Promise.all(pending);
    expect(results.some((r) => !r.ok && r.error.type === 'store-gone')).toBe(true);
    expect(await store.commit('w1', [push(3)])).toMatchObject({ ok: false, error: { type: 'store-gone' } });
    expect(store.health()).toEqual({ storage: 'gone' });
    expect(crashes).toHaveLength(1);
  });

  it('I1: what was acknowledged survives SIGKILL in the middle of commits, and no lock stays behind', async () => {
    const dir = await folder();
    const file = join(dir, 'relay.db');
    const acknowledged = new Map<number, number>(); // device → greatest n
    for (let round = 0; round < 3; round++) {
      const child = fork(new URL('./testing/committing-process.ts', import.meta.url), [file], {
        serialization: 'advanced',
      });
      await new Promise<void>((resolve, reject) => {
        let count = 0;
        child.on('message', ([device, n]: [number, number]) => {
          acknowledged.set(device, n);
          if (++count === 150 + 40 * round) child.kill('SIGKILL');
        });
        child.on('error', reject);
        child.on('exit', (code, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`exit ${code}`))));
      });
    }
    const store = await openSqliteStore({ file });
    let pushes = 0;
    for (const [device, n] of acknowledged) {
      expect(await value(store.lastN('w1', 'ann', `device-${device}`))).toBeGreaterThanOrEqual(n);
    }
    const log = await value(store.log('w1', 0, 100_000));
    expect(log.map((e) => e.seq)).toEqual(log.map((_, i) => i + 1));
    for (const device of acknowledged.keys()) pushes += await value(store.lastN('w1', 'ann', `device-${device}`));
    expect(log).toHaveLength(pushes * 2); // two records a push: every push is there whole, once
    expect(await value(store.countAfter('w1', 0, ANYBODY))).toBe(log.length);
    await store.close();
    await rm(dir, { recursive: true });
  }, 30_000);
});

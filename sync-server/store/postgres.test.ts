import { administrator } from '../relay/testing/person.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { historyContract } from '../../tests/contract/store-history.ts';
import { consequencesContract } from '../../tests/contract/store-consequences.ts';
import { erasureContract } from '../../tests/contract/store-erase.ts';
import { compactionContract } from '../../tests/contract/store-compact.ts';
import { pullContract } from '../../tests/contract/store-pull.ts';
import { created, storeContract, T0, value } from '../../tests/contract/store.ts';
import { POSTGRES_BIN, startPostgres, type TestPostgres } from '../../tests/support/postgres.ts';
import { openPostgresStore } from './postgres.ts';

if (!POSTGRES_BIN)
  console.warn('No PostgreSQL on this machine: its store is tested on PGlite only, see pglite.test.ts.');

describe.skipIf(!POSTGRES_BIN)('PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 30_000);
  afterAll(() => server.remove());

  const create = async () => {
    const url = await server.database();
    return { open: () => openPostgresStore({ url }), remove: () => Promise.resolve() };
  };
  storeContract('PostgreSQL', create);
  historyContract('PostgreSQL', create);
  pullContract('PostgreSQL', create);
  compactionContract('PostgreSQL', create);
  erasureContract('PostgreSQL', create);
  consequencesContract('PostgreSQL', create);

  const open = async (url: string) => {
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    return store;
  };
  const push = (user: string, n: number, size = 1) => ({
    person: administrator(user),
    user,
    device: 'phone',
    n,
    at: T0,
    changes: Array.from({ length: size }, () => created({ name: 'Lan' }, { user, device: 'phone', clientId: n })),
  });

  it('several relays that open an empty database at once agree on its incarnation', async () => {
    const url = await server.database();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    expect(new Set(stores.map((store) => store.incarnation)).size).toBe(1);
  });

  it('I7: commits of two relays in one workspace: seq gapless, in commit order, and a reader by cursor misses none', async () => {
    const url = await server.database();
    const [a, b, reader] = await Promise.all([open(url), open(url), open(url)]);
    let writing = true;
    const seen: number[] = [];
    const reading = (async () => {
      for (let last = false; !last;) {
        last = !writing; // once more after the last commit
        const entries = await value(reader.entries('w1', seen.at(-1) ?? 0, { records: 100, bytes: 1e9 }));
        seen.push(...entries.map((entry) => entry.seq));
      }
    })();
    const writers = Array.from({ length: 12 }, async (_, i) => {
      const store = i % 2 === 0 ? a : b;
      for (let n = 1; n <= 15; n++) {
        const [outcome] = await value(store.commit('w1', [push(`user-${i}`, n, 2)]));
        expect(outcome).toMatchObject({ kind: 'committed' });
      }
    });
    await Promise.all(writers);
    writing = false;
    await reading;
    expect(seen).toEqual(Array.from({ length: 12 * 15 * 2 }, (_, i) => i + 1));
  });

  it('P2: the same push sent to two relays at once counts once', async () => {
    const url = await server.database();
    const [a, b] = await Promise.all([open(url), open(url)]);
    for (let n = 1; n <= 20; n++) {
      const one = push('ann', n);
      const [first, second] = await Promise.all([value(a.commit('w1', [one])), value(b.commit('w1', [one]))]);
      expect([first[0]!.kind, second[0]!.kind].sort()).toEqual(['committed', 'repeated']);
    }
    expect((await value(a.head('w1'))).seq).toBe(20);
  });

  it('an id that two workspaces make at once belongs to one of them; the other is refused', async () => {
    const url = await server.database();
    const [a, b] = await Promise.all([open(url), open(url)]);
    for (let n = 1; n <= 10; n++) {
      const one = push('ann', n);
      const outcomes = await Promise.all([value(a.commit('w1', [one])), value(b.commit('w2', [one]))]);
      const results = outcomes.map(([outcome]) =>
        outcome?.kind === 'committed' ? outcome.results[0]?.kind : undefined,
      );
      expect(results.sort()).toEqual(['ok', 'rejected']);
    }
  });

  it('survives a restart of the database: what is under way ends with store-gone, what comes later succeeds', async () => {
    const own = await startPostgres({ fsync: true });
    onTestFinished(() => own.remove());
    const store = await open(await own.database());
    let acknowledged = 0;
    let failures = 0;
    let crashed = false;
    const writing = (async () => {
      for (let n = 1; n <= 400;) {
        const done = await store.commit('w1', [push('ann', n)]);
        if (done.ok) {
          acknowledged = n++;
          if (acknowledged === 60) void own.stop('crash').then(() => (crashed = true));
          if (failures > 0 && acknowledged > 120) break;
        } else {
          failures++;
          expect(done.error.type).toBe('store-gone');
          expect(store.health()).toEqual({ storage: 'gone' });
          if (crashed) {
            crashed = false;
            await own.start();
          }
        }
      }
    })();
    await writing;
    expect(failures).toBeGreaterThan(0);
    expect(await value(store.lastN('w1', 'ann', 'phone'))).toBe(acknowledged);
    const log = await value(store.log('w1', 0, 10_000));
    expect(log.map((entry) => entry.seq)).toEqual(Array.from({ length: acknowledged }, (_, i) => i + 1));
    expect(store.health()).toEqual({ storage: 'ok' });
  }, 30_000);

  it('a database of a newer version is refused', async () => {
    const url = await server.database();
    await (await openPostgresStore({ url })).close();
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('UPDATE relay_schema SET version = 99');
    await client.end();
    await expect(openPostgresStore({ url })).rejects.toThrow(/version 99/);
  });
});

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { created, T0, value } from '../../tests/contract/store.ts';
import { POSTGRES_BIN, startPostgres, type TestPostgres } from '../../tests/support/postgres.ts';
import { readConfig } from '../config.ts';
import { administrator } from '../relay/testing/person.ts';
import { openPostgresStore } from '../store/postgres.ts';
import { examine } from './doctor.ts';

async function ask(url: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rowCount } = await client.query(sql).finally(() => client.end());
  return rowCount ?? 0;
}

async function problemsOf(url: string): Promise<string[]> {
  const config = readConfig({ DATABASE_URL: url });
  if (!config.ok) throw new Error(config.error.problems.join());
  const checks = await examine(config.value);
  return checks.flatMap((check) => check.problems.map((problem) => `${check.name}: ${problem}`));
}

describe.skipIf(!POSTGRES_BIN)('npm run doctor on PostgreSQL', () => {
  let server: TestPostgres;
  /** In it a real store took twenty pushes of two records each. */
  let filled: string;
  let copies = 0;
  beforeAll(async () => {
    server = await startPostgres({ fsync: true });
    filled = await server.database();
    const store = await openPostgresStore({ url: filled });
    for (let n = 1; n <= 20; n++) {
      const changes = [created({ name: `Lan ${n}`, departmentId: `d${n % 3}` }), created({ name: 'Mai' })];
      const push = { person: administrator('ann'), user: 'ann', device: 'phone', n, at: T0, changes };
      expect((await value(store.commit('w1', [push])))[0]).toMatchObject({ kind: 'committed' });
    }
    await store.close();
  }, 60_000);
  afterAll(() => server.remove());

  const inDatabase = (name: string) => filled.replace(/\/\w+\?/, `/${name}?`);
  const filledName = () => /\/(\w+)\?/.exec(filled)![1]!;
  async function tampered(sql: string): Promise<string> {
    const name = `copy_${++copies}`;
    await ask(inDatabase('postgres'), `CREATE DATABASE ${name} TEMPLATE ${filledName()}`);
    expect(await ask(inDatabase(name), sql)).toBeGreaterThan(0);
    return inDatabase(name);
  }

  it('finds nothing wrong with what relays wrote, while one runs and writes too', async () => {
    expect(await problemsOf(filled)).toEqual([]);
    const url = await tampered(`UPDATE relay_facts SET value = value`);
    const store = await openPostgresStore({ url });
    let writing = true;
    const writer = (async () => {
      for (let n = 21; writing; n++) {
        const changes = [created({ name: 'Lan' })];
        await value(
          store.commit('w1', [{ person: administrator('ann'), user: 'ann', device: 'phone', n, at: T0, changes }]),
        );
      }
    })();
    for (let i = 0; i < 5; i++) expect(await problemsOf(url)).toEqual([]);
    writing = false;
    await writer;
    await store.close();
  });

  it.each([
    ['a hole in the log', 'DELETE FROM log WHERE seq IN (5, 6)', /L2.*entries 5–6 missing/],
    ['a log that ends early', 'UPDATE workspaces SET seq = 41', /entry 41 missing/],
    ['a wrong partition', `UPDATE records SET partition_key = 'x' WHERE seq = 7`, /partition x, state/],
    ['a wrong life sign', 'UPDATE records SET live = false WHERE seq = 7', /live false, state true/],
    ['a wrong checksum', 'UPDATE records SET fingerprint = fingerprint + 1 WHERE seq = 7', /fingerprint/],
    ['an unreadable state', `UPDATE records SET state = '\\x010203' WHERE seq = 7`, /Records.*contact_.*short/],
    ['an unreadable entry', `UPDATE log SET change = '\\xff' WHERE seq = 7`, /entry 7/],
    ['a partition’s wrong sum', 'UPDATE partitions SET records = records + 1', /its sum says/],
    ['a hole in the answers', 'DELETE FROM pushes WHERE n = 15', /have holes/],
    ['an unreadable answer', `UPDATE pushes SET exceptions = '[' WHERE n = 15`, /answer 15/],
    ['a push number behind its answers', 'UPDATE devices SET last_n = 3', /last push 3, last answer 20/],
    ['unreadable history', `UPDATE history SET changes = 'x' WHERE seq = 7`, /History.*seq 7/],
    ['history from the future', 'UPDATE history SET seq = 900 WHERE seq = 7', /seq 900, head 40/],
    ['no incarnation', 'DELETE FROM relay_facts', /no incarnation/],
    ['tables of another version', 'UPDATE relay_schema SET version = 99', /version 99/],
  ])('finds %s', async (_, sql, expected) => {
    expect(await problemsOf(await tampered(sql))).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  it('finds a server that may forget what it acknowledged, a database without tables, and no server', async () => {
    const empty = await server.database();
    expect(await problemsOf(empty)).toEqual([expect.stringMatching(/empty/)]);
    const hasty = await startPostgres();
    const url = await hasty.database();
    expect(await problemsOf(url)).toEqual(expect.arrayContaining([expect.stringMatching(/fsync = off/)]));
    await hasty.remove();
    const gone = await problemsOf(url);
    expect(gone).toEqual([expect.stringMatching(/Kết nối PostgreSQL/)]);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POSTGRES_BIN, startPostgres, type TestPostgres } from '../../tests/support/postgres.ts';
import { openPostgresStore } from '../store/postgres.ts';
import { createPostgresAttempts } from './attempts-postgres.ts';
import { createAttempts, type Attempts } from './attempts.ts';
import { openPostgresAccounts, type PostgresAccounts } from './database-postgres.ts';

const key = (name: string, max = 2, windowMs = 1000) => ({ name, max, windowMs });

function contract(name: string, create: (now: () => number) => Attempts): void {
  describe(`attempts: ${name}`, () => {
    test('the fullest key decides, a window ends by itself, forgetting opens it', async () => {
      let now = 0;
      const attempts = create(() => now);
      const keys = [key('a'), key('b', 3, 5000)];
      expect(await attempts.take(keys)).toBe(0);
      expect(await attempts.take(keys)).toBe(0);
      expect(await attempts.take(keys)).toBe(1000);
      expect(await attempts.take([key('b', 3, 5000)])).toBe(0);
      now = 999;
      expect(await attempts.take([key('a')])).toBe(1);
      now = 1000;
      expect(await attempts.take([key('a')])).toBe(0);
      expect(await attempts.take(keys)).toBe(4000);
      await attempts.forget([key('b')]);
      expect(await attempts.take(keys)).toBe(0);
    });

    test('of many at the same time no more than allowed get through', async () => {
      const attempts = create(() => 1_000_000);
      const waits = await Promise.all(Array.from({ length: 20 }, () => attempts.take([key('together', 5)])));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    });
  });
}

contract('in memory', createAttempts);

test('in memory: a flood of names does not grow without end', async () => {
  const attempts = createAttempts(() => 0);
  for (let i = 0; i < 120_000; i++) await attempts.take([key(`name ${i}`, 1)]);
  expect(await attempts.take([key('name 0', 1)])).toBe(0); // the oldest were given up
  expect(await attempts.take([key('name 119999', 1)])).toBe(1000);
});

describe.skipIf(!POSTGRES_BIN)('on PostgreSQL', () => {
  let server: TestPostgres;
  let accounts: PostgresAccounts;
  beforeAll(async () => {
    server = await startPostgres();
    const url = await server.database();
    await (await openPostgresStore({ url })).close(); // makes the tables
    accounts = openPostgresAccounts(url);
  }, 30_000);
  afterAll(async () => {
    await accounts.close();
    await server.remove();
  });
  contract('PostgreSQL', (now) => createPostgresAttempts(accounts.pool, now));
});

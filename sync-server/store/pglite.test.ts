import { afterAll, beforeAll, describe } from 'vitest';
import { compactionContract } from '../../tests/contract/store-compact.ts';
import { erasureContract } from '../../tests/contract/store-erase.ts';
import { historyContract } from '../../tests/contract/store-history.ts';
import { storeContract } from '../../tests/contract/store.ts';
import type { PgliteServer } from '../../tests/support/pglite.ts';
import { POSTGRES_BIN } from '../../tests/support/postgres.ts';
import { openPostgresStore } from './postgres.ts';

/** Where there is no PostgreSQL, PGlite stands in for what one session at a time can show; TEST_PGLITE=1 runs it anyway. */
const stands = !POSTGRES_BIN || process.env.TEST_PGLITE === '1';
if (stands) {
  console.warn(
    'The PostgreSQL store is tested on PGlite: its contract without snapshots of pulls (V6). Several relays, notices and a database that dies are NOT tested on it.',
  );
}

describe.skipIf(!stands)('PostgreSQL, on PGlite', () => {
  let server: PgliteServer;
  beforeAll(async () => {
    const { startPglite } = await import('../../tests/support/pglite.ts');
    server = await startPglite();
  }, 30_000);
  afterAll(() => server.remove());

  const create = async () => {
    const url = await server.database();
    return { open: () => openPostgresStore({ url }), remove: () => Promise.resolve() };
  };
  storeContract('PGlite', create);
  historyContract('PGlite', create);
  compactionContract('PGlite', create);
  erasureContract('PGlite', create);
});

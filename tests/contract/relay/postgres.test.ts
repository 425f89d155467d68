import { describe } from 'vitest';
import { POSTGRES_BIN } from '../../support/postgres.ts';

// The contract of the API again, on PostgreSQL.
if (POSTGRES_BIN) {
  await import('../../support/on-postgres.ts');
  await import('./api.test.ts');
} else describe.skip('PostgreSQL: there is none on this machine');

import { afterAll, beforeAll } from 'vitest';
import { backend } from './relay-in-process.ts';
import { startPostgres, type TestPostgres } from './postgres.ts';

// Imported for its effect by files that repeat other tests: their relays stand on PostgreSQL, each on a database anew.
let server: TestPostgres;
beforeAll(async () => {
  server = await startPostgres();
  backend.newDatabase = () => server.database();
}, 30_000);
afterAll(() => server.remove());

import { parentPort, workerData } from 'node:worker_threads';
import { openPostgresEngine, type PostgresOptions } from './postgres-engine.ts';
import { serveEngine } from './thread-calls.ts';

// Entry point of the store's thread: connects to the database named in `workerData` and answers the port's questions.
await serveEngine(parentPort!, () => openPostgresEngine(workerData as PostgresOptions));

import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteEngine, type EngineOptions } from './sqlite-engine.ts';
import { serveEngine } from './thread-calls.ts';

// Entry point of the store's thread: opens the file named in `workerData` and answers the port's questions in order.
await serveEngine(parentPort!, () => openSqliteEngine(workerData as EngineOptions));

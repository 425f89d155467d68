import { parentPort, workerData } from 'node:worker_threads';
import { answer, type StoreReply, type StoreRequest } from './sqlite-calls.ts';
import { openSqliteEngine, type EngineOptions } from './sqlite-engine.ts';
import { DatabaseInUse } from './sqlite-lock.ts';

// Entry point of the store's thread: opens the database named in `workerData` and answers the port's questions in order.
const port = parentPort!;
const send = (reply: StoreReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);
try {
  const engine = openSqliteEngine(workerData as EngineOptions);
  port.on('message', (request: StoreRequest) => {
    const { reply, transfer } = answer(engine, request);
    send(reply, transfer);
    if (request.kind === 'close') port.close();
  });
  send({ kind: 'open', incarnation: engine.incarnation });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  send({ kind: 'not-open', inUse: error instanceof DatabaseInUse, message });
  port.close();
}

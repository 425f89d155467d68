import { readFileSync } from 'node:fs';
import { readConfig } from './config.ts';
import { openBackend } from './ops/backend.ts';
import { createLog } from './ops/log.ts';
import { PostgresUnavailable } from './store/postgres.ts';
import { DatabaseInUse } from './store/sqlite-lock.ts';

const config = readConfig(process.env);
if (!config.ok) {
  for (const problem of config.error.problems) console.error(problem);
  process.exit(1);
}
const log = createLog(config.value.logLevel);
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

try {
  const backend = openBackend({ config: config.value, now: Date.now, log, onCrash: fail });
  backend.catch(() => undefined); // told below
  const { serveRelay } = await import('./ops/serve.ts'); // the larger part of the program, while the database opens
  const running = await serveRelay({ config: config.value, log, version, backend });
  console.log(`Liên Hệ sẵn sàng tại ${running.url} · Liên Hệ is ready at ${running.url} (Ctrl+C để dừng / to stop)`);

  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), 4500).unref();
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(inPlainWords(error));
  process.exit(1);
}

function fail(error: unknown): never {
  log.fatal({ err: error }, 'the relay ended');
  process.exit(1);
}

function inPlainWords(error: unknown): string {
  const { host, port, dataDir, databaseFile } = config.ok ? config.value : ({} as never);
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program. Stop it, or start with PORT=${port + 1}.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `Not allowed: the relay needs to write to ${dataDir} and to listen on ${host}:${port}. (${String(error)})`;
    case 'EADDRNOTAVAIL':
      return `HOST=${host} is not an address of this machine.`;
    case 'SQLITE_READONLY':
    case 'SQLITE_READONLY_DIRECTORY':
    case 'SQLITE_READONLY_DBMOVED':
    case 'SQLITE_CANTOPEN':
      return `${databaseFile} cannot be written. Give the relay's user the right to write to it and to ${dataDir}.`;
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return `${databaseFile} is damaged or no SQLite database. Restore a backup, or set DATA_DIR to another folder.`;
  }
  if (error instanceof DatabaseInUse) return `Another relay is running on ${databaseFile}. Stop it first.`;
  if (error instanceof PostgresUnavailable) {
    return `The PostgreSQL database of DATABASE_URL cannot be used: ${error.message}. Is it running, and are name and password right?`;
  }
  return `The relay could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

import { createAttempts, type Attempts } from '../auth/attempts.ts';
import type { AccountsDb } from '../auth/database.ts';
import { readOrCreateSecret } from '../auth/secret.ts';
import type { Config } from '../config.ts';
import type { Cluster } from '../relay/cluster.ts';
import type { RelayLog } from '../relay/log.ts';
import type { StorePort } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite.ts';

/** Everything that differs between a relay on a file of its own and relays that share a PostgreSQL database. */
export interface Backend {
  readonly store: StorePort;
  readonly accountsDb: AccountsDb;
  readonly attempts: Attempts;
  /** Signs session cookies. */
  readonly secret: string;
  /** The other relays, where the database may have any. */
  readonly cluster: Cluster | undefined;
  close(): Promise<void>;
}

export interface BackendOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'databaseFile' | 'dataDir' | 'maxDatabaseBytes'>;
  readonly now: () => number;
  readonly log: RelayLog;
  readonly onCrash?: ((error: Error) => void) | undefined;
}

/**
 * Rejects where the database cannot be had. Starts the store's thread before it returns: that loads its modules while
 * the caller loads the rest, and a relay that was killed is back sooner. Loads the drivers of its own database only.
 */
export function openBackend(options: BackendOptions): Promise<Backend> {
  const { databaseUrl } = options.config;
  return databaseUrl === undefined ? openOnSqlite(options) : openOnPostgres(databaseUrl, options);
}

async function openOnSqlite({ config, now, onCrash }: BackendOptions): Promise<Backend> {
  const secret = readOrCreateSecret(config.dataDir);
  const opening = openSqliteStore({ file: config.databaseFile, maxBytes: config.maxDatabaseBytes, onCrash });
  const [store, { openSqliteAccounts }] = await Promise.all([opening, import('../auth/database-sqlite.ts')]);
  const accountsDb = openSqliteAccounts(config.databaseFile);
  const attempts = createAttempts(now);
  return { store, accountsDb, attempts, secret, cluster: undefined, close: () => closeAll(store, accountsDb) };
}

async function openOnPostgres(url: string, { now, log, onCrash }: BackendOptions): Promise<Backend> {
  const { openPostgresStore } = await import('../store/postgres.ts');
  const opening = openPostgresStore({ url, onCrash });
  const [
    store,
    { openPostgresAccounts, readOrCreateSharedSecret },
    { createPostgresAttempts },
    { openPostgresCluster },
  ] = await Promise.all([
    opening,
    import('../auth/database-postgres.ts'),
    import('../auth/attempts-postgres.ts'),
    import('../relay/cluster-postgres.ts'),
  ]);
  const accountsDb = openPostgresAccounts(url);
  try {
    const secret = await readOrCreateSharedSecret(accountsDb.pool);
    const attempts = createPostgresAttempts(accountsDb.pool, now);
    const cluster = openPostgresCluster({ url, log });
    const close = async () => {
      await cluster.close();
      await closeAll(store, accountsDb);
    };
    return { store, accountsDb, attempts, secret, cluster, close };
  } catch (error) {
    await closeAll(store, accountsDb);
    throw error;
  }
}

async function closeAll(store: StorePort, accountsDb: AccountsDb): Promise<void> {
  await store.close();
  await accountsDb.close();
}

import type { Pool } from 'pg';
import { settleNext } from './consequences.ts';
import type { Push, PushOutcome, Settled } from './port.ts';
import { clientIdKey, loadLedger, type ClientIds, type Counter, type LoadedLedger } from './postgres-ledger.ts';
import { nextPostponed } from './postgres-consequences.ts';
import { sqlState, withClient, type Client } from './postgres-pool.ts';
import { applyPush } from './push.ts';

/** Client ids remembered outside the database. */
const CACHED_CLIENT_IDS = 100_000;
/** How often a transaction is tried that lost against another one. */
const TRIES = 4;
/** serialization_failure, deadlock_detected, unique_violation: another transaction was first; decided anew it fits. */
const LOST_RACE = new Set(['40001', '40P01', '23505']);

export interface PostgresCommit {
  /** Appends pushes of one workspace in one transaction. */
  commit(workspace: string, pushes: readonly Push[]): Promise<readonly PushOutcome[]>;
  /** Appends the next postponed consequences, in one transaction. */
  settle(workspace: string): Promise<Settled>;
}

/**
 * The crucial write on PostgreSQL, in three round trips: lock the workspace's counter row; read what the pushes ask
 * about; write what they change, and COMMIT. The lock makes commits of a workspace follow one another whichever relay
 * does them, and makes `seq` gapless in commit order (L2). Deciding is done in this process, by the same code as on
 * SQLite.
 */
export function createPostgresCommit(pool: Pool, relayClientId: number): PostgresCommit {
  const clientIds: ClientIds = new Map();

  async function transact(client: Client, workspace: string, pushes: readonly Push[]): Promise<readonly PushOutcome[]> {
    const counter = await lockWorkspace(client, workspace);
    const ledger = await loadLedger(client, counter, pushes, clientIds);
    const outcomes = pushes.map((push) => applyPush(ledger, push, relayClientId));
    await write(client, counter, ledger);
    return outcomes;
  }

  async function write(client: Client, counter: Counter, ledger: LoadedLedger): Promise<void> {
    const done = await Promise.all([...ledger.write(client), client.query('COMMIT')]);
    const { command } = done.at(-1) as { command: string };
    if (command !== 'COMMIT') throw new Error(`the server answered COMMIT with ${command}`);
    if (clientIds.size > CACHED_CLIENT_IDS) clientIds.clear();
    for (const [clientId, device] of ledger.bound) clientIds.set(clientIdKey(counter.key, clientId), device);
  }

  async function settleOne(client: Client, workspace: string): Promise<Settled> {
    if (!(await nextPostponed(client, workspace))) return { records: [], more: false };
    const counter = await lockWorkspace(client, workspace);
    // asked again with the row locked: another relay may have been at it
    const next = await nextPostponed(client, workspace);
    const ledger = await loadLedger(client, counter, [], clientIds, next);
    const settled = settleNext(ledger, next, relayClientId);
    await write(client, counter, ledger);
    return settled;
  }

  async function trying<T>(transaction: (client: Client) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await withClient(pool, transaction);
      } catch (error) {
        if (tries === TRIES || !LOST_RACE.has(sqlState(error) ?? '')) throw error;
      }
    }
  }

  return {
    commit: (workspace, pushes) => trying((client) => transact(client, workspace, pushes)),
    settle: (workspace) => trying((client) => settleOne(client, workspace)),
  };
}

/** Begins a transaction that holds the workspace's counter row until it ends. */
export async function lockWorkspace(client: Client, workspace: string): Promise<Counter> {
  const select = () =>
    client.query<{ key: number; seq: number }>({
      name: 'lock-workspace',
      text: 'SELECT key, seq FROM workspaces WHERE id = $1 FOR UPDATE',
      values: [workspace],
    });
  const [, found] = await Promise.all([client.query('BEGIN'), select()]);
  if (found.rows[0]) return found.rows[0];
  const [, made] = await Promise.all([
    client.query({
      name: 'insert-workspace',
      text: 'INSERT INTO workspaces (id) VALUES ($1) ON CONFLICT DO NOTHING',
      values: [workspace],
    }),
    select(),
  ]);
  return made.rows[0]!;
}

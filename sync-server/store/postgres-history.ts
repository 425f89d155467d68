import type { Pool } from 'pg';
import type { HistoryEntry } from '#core/history/history.ts';
import { joined, mayJoin, packChanges, unpackEntry, type HistoryRow } from './history.ts';
import type { Client } from './postgres-pool.ts';

const COLUMNS = 'seq, user_id AS "user", device, at, created, cause, changes';

/** The history entries of one transaction. */
export interface HistoryWriter {
  put(id: string, entry: HistoryEntry): void;
  /** Sends what was put; nothing where there is nothing. */
  write(client: Client, workspace: number): Promise<unknown>[];
}

/** The newest entry of each of these records: what typing may be taken into (`mayJoin`). */
export async function newestEntries(
  client: Client,
  workspace: number,
  ids: readonly string[],
): Promise<Map<string, HistoryEntry>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<HistoryRow & { id: string }>({
    name: 'history-newest',
    text: `SELECT DISTINCT ON (record_id) record_id AS id, ${COLUMNS} FROM history
           WHERE workspace = $1 AND record_id = ANY($2::text[]) ORDER BY record_id, seq DESC`,
    values: [workspace, ids],
  });
  return new Map(rows.map((row) => [row.id, unpackEntry(row)]));
}

export function createHistoryWriter(newest: Map<string, HistoryEntry>): HistoryWriter {
  const made = new Map<string, { readonly id: string; readonly entry: HistoryEntry }>();
  return {
    put(id, entry) {
      const one = (mayJoin(entry) ? joined(newest.get(id), entry) : undefined) ?? entry;
      newest.set(id, one);
      made.set(`${id} ${one.seq}`, { id, entry: one });
    },
    write(client, workspace) {
      const all = [...made.values()];
      if (all.length === 0) return [];
      const column = <T>(of: (entry: HistoryEntry) => T) => all.map(({ entry }) => of(entry));
      return [
        client.query({
          name: 'history-put',
          text: `INSERT INTO history (workspace, record_id, seq, user_id, device, at, created, cause, changes)
                 SELECT $1::integer, * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[],
                                                   $7::boolean[], $8::text[], $9::text[])
                 ON CONFLICT (workspace, record_id, seq) DO UPDATE SET at = excluded.at, changes = excluded.changes`,
          values: [
            workspace,
            all.map(({ id }) => id),
            column((entry) => entry.seq),
            column((entry) => entry.user),
            column((entry) => entry.device),
            column((entry) => entry.at),
            column((entry) => entry.created),
            column((entry) => entry.cause ?? null),
            column((entry) => packChanges(entry.changes)),
          ],
        }),
      ];
    },
  };
}

/** Entries of one record before `seq`, newest first. */
export async function readHistory(
  pool: Pool,
  workspace: string,
  id: string,
  before: number,
  limit: number,
): Promise<HistoryEntry[]> {
  const { rows } = await pool.query<HistoryRow>({
    name: 'history',
    text: `SELECT ${COLUMNS} FROM history
           WHERE workspace = (SELECT key FROM workspaces WHERE id = $1) AND record_id = $2 AND seq < $3
           ORDER BY seq DESC LIMIT $4`,
    values: [workspace, id, before, limit],
  });
  return rows.map(unpackEntry);
}

import type { Pool, QueryResultRow } from 'pg';
import type { StoreEngine } from './engine.ts';
import type { CommittedEntry, LogEntry, PeopleRow, RecordMeta } from './port.ts';
import { countVisible, readableKeys, visibleGroups, type PartitionRow } from './visible.ts';
import { readHistory } from './postgres-history.ts';
import { inSnapshot, type Client } from './postgres-pool.ts';

type Reads = Omit<StoreEngine, 'incarnation' | 'pull' | 'manifest' | 'write' | 'toError' | 'close'>;

/** `(SELECT …)` of a workspace's key, once per statement; none is NULL, which matches nothing. */
const KEY = '(SELECT key FROM workspaces WHERE id = $1)';
/** Every time anew, not once: a backup may be restored while relays run (L5). */
const HEAD = `SELECT (SELECT value FROM relay_facts WHERE name = 'incarnation') AS incarnation,
  coalesce((SELECT seq FROM workspaces WHERE id = $1), 0) AS seq`;

export function postgresReads(pool: Pool): Reads {
  const rowsOf = async <T extends QueryResultRow>(
    on: Pool | Client,
    name: string,
    text: string,
    values: unknown[],
  ): Promise<T[]> => (await on.query<T>({ name, text, values })).rows;

  const head = async (workspace: string, on: Pool | Client = pool) =>
    (await rowsOf<{ incarnation: string; seq: number }>(on, 'head', HEAD, [workspace]))[0]!;

  const count = async (name: string, text: string, values: unknown[]) =>
    (await rowsOf<{ count: number }>(pool, name, text, values))[0]!.count;
  const countAll = (workspace: string) =>
    count('count-all', `SELECT count(*) FROM records WHERE workspace = ${KEY}`, [workspace]);
  const partitions = (workspace: string, on: Pool | Client = pool) =>
    rowsOf<PartitionRow & QueryResultRow>(
      on,
      'partitions',
      `SELECT key, records, live, sum FROM partitions WHERE workspace = ${KEY}`,
      [workspace],
    );

  return {
    head: (workspace) => head(workspace),
    async lastN(workspace, user, device) {
      const rows = await rowsOf<{ last_n: number }>(
        pool,
        'last-n',
        `SELECT last_n FROM devices WHERE workspace = ${KEY} AND user_id = $2 AND id = $3`,
        [workspace, user, device],
      );
      return rows[0]?.last_n ?? 0;
    },
    async countAfter(workspace, afterSeq, reader) {
      const keys = readableKeys(await partitions(workspace), reader) ?? null;
      return count(
        'count-after',
        `SELECT count(*) FROM records WHERE workspace = ${KEY} AND seq > $2 AND seq <= $3
           AND ($4::text[] IS NULL OR partition_key = ANY($4))`,
        [workspace, afterSeq, reader.upTo ?? Number.MAX_SAFE_INTEGER, keys],
      );
    },
    groups: (workspace, person) =>
      inSnapshot(pool, async (client) => {
        const [at, rows, horizons] = await Promise.all([
          head(workspace, client),
          partitions(workspace, client),
          rowsOf<{ horizon: number }>(client, 'horizon', 'SELECT horizon FROM workspaces WHERE id = $1', [workspace]),
        ]);
        return { head: at, horizon: horizons[0]?.horizon ?? 0, visible: visibleGroups(rows, person) };
      }),
    async record(workspace, id) {
      const rows = await rowsOf<RecordMeta & QueryResultRow>(
        pool,
        'record',
        `SELECT id, seq, state, partition_key AS "partition", created_by AS "createdBy", created_at AS "createdAt",
                updated_by AS "updatedBy", updated_at AS "updatedAt"
         FROM records WHERE workspace = ${KEY} AND id = $2`,
        [workspace, id],
      );
      return rows[0];
    },
    log: (workspace, afterSeq, limit) =>
      rowsOf<LogEntry & QueryResultRow>(
        pool,
        'log',
        `SELECT seq, record_id AS "recordId", from_partition AS "from", to_partition AS "to", change AS "update",
                user_id AS "user", device, at
         FROM log WHERE workspace = ${KEY} AND seq > $2 ORDER BY seq LIMIT $3`,
        [workspace, afterSeq, limit],
      ),
    history: (workspace, id, before, limit) => readHistory(pool, workspace, id, before, limit),
    async entries(workspace, afterSeq, limits) {
      const rows = await rowsOf<Omit<CommittedEntry, 'state'> & { state: Uint8Array | null }>(
        pool,
        'entries',
        `SELECT seq, "recordId", "from", "to", state FROM (
           SELECT log.seq, record_id AS "recordId", from_partition AS "from", to_partition AS "to", state,
                  row_number() OVER w AS i, sum(coalesce(octet_length(state), 0)) OVER w AS bytes
           FROM (SELECT * FROM log WHERE workspace = ${KEY} AND seq > $2 ORDER BY seq LIMIT $3) log
           LEFT JOIN records ON records.id = log.record_id AND records.seq = log.seq
           WINDOW w AS (ORDER BY log.seq)
         ) page WHERE i = 1 OR bytes <= $4 ORDER BY seq`,
        [workspace, afterSeq, limits.records, limits.bytes],
      );
      return rows.map((row) => ({ ...row, state: row.state ?? undefined }));
    },
    async countVisible(workspace, person, type) {
      return countVisible(await partitions(workspace), person, type);
    },
    people: (workspace) =>
      rowsOf<PeopleRow & QueryResultRow>(pool, 'people', 'SELECT kind, id, body FROM people WHERE workspace = $1', [
        workspace,
      ]),
    async loadRoom(room, after) {
      const rows = await rowsOf<{ n: number; change: Uint8Array }>(
        pool,
        'room',
        'SELECT n, change FROM room_updates WHERE room = $1 AND n > $2 ORDER BY n',
        [room, after],
      );
      return { updates: rows.map((row) => row.change), upTo: rows.at(-1)?.n ?? after };
    },
    async workspaces() {
      const rows = await rowsOf<{ id: string }>(pool, 'workspaces', 'SELECT id FROM workspaces', []);
      return rows.map(({ id }) => id);
    },
    async workspaceMeta(workspace) {
      const [at, records, devices] = await Promise.all([
        head(workspace),
        countAll(workspace),
        count('count-devices', `SELECT count(*) FROM devices WHERE workspace = ${KEY}`, [workspace]),
      ]);
      return { head: at, records, devices };
    },
  };
}

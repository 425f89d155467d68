import { NO_CHANGE } from '#crdt/record.ts';
import type { Erasure } from './port.ts';
import { lockWorkspace } from './postgres-commit.ts';
import type { Client } from './postgres-pool.ts';

/** L7, in a transaction of its own that holds the counter row. */
export async function eraseRecord(
  client: Client,
  workspace: string,
  id: string,
  user: string,
  at: number,
): Promise<Erasure | undefined> {
  const { key, seq: head } = await lockWorkspace(client, workspace);
  const found = await client.query<{ partition: string; live: boolean; fingerprint: number }>(
    `DELETE FROM records WHERE workspace = $1 AND id = $2 RETURNING partition_key AS "partition", live, fingerprint`,
    [key, id],
  );
  const standing = found.rows[0];
  if (!standing) {
    await client.query('ROLLBACK');
    return undefined;
  }
  const { partition, live, fingerprint } = standing;
  const seq = head + 1;
  await client.query('DELETE FROM log WHERE workspace = $1 AND record_id = $2', [key, id]);
  await client.query('DELETE FROM history WHERE workspace = $1 AND record_id = $2', [key, id]);
  await client.query(
    `UPDATE partitions SET records = records - 1, live = live - $3, sum = sum - $4 WHERE workspace = $1 AND key = $2`,
    [key, partition, live ? 1 : 0, fingerprint],
  );
  await client.query('DELETE FROM partitions WHERE workspace = $1 AND key = $2 AND records = 0', [key, partition]);
  await client.query(
    `INSERT INTO log (workspace, seq, record_id, from_partition, to_partition, change, user_id, device, at)
     VALUES ($1, $2, $3, $4, NULL, $5, $6, '', $7)`,
    [key, seq, id, partition, NO_CHANGE, user, at],
  );
  await client.query('UPDATE workspaces SET seq = $2, horizon = $2 WHERE key = $1', [key, seq]);
  await client.query('INSERT INTO tombstones (id, workspace, seq) VALUES ($1, $2, $3)', [id, key, seq]);
  await client.query('COMMIT');
  return { seq, from: partition };
}

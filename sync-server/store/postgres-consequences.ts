import type { RecordId } from '#core/kit/ids.ts';
import { SETTLED_AT_ONCE, type Postponed } from './consequences.ts';
import type { Author } from './port.ts';
import type { Client } from './postgres-pool.ts';

/** The company whose turn it is; undefined where nothing was postponed. */
export async function nextPostponed(client: Client, workspace: string): Promise<Postponed | undefined> {
  const { rows } = await client.query<{ company: string; after: string } & Author>({
    name: 'postponed-next',
    text: `SELECT company, after_id AS "after", user_id AS "user", device, at FROM postponed
           WHERE workspace = (SELECT key FROM workspaces WHERE id = $1) ORDER BY company LIMIT 1`,
    values: [workspace],
  });
  const row = rows[0];
  return row && { company: row.company, after: row.after, author: row };
}

/** Of each company the contacts a transaction may look at: the first after an id. */
export async function loadContacts(
  client: Client,
  workspace: number,
  companies: readonly RecordId[],
  after: string,
): Promise<ReadonlyMap<RecordId, readonly RecordId[]>> {
  if (companies.length === 0) return new Map();
  const { rows } = await client.query<{ company: string; ids: string[] }>({
    name: 'contacts-of',
    text: `SELECT asked.company, ARRAY(
             SELECT id FROM records WHERE workspace = $1 AND records.company = asked.company AND id > $3
             ORDER BY id LIMIT ${SETTLED_AT_ONCE}
           ) AS ids
           FROM unnest($2::text[]) AS asked (company)`,
    values: [workspace, companies, after],
  });
  return new Map(rows.map(({ company, ids }) => [company, ids]));
}

/** What was postponed, and what is done with (undefined). */
export function writePostponed(
  client: Client,
  workspace: number,
  postponed: ReadonlyMap<RecordId, { readonly after: string; readonly author: Author } | undefined>,
): Promise<unknown>[] {
  const left = [...postponed].flatMap(([company, row]) => (row ? [{ company, ...row }] : []));
  const done = [...postponed].flatMap(([company, row]) => (row ? [] : [company]));
  return [
    ...(done.length === 0
      ? []
      : [
          client.query({
            name: 'postponed-done',
            text: 'DELETE FROM postponed WHERE workspace = $1 AND company = ANY($2::text[])',
            values: [workspace, done],
          }),
        ]),
    ...(left.length === 0
      ? []
      : [
          client.query({
            name: 'postponed-put',
            text: `INSERT INTO postponed (workspace, company, after_id, user_id, device, at)
                   SELECT $1::integer, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[])
                   ON CONFLICT (workspace, company) DO UPDATE
                   SET after_id = excluded.after_id, user_id = excluded.user_id, device = excluded.device,
                       at = excluded.at`,
            values: [
              workspace,
              left.map(({ company }) => company),
              left.map(({ after }) => after),
              left.map(({ author }) => author.user),
              left.map(({ author }) => author.device),
              left.map(({ author }) => author.at),
            ],
          }),
        ]),
  ];
}

import type { Client, PoolClient } from 'pg';
import { standingOf } from './standing.ts';

/**
 * Numbered migrations, each run once in a transaction; `relay_schema` says how many ran. Never edit one that was
 * released: add the next. The tables are those of SQLite (`sqlite-schema.ts` explains them), with better-auth's beside
 * them in the same database.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE relay_facts (name text PRIMARY KEY, value text NOT NULL);

  -- the counter row of a workspace (L2): locked, and raised in the transaction of the append. Every commit updates it:
  -- room in its page lets PostgreSQL do that without touching an index
  CREATE TABLE workspaces (
    key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    seq bigint NOT NULL DEFAULT 0
  ) WITH (fillfactor = 50);

  -- append-only (L1)
  CREATE TABLE log (
    workspace integer NOT NULL REFERENCES workspaces (key),
    seq bigint NOT NULL,
    record_id text NOT NULL,
    from_partition text,
    to_partition text,
    change bytea NOT NULL,
    user_id text NOT NULL,
    device text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace, seq)
  );

  CREATE TABLE records (
    id text PRIMARY KEY,
    workspace integer NOT NULL REFERENCES workspaces (key),
    seq bigint NOT NULL,
    partition_key text NOT NULL,
    created_by text NOT NULL,
    created_at bigint NOT NULL,
    updated_by text NOT NULL,
    updated_at bigint NOT NULL,
    state bytea NOT NULL
  );
  CREATE UNIQUE INDEX records_by_seq ON records (workspace, seq);

  CREATE TABLE devices (
    key integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace integer NOT NULL REFERENCES workspaces (key),
    user_id text NOT NULL,
    id text NOT NULL,
    last_n bigint NOT NULL,
    UNIQUE (workspace, user_id, id)
  ) WITH (fillfactor = 80);
  CREATE TABLE pushes (
    device integer NOT NULL REFERENCES devices (key),
    n bigint NOT NULL,
    seq bigint NOT NULL,
    exceptions text,
    PRIMARY KEY (device, n)
  );

  CREATE TABLE client_ids (
    workspace integer NOT NULL REFERENCES workspaces (key),
    id bigint NOT NULL,
    device text NOT NULL,
    PRIMARY KEY (workspace, id)
  );

  -- numbered by a counter row as well: with a sequence a reader could pass over an update that commits late
  CREATE TABLE rooms (name text PRIMARY KEY, n bigint NOT NULL) WITH (fillfactor = 50);
  CREATE TABLE room_updates (
    room text NOT NULL REFERENCES rooms (name),
    n bigint NOT NULL,
    change bytea NOT NULL,
    PRIMARY KEY (room, n)
  );
  `,
  `
  -- sign-ins tried lately; a crash of the server may forget them
  CREATE UNLOGGED TABLE attempts (name text PRIMARY KEY, tries integer NOT NULL, ends_at bigint NOT NULL);
  CREATE INDEX attempts_by_end ON attempts (ends_at);
  `,
  `
  CREATE TABLE people (
    workspace text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (workspace, kind, id)
  );
  -- rewritten at every commit: room in its pages
  CREATE TABLE partitions (
    workspace integer NOT NULL REFERENCES workspaces (key),
    key text NOT NULL,
    records bigint NOT NULL,
    live bigint NOT NULL,
    sum bigint NOT NULL,
    PRIMARY KEY (workspace, key)
  ) WITH (fillfactor = 70);
  ALTER TABLE records ADD COLUMN live boolean NOT NULL DEFAULT true, ADD COLUMN fingerprint bigint NOT NULL DEFAULT 0;
  ALTER TABLE workspaces ADD COLUMN horizon bigint NOT NULL DEFAULT 0;
  CREATE INDEX records_by_partition ON records (workspace, partition_key, seq);
  CREATE INDEX log_moves ON log (workspace, seq) WHERE from_partition <> to_partition;
  `,
  `
  CREATE TABLE history (
    workspace integer NOT NULL REFERENCES workspaces (key),
    record_id text NOT NULL,
    seq bigint NOT NULL,
    user_id text NOT NULL,
    device text NOT NULL,
    at bigint NOT NULL,
    created boolean NOT NULL,
    changes text NOT NULL,
    PRIMARY KEY (workspace, record_id, seq)
  );
  CREATE TABLE tombstones (
    id text PRIMARY KEY,
    workspace integer NOT NULL REFERENCES workspaces (key),
    seq bigint NOT NULL
  );
  `,
  `
  -- compaction has seen everything up to here (L6); the horizon is the last entry it removed
  ALTER TABLE workspaces ADD COLUMN compacted bigint NOT NULL DEFAULT 0;
  `,
  `
  -- a record that is erased leaves its partition as well (L7)
  DROP INDEX log_moves;
  CREATE INDEX log_moves ON log (workspace, seq) WHERE to_partition IS NULL OR from_partition <> to_partition;
  `,
  `
  ALTER TABLE records ADD COLUMN company text;
  CREATE INDEX records_by_company ON records (workspace, company, id) WHERE company IS NOT NULL;
  ALTER TABLE history ADD COLUMN cause text;
  CREATE TABLE postponed (
    workspace integer NOT NULL REFERENCES workspaces (key),
    company text NOT NULL,
    after_id text NOT NULL,
    user_id text NOT NULL,
    device text NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (workspace, company)
  );
  INSERT INTO postponed SELECT workspace, id, '', updated_by, '', updated_at FROM records
    WHERE starts_with(id, 'company_') AND NOT live;
  `,
];

/** The version this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** P6: before version 7 nobody asked which contacts a company has. */
async function linkRecords(client: Client): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await client.query<{ id: string; state: Uint8Array }>(
      `SELECT id, state FROM records WHERE id > $1 AND starts_with(id, 'contact_') ORDER BY id LIMIT 1000`,
      [after],
    );
    if (rows.length === 0) return;
    after = rows.at(-1)!.id;
    await client.query(
      `UPDATE records SET company = n.company FROM unnest($1::text[], $2::text[]) AS n (id, company)
       WHERE records.id = n.id AND n.company IS NOT NULL`,
      [rows.map(({ id }) => id), rows.map(({ id, state }) => standingOf(id, state).company ?? null)],
    );
  }
}

/** Key of the advisory lock that lets one process at a time change the schema; any number that nobody else uses. */
const MIGRATION_LOCK = 0x11e4_be01;

/** Runs `work` while no other relay changes this database's schema. The lock ends with the connection, however it ends. */
export async function withMigrationLock<T>(client: Client | PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

/** Brings a database up to date and gives it its incarnation (L5). Throws on one that a newer program wrote. */
export function migrate(client: Client, newIncarnation: () => string): Promise<{ incarnation: string }> {
  return withMigrationLock(client, async () => {
    await client.query('CREATE TABLE IF NOT EXISTS relay_schema (version integer NOT NULL)');
    const found = await client.query<{ version: number }>('SELECT version FROM relay_schema');
    const done = found.rows[0]?.version ?? 0;
    if (done > MIGRATIONS.length) {
      throw new Error(
        `The database has version ${done}; this program knows ${MIGRATIONS.length}. Start the newer one.`,
      );
    }
    for (let version = done; version < MIGRATIONS.length; version++) {
      await client.query('BEGIN');
      await client.query(MIGRATIONS[version]!);
      if (version === 6) await linkRecords(client);
      if (version === 0) {
        await client.query(`INSERT INTO relay_facts VALUES ('incarnation', $1)`, [newIncarnation()]);
        await client.query('INSERT INTO relay_schema VALUES (1)');
      } else await client.query('UPDATE relay_schema SET version = $1', [version + 1]);
      await client.query('COMMIT');
    }
    const facts = await client.query<{ value: string }>(`SELECT value FROM relay_facts WHERE name = 'incarnation'`);
    const incarnation = facts.rows[0]?.value;
    if (incarnation === undefined) throw new Error('The database has no incarnation: it is damaged.');
    return { incarnation };
  });
}

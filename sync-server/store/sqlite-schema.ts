import type { Database } from 'better-sqlite3';
import { standingOf } from './standing.ts';

/**
 * Numbered migrations, each run once in a transaction; `user_version` says how many ran. Never edit one that was
 * released: add the next. better-auth keeps tables of its own in the same file (user, session, account, organization…),
 * so names here must not collide with those.
 *
 * `workspace` columns hold the small key of `workspaces`, not its id: the log has millions of rows.
 */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE relay_facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

  -- the counter row of a workspace (L2): raised in the transaction of the append
  CREATE TABLE workspaces (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL DEFAULT 0
  );

  -- append-only (L1)
  CREATE TABLE log (
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    seq INTEGER NOT NULL,
    record_id TEXT NOT NULL,
    from_partition TEXT,
    to_partition TEXT,
    change BLOB NOT NULL,
    user_id TEXT NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL
  );
  CREATE UNIQUE INDEX log_by_seq ON log (workspace, seq);

  CREATE TABLE records (
    id TEXT NOT NULL PRIMARY KEY,
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    seq INTEGER NOT NULL,
    partition_key TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    state BLOB NOT NULL
  );
  CREATE UNIQUE INDEX records_by_seq ON records (workspace, seq);

  -- P2: how far each device got, and what its latest pushes were answered
  CREATE TABLE devices (
    key INTEGER PRIMARY KEY,
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    user_id TEXT NOT NULL,
    id TEXT NOT NULL,
    last_n INTEGER NOT NULL,
    UNIQUE (workspace, user_id, id)
  );
  CREATE TABLE pushes (
    device INTEGER NOT NULL REFERENCES devices (key),
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    -- JSON [[index, reason | null]] of the changes that were not simply ok; null = adjusted. NULL when all were
    exceptions TEXT,
    PRIMARY KEY (device, n)
  ) WITHOUT ROWID;

  -- a Yjs client id belongs to the device that used it first
  CREATE TABLE client_ids (
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    id INTEGER NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (workspace, id)
  ) WITHOUT ROWID;

  CREATE TABLE room_updates (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    room TEXT NOT NULL,
    change BLOB NOT NULL
  );
  CREATE INDEX room_updates_by_room ON room_updates (room, n);
  `,
  `
  -- roles, departments, and each member's role and department, as JSON (people/people.ts); workspace is the id itself
  CREATE TABLE people (
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (workspace, kind, id)
  ) WITHOUT ROWID;

  -- what the records of each partition add up to (V7); a partition without records has no row
  CREATE TABLE partitions (
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    key TEXT NOT NULL,
    records INTEGER NOT NULL,
    live INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    PRIMARY KEY (workspace, key)
  ) WITHOUT ROWID;

  ALTER TABLE records ADD COLUMN live INTEGER NOT NULL DEFAULT 1;
  ALTER TABLE records ADD COLUMN fingerprint INTEGER NOT NULL DEFAULT 0;
  -- below it the log may lack entries (L6): who stands there starts anew (V5)
  ALTER TABLE workspaces ADD COLUMN horizon INTEGER NOT NULL DEFAULT 0;
  DROP INDEX records_by_seq;
  CREATE UNIQUE INDEX records_by_seq ON records (workspace, seq, partition_key);
  CREATE INDEX records_by_partition ON records (workspace, partition_key, seq);
  -- entries that take a record out of a partition (V3)
  CREATE INDEX log_moves ON log (workspace, seq) WHERE from_partition <> to_partition;
  `,
  `
  -- who changed what (I6): written with the log entry, and kept when the log is compacted (L6)
  CREATE TABLE history (
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    record_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL,
    created INTEGER NOT NULL,
    -- JSON [[key, before, after, flags?]], see history.ts
    changes TEXT NOT NULL,
    PRIMARY KEY (workspace, record_id, seq)
  ) WITHOUT ROWID;

  -- records that are gone for good (L7): id and seq, so that nobody makes them anew
  CREATE TABLE tombstones (
    id TEXT NOT NULL PRIMARY KEY,
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    seq INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- compaction has seen everything up to here (L6); the horizon is the last entry it removed
  ALTER TABLE workspaces ADD COLUMN compacted INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- a record that is erased leaves its partition as well (L7)
  DROP INDEX log_moves;
  CREATE INDEX log_moves ON log (workspace, seq) WHERE to_partition IS NULL OR from_partition <> to_partition;
  `,
  `
  -- P6: a contact's company, or the one it was taken from; and the record whose change an entry is a consequence of
  ALTER TABLE records ADD COLUMN company TEXT;
  CREATE INDEX records_by_company ON records (workspace, company, id) WHERE company IS NOT NULL;
  ALTER TABLE history ADD COLUMN cause TEXT;
  -- companies that went or came, of whose contacts those after an id are still to be looked at
  CREATE TABLE postponed (
    workspace INTEGER NOT NULL REFERENCES workspaces (key),
    company TEXT NOT NULL,
    after_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    device TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace, company)
  ) WITHOUT ROWID;
  INSERT INTO postponed SELECT workspace, id, '', updated_by, '', updated_at FROM records
    WHERE id >= 'company_' AND id < 'company\`' AND live = 0;
  `,
];

/** Before version 2 every record stood in one partition. */
function standRecords(db: Database): void {
  const select = db.prepare<[string], { id: string; workspace: number; state: Uint8Array }>(
    'SELECT id, workspace, state FROM records WHERE id > ? ORDER BY id LIMIT 1000',
  );
  const update = db.prepare('UPDATE records SET partition_key = ?, live = ?, fingerprint = ? WHERE id = ?');
  for (let after = ''; ;) {
    const rows = select.all(after);
    if (rows.length === 0) break;
    after = rows.at(-1)!.id;
    for (const { id, state } of rows) {
      const { partition, live, fingerprint } = standingOf(id, state);
      update.run(partition, live ? 1 : 0, fingerprint, id);
    }
  }
  db.exec(`
    INSERT INTO partitions (workspace, key, records, live, sum)
    SELECT workspace, partition_key, count(*), sum(live), sum(fingerprint) FROM records GROUP BY workspace, partition_key;
    -- no device has a group of the old log: all start anew
    UPDATE workspaces SET horizon = seq;
  `);
}

/** P6: before version 6 nobody asked which contacts a company has. */
function linkRecords(db: Database): void {
  const select = db.prepare<[string], { id: string; state: Uint8Array }>(
    `SELECT id, state FROM records WHERE id > ? AND id < 'contact\`' ORDER BY id LIMIT 1000`,
  );
  const update = db.prepare('UPDATE records SET company = ? WHERE id = ?');
  for (let after = 'contact_'; ;) {
    const rows = select.all(after);
    if (rows.length === 0) break;
    after = rows.at(-1)!.id;
    for (const { id, state } of rows) {
      const { company } = standingOf(id, state);
      if (company !== undefined) update.run(company, id);
    }
  }
}

/** What `user_version` says of a database this program has brought up to date. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Makes the log another one (L5): every device compares all it has with it, and sends again what it lacks. */
export function setIncarnation(db: Database, incarnation: string): void {
  db.prepare(`UPDATE relay_facts SET value = ? WHERE name = 'incarnation'`).run(incarnation);
}

/** Brings a database up to date and gives it its incarnation (L5). Throws on one that a newer program wrote. */
export function migrate(db: Database, newIncarnation: () => string): { incarnation: string } {
  const done = db.pragma('user_version', { simple: true }) as number;
  if (done > MIGRATIONS.length) {
    throw new Error(`The database has version ${done}; this program knows ${MIGRATIONS.length}. Start the newer one.`);
  }
  for (let version = done; version < MIGRATIONS.length; version++) {
    db.transaction(() => {
      db.exec(MIGRATIONS[version]!);
      if (version === 1) standRecords(db);
      if (version === 5) linkRecords(db);
      if (version === 0) db.prepare(`INSERT INTO relay_facts VALUES ('incarnation', ?)`).run(newIncarnation());
      db.pragma(`user_version = ${version + 1}`);
    }).immediate();
  }
  const incarnation = db.prepare(`SELECT value FROM relay_facts WHERE name = 'incarnation'`).pluck().get();
  if (typeof incarnation !== 'string') throw new Error('The database has no incarnation: it is damaged.');
  return { incarnation };
}

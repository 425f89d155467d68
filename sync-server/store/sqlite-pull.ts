import Database from 'better-sqlite3';
import { encodePack } from '#core/protocol/codec.ts';
import { stateDigest } from '#core/protocol/digest.ts';
import type { ManifestPart, Page, PageLimits, Reader, Stretch } from './port.ts';
import { dropsOf, groupsOf, readableKeys, type PartitionRow, type PlacedRecord } from './visible.ts';

/** Snapshots that are open at once; each keeps the log of the database (WAL) from being written back. */
const SNAPSHOTS = 16;
/** A snapshot's longest life, ms. A pull that takes longer goes on in another one. */
const SNAPSHOT_MS = 60_000;

interface Found extends Stretch {
  readonly records: readonly PlacedRecord[];
  readonly drops: readonly string[];
}
type Find = (workspace: string, afterSeq: number, limits: PageLimits, reader: Reader) => Found;

/** What pulls read on SQLite (V3, V5, V6). `connect` opens another connection to the same file, for snapshots. */
export function createPulls(db: Database.Database, connect: () => Database.Database) {
  const here = prepareFind(db);
  const snapshots = createSnapshots(connect);

  /** In the snapshot of its name, where there is one; otherwise here, and the next page in what was read here. */
  const find: Find = (workspace, afterSeq, limits, reader) => {
    const name = reader.snapshot;
    const held = name === undefined ? undefined : snapshots.find(name);
    const found = (held ?? here)(workspace, afterSeq, limits, reader);
    if (name === undefined) return found;
    if (!found.more) snapshots.release(name);
    // nobody writes between the two: it is this thread that writes
    else if (!held) snapshots.hold(name);
    return found;
  };

  function pull(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): Page {
    const { records, ...rest } = find(workspace, afterSeq, limits, reader);
    return { ...rest, count: records.length, pack: encodePack(records), groups: groupsOf(records) };
  }
  function manifest(workspace: string, afterSeq: number, limits: PageLimits, reader: Reader): ManifestPart {
    const { records, seq, head, horizon, more } = find(workspace, afterSeq, limits, reader);
    return { entries: records.map(({ id, state }) => ({ id, digest: stateDigest(state) })), seq, head, horizon, more };
  }
  return { pull, manifest, letGo: () => snapshots.letGo(), close: () => snapshots.close() };
}

/** Read transactions under a name. The longest unused one is let go when there are too many. */
function createSnapshots(connect: () => Database.Database) {
  interface Snapshot {
    readonly db: Database.Database;
    readonly find: Find;
    readonly begin: Database.Statement;
    readonly end: Database.Statement;
  }
  const free: Snapshot[] = [];
  const held = new Map<string, { readonly snapshot: Snapshot; readonly timer: NodeJS.Timeout }>();

  function release(name: string): void {
    const found = held.get(name);
    if (!found) return;
    held.delete(name);
    clearTimeout(found.timer);
    found.snapshot.end.run();
    free.push(found.snapshot);
  }

  function open(): Snapshot {
    const db = connect();
    return { db, find: prepareFind(db), begin: db.prepare('BEGIN'), end: db.prepare('COMMIT') };
  }

  return {
    find(name: string): Find | undefined {
      const found = held.get(name);
      if (!found) return undefined;
      held.delete(name); // to the end: the longest unused one goes first
      held.set(name, found);
      return found.snapshot.find;
    },
    hold(name: string): void {
      if (held.size >= SNAPSHOTS) release(held.keys().next().value!);
      const snapshot = free.pop() ?? open();
      snapshot.begin.run();
      snapshot.db.prepare('SELECT count(*) FROM workspaces').get(); // the snapshot is that of the first read
      held.set(name, { snapshot, timer: setTimeout(() => release(name), SNAPSHOT_MS).unref() });
    },
    release,
    /** The pulls under way go on in other snapshots: somebody needs the database to himself. */
    letGo(): void {
      for (const name of [...held.keys()]) release(name);
    },
    close(): void {
      this.letGo();
      for (const { db } of free.splice(0)) db.close();
    },
  };
}

/** Finds a stretch of records, with everything that is said about it, in one read snapshot of this connection. */
function prepareFind(db: Database.Database): Find {
  const selectWorkspace = db.prepare<[string], { key: number; seq: number; horizon: number }>(
    'SELECT key, seq, horizon FROM workspaces WHERE id = ?',
  );
  const selectPartitions = db.prepare<[number], PartitionRow>(
    'SELECT key, records, live, sum FROM partitions WHERE workspace = ?',
  );
  const selectAll = db.prepare<[number, number, number, number], PlacedRecord>(
    'SELECT id, seq, state, partition_key AS place FROM records WHERE workspace = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?',
  );
  const selectOfKeys = db.prepare<[number, number, number, string, number], PlacedRecord>(
    `SELECT id, seq, state, partition_key AS place FROM records
     WHERE workspace = ? AND seq > ? AND seq <= ? AND partition_key IN (SELECT value FROM json_each(?))
     ORDER BY seq LIMIT ?`,
  );
  const selectOfIds = db.prepare<[string, number, number, number, string | null, string | null, number], PlacedRecord>(
    `SELECT id, seq, state, partition_key AS place FROM records
     WHERE id IN (SELECT value FROM json_each(?)) AND workspace = ? AND seq > ? AND seq <= ?
       AND (? IS NULL OR partition_key IN (SELECT value FROM json_each(?)))
     ORDER BY seq LIMIT ?`,
  );
  const selectMoves = db.prepare<[number, number, number, string], { id: string; to: string | null }>(
    `SELECT log.record_id AS id, records.partition_key AS "to"
     FROM log LEFT JOIN records ON records.id = log.record_id
     WHERE log.workspace = ? AND log.seq > ? AND log.seq <= ? AND (log.to_partition IS NULL OR log.from_partition <> log.to_partition)
       AND log.from_partition IN (SELECT value FROM json_each(?))`,
  );

  function rowsOf(key: number, afterSeq: number, upTo: number, limit: number, reader: Reader) {
    const keys = readableKeys(selectPartitions.all(key), reader);
    const list = keys ? JSON.stringify(keys) : null;
    if (reader.ids) return selectOfIds.iterate(JSON.stringify(reader.ids), key, afterSeq, upTo, list, list, limit);
    if (list === null) return selectAll.iterate(key, afterSeq, upTo, limit);
    return selectOfKeys.iterate(key, afterSeq, upTo, list, limit);
  }

  const find: Find = (workspace, afterSeq, limits, reader) => {
    const { key, seq: head, horizon } = selectWorkspace.get(workspace) ?? { key: -1, seq: 0, horizon: 0 };
    const upTo = Math.min(reader.upTo ?? head, head);
    const records: PlacedRecord[] = [];
    let bytes = 0;
    let more = false;
    for (const record of rowsOf(key, afterSeq, upTo, limits.records + 1, reader)) {
      more = records.length === limits.records || (records.length > 0 && bytes + record.state.length > limits.bytes);
      if (more) break;
      records.push(record);
      bytes += record.state.length + record.id.length + 10;
    }
    const seq = more ? records.at(-1)!.seq : Math.max(afterSeq, upTo);
    const moves = (reader.left ?? []).flatMap(({ keys: left, after }) =>
      left.length > 0 ? selectMoves.all(key, Math.max(after, afterSeq), seq, JSON.stringify(left)) : [],
    );
    return { records, seq, head, horizon, more, drops: dropsOf(moves, reader.person) };
  };
  return db.transaction(find);
}

import type { RecordId } from '#core/kit/ids.ts';
import { decodePack } from '#core/protocol/codec.ts';
import type { StoredRecord } from '#core/protocol/messages.ts';
import { recordType } from '#core/record/row.ts';
import type { PackRow, ReplicaDatabase } from './database.ts';
import { inflate } from './deflate.ts';
import type { ProjectionPort } from './projection.ts';

/** Packs kept inflated: reading 50 documents of one list page touches few packs, an edit the same one again. */
const PACKS_IN_MEMORY = 8;
/** Own rows kept in memory: somebody edits one record, then the next. */
const ROWS_IN_MEMORY = 128;

/** Where documents are read: the own row where there is one, else the pack the read model names. */
export interface Documents {
  /** Records that are there, by id. A state is a view of its pack: do not write into it. */
  read(ids: readonly RecordId[]): Promise<Map<RecordId, StoredRecord>>;
  /** A pack's records, by id. Empty for a pack that is not there. */
  pack(packId: number): Promise<ReadonlyMap<RecordId, StoredRecord>>;
  /** The pack changed or is gone. */
  forget(packId: number): void;
  /** Of these, the ids that may have a row of their own. A look-up costs 0.1 ms, a page has 512 records. */
  mayHaveOwnRow(ids: readonly RecordId[]): RecordId[];
  /** Records known to be gone: own rows without a state. */
  readonly gone: Set<RecordId>;
  /**
   * Keeps in memory what own rows say now, for the next edit of the same record. To be called right after the write
   * that changed exactly these rows: any other write lets go of everything that is kept.
   */
  hold(records: Iterable<StoredRecord>): void;
  /** The same for rows that were read, in the queue. */
  holdRead(records: Iterable<StoredRecord>): void;
  /** What is kept of a record, if that is still so. */
  held(id: RecordId): StoredRecord | undefined;
}

export function createDocuments(
  db: ReplicaDatabase,
  projection: Pick<ProjectionPort, 'has' | 'packOf'>,
  rev: () => number,
): Documents {
  const gone = new Set<RecordId>();
  const inflated = new Map<number, ReadonlyMap<RecordId, StoredRecord>>();
  const rows = new Map<RecordId, StoredRecord>();
  /** The revision `rows` are of. */
  let rowsRev = -1;
  const held = (id: RecordId) => (rowsRev === rev() ? rows.get(id) : undefined);

  const keep = (records: Iterable<StoredRecord>) => {
    if (rowsRev !== rev()) rows.clear();
    rowsRev = rev();
    for (const record of records) {
      rows.delete(record.id);
      rows.set(record.id, record);
    }
    while (rows.size > ROWS_IN_MEMORY) rows.delete(rows.keys().next().value!);
  };

  const pack = async (packId: number) => {
    let found = inflated.get(packId);
    if (!found) {
      const row = await db.packs.get(packId);
      found = new Map((row ? await unpack(row) : []).map((record) => [record.id, record]));
      if (inflated.size >= PACKS_IN_MEMORY) inflated.delete(inflated.keys().next().value!);
    } else inflated.delete(packId); // to the end: the least recently used one goes first
    inflated.set(packId, found);
    return found;
  };

  /**
   * The read model knows which records there are and which lie in packs; what it does not know is not on the device,
   * unless it is gone (a row without a state) or of a type of a later build.
   */
  const mayHaveOwnRow = (ids: readonly RecordId[]) =>
    ids.filter((id) => (projection.has(id) ? projection.packOf(id) === undefined : gone.has(id) || !recordType(id)));

  return {
    pack,
    gone,
    mayHaveOwnRow,
    held,
    hold(records) {
      if (rowsRev === rev() - 1) rowsRev = rev();
      keep(records);
    },
    holdRead: keep,
    forget: (packId) => void inflated.delete(packId),
    async read(ids) {
      const found = new Map<RecordId, StoredRecord>();
      const own = new Set(mayHaveOwnRow(ids));
      const unknown: RecordId[] = [];
      for (const id of own) {
        const record = held(id);
        if (record) found.set(id, record);
        else unknown.push(id);
      }
      const stored = unknown.length > 0 ? await db.records.bulkGet(unknown) : [];
      for (const row of stored) if (row?.state) found.set(row.id, { id: row.id, seq: row.seq, state: row.state });
      const byPack = new Map<number, RecordId[]>();
      for (const id of ids) {
        const packId = own.has(id) ? undefined : projection.packOf(id);
        if (packId === undefined) continue;
        const list = byPack.get(packId);
        if (list) list.push(id);
        else byPack.set(packId, [id]);
      }
      for (const [packId, wanted] of byPack) {
        const records = await pack(packId);
        for (const id of wanted) {
          const record = records.get(id);
          if (record) found.set(id, record);
        }
      }
      return found;
    },
  };
}

/** Records of a stored pack. Throws on bytes that are no pack: what was stored was read before, so this is damage. */
export async function unpack(row: Pick<PackRow, 'bytes' | 'deflated'>): Promise<StoredRecord[]> {
  const decoded = decodePack(row.deflated ? await inflate(row.bytes) : row.bytes);
  if (!decoded.ok) throw new Error('damaged pack');
  return decoded.value;
}

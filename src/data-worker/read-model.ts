import type { Columns } from '#columns/columns.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { ProjectionPort, SnapshotPort } from '#replica/projection.ts';
import type { Schedule } from '#replica/snapshot.ts';

/** Raised when the rows' meaning or the documents behind a snapshot change; the columns check their own bytes besides. */
const FORMAT = 'columns-4';
/** After this much quiet, a bulk load counts as over. */
const BULK_QUIET_MS = 300;

export interface ReadModelOptions {
  readonly columns: Columns;
  readonly schedule: Schedule;
  /** Has the record unconfirmed changes? */
  readonly pending: (id: RecordId) => boolean;
  /** These records may show something else now. */
  readonly onChange: (ids: readonly RecordId[]) => void;
}

/** The columns as the replica's read model. */
export function createReadModel({
  columns,
  schedule,
  pending,
  onChange,
}: ReadModelOptions): ProjectionPort & SnapshotPort {
  let endBulk: (() => void) | undefined;
  const inBulk = () => {
    if (endBulk) endBulk();
    else columns.bulk(true);
    endBulk = schedule(() => {
      endBulk = undefined;
      columns.bulk(false);
    }, BULK_QUIET_MS);
  };

  return {
    put(records, bulk) {
      if (records.length === 0) return;
      if (bulk) inBulk();
      columns.apply(records.map((r) => r.row));
      const byPack = new Map<number, RecordId[]>();
      for (const { row, pack } of records) {
        const list = byPack.get(pack ?? -1);
        if (list) list.push(row.id);
        else byPack.set(pack ?? -1, [row.id]);
      }
      for (const [pack, ids] of byPack) columns.setPack(ids, pack);
      onChange(records.map((r) => r.row.id));
    },
    remove(ids) {
      columns.remove(ids);
      onChange(ids);
    },
    has: (id) => columns.has(id),
    packOf(id) {
      const pack = columns.packOf(id);
      return pack < 0 ? undefined : pack;
    },
    pendingChanged(ids) {
      columns.markPending(ids.filter(pending), true);
      columns.markPending(
        ids.filter((id) => !pending(id)),
        false,
      );
      onChange(ids);
    },
    format: FORMAT,
    takeDirty: () => columns.dirtySegments().map((segment) => ({ segment, bytes: columns.dumpSegment(segment) })),
    load(segments) {
      if (segments.every(({ segment, bytes }) => columns.loadSegment(segment, bytes))) return true;
      columns.clear();
      return false;
    },
    keepAnswers: () => columns.keepAnswers(),
    showAnswers: (kept) => columns.showAnswers(kept),
    ready: () => columns.loaded(),
  };
}

import type { RecordId } from '#core/kit/ids.ts';
import type { Row } from '#core/record/row.ts';
import type { ProjectionPort, SnapshotPort } from '../projection.ts';

/** The smallest read model: a map of rows. Its snapshot is one segment per 16 records, as JSON. */
export interface MemoryProjection extends ProjectionPort, SnapshotPort {
  readonly rows: ReadonlyMap<RecordId, Row>;
  /** How many segments `load` was given. */
  readonly loaded: number;
  /** What `showAnswers` was given. */
  readonly shownEarly: string | undefined;
}

const SEGMENT = 16;

export function createMemoryProjection(format = 'memory-1'): MemoryProjection {
  const rows = new Map<RecordId, Row>();
  const packs = new Map<RecordId, number>();
  const slots: (RecordId | undefined)[] = [];
  const slotOf = new Map<RecordId, number>();
  const dirty = new Set<number>();
  let loaded = 0;
  let shownEarly: string | undefined;
  const touch = (id: RecordId) => {
    let slot = slotOf.get(id);
    if (slot === undefined) {
      slot = slots.push(id) - 1;
      slotOf.set(id, slot);
    }
    dirty.add(Math.floor(slot / SEGMENT));
  };
  return {
    rows,
    get loaded() {
      return loaded;
    },
    get shownEarly() {
      return shownEarly;
    },
    format,
    put(records) {
      for (const { row, pack } of records) {
        rows.set(row.id, row);
        if (pack === undefined) packs.delete(row.id);
        else packs.set(row.id, pack);
        touch(row.id);
      }
    },
    remove(ids) {
      for (const id of ids) {
        if (!rows.delete(id)) continue;
        packs.delete(id);
        touch(id);
      }
    },
    has: (id) => rows.has(id),
    packOf: (id) => packs.get(id),
    pendingChanged: () => undefined,
    takeDirty() {
      const taken = [...dirty].map((segment) => {
        const ids = slots.slice(segment * SEGMENT, (segment + 1) * SEGMENT);
        const cells = ids.map((id) =>
          id !== undefined && rows.has(id) ? [rows.get(id), packs.get(id) ?? null] : null,
        );
        return { segment, bytes: new TextEncoder().encode(JSON.stringify(cells)) };
      });
      dirty.clear();
      return taken;
    },
    load(segments) {
      for (const { segment, bytes } of segments) {
        const cells = JSON.parse(new TextDecoder().decode(bytes)) as ([Row, number | null] | null)[];
        cells.forEach((cell, i) => {
          if (!cell) return;
          const [row, pack] = cell;
          rows.set(row.id, row);
          if (pack !== null) packs.set(row.id, pack);
          slots[segment * SEGMENT + i] = row.id;
          slotOf.set(row.id, segment * SEGMENT + i);
        });
      }
      loaded += segments.length;
      return true;
    },
    keepAnswers: () => JSON.stringify([...rows.keys()]),
    showAnswers(kept) {
      shownEarly = kept;
    },
    ready: () => undefined,
  };
}

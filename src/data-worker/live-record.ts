import type { Columns } from '#columns/columns.ts';
import type { RecordId } from '#core/kit/ids.ts';
import { hlcToMs } from '#core/kit/hlc.ts';
import { keyField } from '#core/record/row.ts';
import { conflictsOf } from '#crdt/fold.ts';
import type { Replica } from '#replica/replica.ts';
import type { LiveRecord } from './port.ts';

/** A record as its form shows it; undefined when there is none. Reads the document only where values are in conflict. */
export async function readLiveRecord(
  id: RecordId,
  columns: Columns,
  replica: Pick<Replica, 'pending' | 'document'> | undefined,
): Promise<LiveRecord | undefined> {
  const row = columns.listRow(id);
  if (!row) return undefined;
  const state = row.conflicts?.length ? await replica?.document(id) : undefined;
  const shown = state ? columns.listRow(id) : row; // reading took a while
  if (!shown) return undefined;
  return {
    ...shown,
    pendingFields: replica?.pending.has(id) ? (replica.pending.fields(id) ?? Object.keys(shown.values)) : [],
    conflictValues: (state ? conflictsOf(id, state) : []).map(({ key, winner, losers }) => ({
      key,
      field: keyField(key),
      winner: { value: winner.value, at: hlcToMs(winner.hlc) },
      losers: losers.map((loser) => ({ value: loser.value, at: hlcToMs(loser.hlc) })),
    })),
  };
}

import type { View } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { StorePort } from '../store/port.ts';

/** Where a record is; undefined where it is gone. */
export interface Place {
  readonly id: RecordId;
  readonly to: PartitionKey | undefined;
}

/** Where records are now; those that cannot be read are left out. */
export async function placesOf(
  store: Pick<StorePort, 'record'>,
  workspace: string,
  ids: readonly RecordId[],
): Promise<Place[]> {
  const found = await Promise.all(ids.map((id) => store.record(workspace, id)));
  return found.flatMap((record, i) => (record.ok ? [{ id: ids[i]!, to: record.value?.partition }] : []));
}

/** Which of these the person does not see; the groups of the others are `touched` from now on. */
export function unseen(places: readonly Place[], view: View, touched: Set<PartitionKey>): RecordId[] {
  const ids = new Set<RecordId>();
  for (const { id, to } of places) {
    if (to !== undefined && view.sees(to)) touched.add(to);
    else ids.add(id);
  }
  return [...ids];
}

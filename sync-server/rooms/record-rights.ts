import { createView } from '#core/access/access.ts';
import type { PartitionKey } from '#core/access/partition.ts';
import type { Person } from '#core/access/person.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { StorePort } from '../store/port.ts';

/** Who may open a record's room. What may be written there is decided in the commit, as for every push (P4). */
export interface RecordRights {
  mayOpen(workspace: string, user: string, id: RecordId): Promise<boolean>;
  /** Where the record is; undefined for one the relay does not have. */
  partition(workspace: string, id: RecordId): Promise<PartitionKey | undefined>;
  /** With whose rights what they type is judged. */
  person(user: string): Person;
}

/** Those may open a record who see its partition. */
export function createRecordRights(store: Pick<StorePort, 'record'>, person: (user: string) => Person): RecordRights {
  const partition = async (workspace: string, id: RecordId) => {
    const found = await store.record(workspace, id);
    return found.ok ? found.value?.partition : undefined;
  };
  return {
    person,
    partition,
    async mayOpen(workspace, user, id) {
      const place = await partition(workspace, id);
      return place !== undefined && createView(person(user)).sees(place);
    },
  };
}

import { createView } from '#core/access/access.ts';
import type { Person } from '#core/access/person.ts';
import type { RecordId } from '#core/kit/ids.ts';
import type { StorePort } from '../store/port.ts';

/** Who may open a record's room. What may be written there is decided in the commit, as for every push (P4). */
export interface RecordRights {
  mayOpen(workspace: string, user: string, id: RecordId): Promise<boolean>;
  /** With whose rights what they type is judged. */
  person(user: string): Person;
}

/** Those may open a record who see its partition. */
export function createRecordRights(store: Pick<StorePort, 'record'>, person: (user: string) => Person): RecordRights {
  return {
    person,
    async mayOpen(workspace, user, id) {
      const found = await store.record(workspace, id);
      return found.ok && found.value !== undefined && createView(person(user)).sees(found.value.partition);
    },
  };
}

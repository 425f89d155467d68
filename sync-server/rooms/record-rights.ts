import type { RecordId } from '#core/kit/ids.ts';
import type { StorePort } from '../store/port.ts';

/** Who may open a record's room. What may be written there is decided in the commit, as for every push (P4). */
export interface RecordRights {
  mayOpen(workspace: string, user: string, id: RecordId): Promise<boolean>;
}

/** Everybody in the workspace may open its records. */
export function createRecordRights(store: Pick<StorePort, 'record'>): RecordRights {
  return {
    async mayOpen(workspace, _user, id) {
      const found = await store.record(workspace, id);
      return found.ok && found.value !== undefined;
    },
  };
}

import * as Y from 'yjs';
import { ok, type Result } from '#core/kit/result.ts';
import { WORKSPACE_ROOM } from '#core/record/workspace-doc.ts';
import type { Membership as AccountRows } from '../auth/membership.ts';
import { departmentsIn } from '../rooms/workspace-content.ts';
import type { StoreError, StorePort } from '../store/port.ts';
import { loadPeople, type People } from './people.ts';

/** The people of the relay's one workspace, from the moment it is there. */
export interface PeopleSource {
  readonly current: () => People | undefined;
  /** Loads them once; later calls answer with the same. */
  open(workspaceId: string): Promise<Result<People, StoreError>>;
  /** Takes what another relay may have written meanwhile; opens the workspace where it set that up. */
  refresh(): Promise<void>;
  /** Called after roles, departments or memberships changed. */
  onChange(listener: (workspaceId: string) => void): void;
}

export function createPeopleSource(
  store: Pick<StorePort, 'people' | 'putPeople' | 'loadRoom'>,
  accounts: Pick<AccountRows, 'members' | 'workspace'>,
): PeopleSource {
  let loaded: People | undefined;
  const listeners = new Set<(workspaceId: string) => void>();
  const source: PeopleSource = {
    current: () => loaded,
    async open(workspaceId) {
      if (loaded) return ok(loaded);
      const opened = await loadPeople({
        store,
        workspace: workspaceId,
        accounts: () => accounts.members(workspaceId),
        async before() {
          const room = await store.loadRoom(`${workspaceId}/${WORKSPACE_ROOM}`);
          const doc = new Y.Doc();
          if (room.ok) for (const update of room.value.updates) Y.applyUpdate(doc, update);
          return departmentsIn(doc);
        },
      });
      if (!opened.ok) return opened;
      loaded = opened.value;
      loaded.onChange(() => listeners.forEach((listener) => listener(workspaceId)));
      return opened;
    },
    async refresh() {
      if (loaded) return loaded.refresh();
      const workspace = await accounts.workspace();
      if (workspace) await source.open(workspace.id);
    },
    onChange: (listener) => void listeners.add(listener),
  };
  return source;
}

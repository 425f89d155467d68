import type { Columns } from '#columns/columns.ts';
import type { CommandContext } from '#commands/context.ts';
import { newId } from '#core/kit/ids.ts';
import { err } from '#core/kit/result.ts';
import { formFields } from '#core/record/form-fields.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { Edits } from '#replica/edits.ts';
import type { Trouble } from './port.ts';

export interface ContextOptions {
  readonly user: string;
  readonly columns: Columns;
  readonly workspace: () => WorkspaceData;
  /** The open replica, or what keeps it from opening. */
  readonly edits: () => Edits | Trouble;
  readonly now: () => number;
  readonly ask: CommandContext['ask'];
}

/** What the commands of one tab may use. */
export function createContext({ user, columns, workspace, edits, now, ask }: ContextOptions): CommandContext {
  const withEdits = <T>(write: (edits: Edits) => Promise<T>) => {
    const target = edits();
    return 'commit' in target ? write(target) : Promise.resolve(err({ type: 'storage' as const, trouble: target }));
  };
  return {
    user,
    get workspace() {
      return workspace();
    },
    directory: columns.directory,
    fields: (type) => formFields(type, workspace()),
    now,
    newId: (type) => newId(type, now()),
    row: (id) => columns.get(id),
    find: (type, filter) => columns.find(type, filter),
    companyByName: (name) => columns.companyByName(name),
    ask,
    commit: (writes) => withEdits((to) => to.commit(writes)),
    commitPack: (writes) => withEdits((to) => to.commitPack(writes)),
  };
}

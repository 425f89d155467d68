import type { Columns } from '#columns/columns.ts';
import type { CommandContext } from '#commands/context.ts';
import { newId } from '#core/kit/ids.ts';
import { err } from '#core/kit/result.ts';
import type { FieldDef } from '#core/record/field.ts';
import { COMPANY_FIELDS, CONTACT_FIELDS } from '#core/record/fields.ts';
import type { RecordType } from '#core/record/row.ts';
import type { WorkspaceData } from '#core/record/workspace-data.ts';
import type { Edits } from '#replica/edits.ts';
import type { Trouble } from './port.ts';

const DEFAULT_FIELDS: Readonly<Record<RecordType, readonly FieldDef[]>> = {
  contact: CONTACT_FIELDS,
  company: COMPANY_FIELDS,
};

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
    fields: (type) => fieldsOf(type, workspace()),
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

/** Default, workspace and plugin fields of a type, in form order. */
export function fieldsOf(type: RecordType, workspace: WorkspaceData): readonly FieldDef[] {
  const all = [...DEFAULT_FIELDS[type], ...workspace.fields.filter((field) => field.entity === type)];
  return all.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
}

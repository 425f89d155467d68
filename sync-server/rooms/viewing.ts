import { createView } from '#core/access/access.ts';
import { isId } from '#core/kit/ids.ts';
import type { RecordRights } from './record-rights.ts';
import type { AwarenessEntry } from './wire.ts';

/** What of the entries a person may be told. */
export type EntriesFor = (user: string) => readonly AwarenessEntry[];

/**
 * Who looks at which record is told only to those who see the record (V1): an id alone says that there is such a record
 * and who works on it. An id the relay does not know, of a record that is not pushed yet, is told to those who see
 * everything.
 */
export type FilterViewing = (entries: readonly AwarenessEntry[]) => EntriesFor | Promise<EntriesFor>;

export function createViewingFilter(workspace: string, rights: RecordRights): FilterViewing {
  return (entries) => {
    const viewing = new Map(entries.map((entry) => [entry, viewedIn(entry)]));
    const ids = new Set([...viewing.values()].flat());
    if (ids.size === 0) return () => entries;
    return filterBy(entries, viewing, [...ids]);
  };

  async function filterBy(
    entries: readonly AwarenessEntry[],
    viewing: ReadonlyMap<AwarenessEntry, readonly string[]>,
    ids: readonly string[],
  ): Promise<EntriesFor> {
    const partitions = new Map(
      await Promise.all(ids.map(async (id) => [id, await rights.partition(workspace, id)] as const)),
    );
    // those who see the same are told the same, so that it is written and sent once
    const told = new Map<string, readonly AwarenessEntry[]>();
    return (user) => {
      const view = createView(rights.person(user));
      if (view.all) return entries;
      const seen = ids.filter((id) => {
        const partition = partitions.get(id);
        return partition !== undefined && view.sees(partition);
      });
      const key = seen.join();
      let mine = told.get(key);
      if (!mine) {
        mine = entries.map((entry) => (viewing.get(entry)!.length > 0 ? only(entry, new Set(seen)) : entry));
        told.set(key, mine);
      }
      return mine;
    };
  }
}

/** Ids of records in a state; one id instead of a list is of a build from before tabs shared a connection. */
function viewedIn({ json }: AwarenessEntry): string[] {
  const state = JSON.parse(json) as { readonly viewing?: unknown } | null;
  const viewing = state?.viewing;
  // what is no list of ids is no message of ours, and nobody is told it
  const ids = (Array.isArray(viewing) ? viewing : [viewing]).filter((id): id is string => isId(id));
  return ids.length > 0 || viewing === undefined ? ids : [''];
}

const only = (entry: AwarenessEntry, seen: ReadonlySet<string>): AwarenessEntry => ({
  ...entry,
  json: JSON.stringify({
    ...(JSON.parse(entry.json) as object),
    viewing: viewedIn(entry).filter((id) => seen.has(id)),
  }),
});

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
    const viewing = new Map<AwarenessEntry, readonly string[]>();
    for (const entry of entries) {
      const ids = viewedIn(entry);
      if (ids) viewing.set(entry, ids);
    }
    return viewing.size > 0 ? filterBy(entries, viewing) : () => entries;
  };

  /** `viewing`: the entries that say something of records, with what they say. */
  async function filterBy(
    entries: readonly AwarenessEntry[],
    viewing: ReadonlyMap<AwarenessEntry, readonly string[]>,
  ): Promise<EntriesFor> {
    const ids = [...new Set([...viewing.values()].flat())];
    const partitions = new Map(
      await Promise.all(ids.map(async (id) => [id, await rights.partition(workspace, id)] as const)),
    );
    // those who see the same are told the same, so that it is written and sent once
    const told = new Map<string, readonly AwarenessEntry[]>();
    return (user) => {
      const view = createView(rights.person(user));
      if (view.all) return entries;
      const seen = new Set(
        ids.filter((id) => {
          const partition = partitions.get(id);
          return partition !== undefined && view.sees(partition);
        }),
      );
      const key = [...seen].join();
      let mine = told.get(key);
      if (!mine) {
        mine = entries.map((entry) => {
          const viewed = viewing.get(entry);
          return viewed
            ? withViewing(
                entry,
                viewed.filter((id) => seen.has(id)),
              )
            : entry;
        });
        told.set(key, mine);
      }
      return mine;
    };
  }
}

/**
 * Ids of the records a state speaks of; undefined where it speaks of none. One id instead of a list is of a build from
 * before tabs shared a connection; what is neither is no message of ours, and of it nothing is told.
 */
function viewedIn({ json }: AwarenessEntry): string[] | undefined {
  const viewing = (JSON.parse(json) as { readonly viewing?: unknown } | null)?.viewing;
  if (viewing === undefined || (Array.isArray(viewing) && viewing.length === 0)) return undefined;
  return (Array.isArray(viewing) ? viewing : [viewing]).filter((id): id is string => isId(id));
}

const withViewing = (entry: AwarenessEntry, viewing: readonly string[]): AwarenessEntry => ({
  ...entry,
  json: JSON.stringify({ ...(JSON.parse(entry.json) as object), viewing }),
});

import type { IDBFactory } from 'fake-indexeddb';
import { DATABASE } from '../device.ts';
import { textOf, textsOf } from './canary.ts';

/** Everything a device stores, one text for each object store. What it holds deflated is inflated. */
export async function readDisk(disk: IDBFactory): Promise<ReadonlyMap<string, string>> {
  const open = disk.open(DATABASE);
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(new Error('the database of a device cannot be opened'));
  });
  const names = [...db.objectStoreNames];
  const read = db.transaction(names);
  const found = await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const all = read.objectStore(name).getAll();
      const rows = await new Promise<unknown[]>((resolve) => (all.onsuccess = () => resolve(all.result as unknown[])));
      return [name, rows.map((row) => textOfValue(row, name !== 'records')).join('\n')];
    }),
  );
  db.close();
  return new Map(found);
}

function textOfValue(value: unknown, mayBeDeflated: boolean): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return mayBeDeflated ? textsOf(value) : textOf(value);
  if (typeof value !== 'object' || value === null) return '';
  // keys as well: what somebody typed stands under the names of fields
  return Object.entries(value)
    .map(([key, one]) => `${key} ${textOfValue(one, mayBeDeflated)}`)
    .join('\n');
}

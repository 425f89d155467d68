import { IndexeddbPersistence } from 'y-indexeddb';
import type * as Y from 'yjs';

/** The document's copy on this device. */
export interface LocalCopy {
  /** Settles, never rejects, once what was stored is in the document: false where this device stores nothing. */
  readonly loaded: Promise<boolean>;
  close(): Promise<void>;
  /** Throws the copy away. */
  clear(): Promise<void>;
}

/**
 * Keeps `doc` in IndexedDB. Where there is none (private mode of some browsers, a full disk, a damaged profile) the
 * document lives in memory alone and comes from the relay: y-indexeddb would fail with rejections nobody can catch, so
 * it is only started after the browser has shown that it can open a database.
 */
export function keepLocally(dbName: string, doc: Y.Doc): LocalCopy {
  let persistence: IndexeddbPersistence | undefined;
  let closed = false;

  async function load(): Promise<boolean> {
    if (!(await canStore(dbName)) || closed) return false;
    persistence = new IndexeddbPersistence(dbName, doc);
    await persistence.whenSynced;
    return true;
  }
  const loaded = load();
  async function close(): Promise<void> {
    closed = true;
    await persistence?.destroy();
  }
  return {
    loaded,
    close,
    async clear() {
      await close();
      await remove(dbName);
    },
  };
}

/** Resolves when it is gone, or cannot be: no database here, or another one's hand on it (then it goes with that). */
function remove(dbName: string): Promise<void> {
  return new Promise((resolve) => {
    try {
      const request = indexedDB.deleteDatabase(dbName);
      request.onsuccess = request.onerror = request.onblocked = () => resolve();
    } catch {
      resolve(); // no IndexedDB here
    }
  });
}

/** Opens and removes a database of our own; y-indexeddb's stays untouched. */
function canStore(dbName: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const probe = `${dbName}:probe`;
      const request = indexedDB.open(probe);
      request.onerror = (event) => {
        event.preventDefault();
        resolve(false);
      };
      request.onblocked = () => resolve(false);
      request.onsuccess = () => {
        request.result.close();
        indexedDB.deleteDatabase(probe);
        resolve(true);
      };
    } catch {
      resolve(false); // no IndexedDB here, or not for this page
    }
  });
}

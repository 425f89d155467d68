import type { Page } from '@playwright/test';

/** A text that was found, and where: `database lienhe-… / records`. */
export interface FoundText {
  readonly where: string;
  readonly text: string;
}

/**
 * Looks for texts (in any case) in all a page's origin stores in the browser: every store of every IndexedDB database,
 * what is deflated there inflated; Cache storage; local and session storage; private files.
 */
export function findStored(page: Page, texts: readonly string[]): Promise<FoundText[]> {
  return page.evaluate(async (wanted) => {
    const found: { where: string; text: string }[] = [];
    const look = (where: string, content: string) => {
      const lower = content.toLowerCase();
      for (const text of wanted) if (lower.includes(text.toLowerCase())) found.push({ where, text });
    };
    const latin1 = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
    async function textOfBytes(bytes: Uint8Array): Promise<string> {
      try {
        const stream = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
        return `${latin1(bytes)}\n${latin1(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
      } catch {
        return latin1(bytes); // not deflated
      }
    }
    async function textOf(value: unknown): Promise<string> {
      if (typeof value === 'string') return value;
      if (value instanceof ArrayBuffer) return textOfBytes(new Uint8Array(value));
      if (ArrayBuffer.isView(value))
        return textOfBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      if (value instanceof Blob) return textOfBytes(new Uint8Array(await value.arrayBuffer()));
      if (value instanceof Map || value instanceof Set) return textOf([...value]);
      if (typeof value !== 'object' || value === null) return String(value);
      const parts = await Promise.all(Object.entries(value).map(async ([key, one]) => `${key} ${await textOf(one)}`));
      return parts.join('\n');
    }
    const answer = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('unreadable database', { cause: request.error }));
      });

    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const db = await answer(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const all = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([answer(all.getAllKeys()), answer(all.getAll())]);
        look(`database ${name} / ${store}`, await textOf([keys, values]));
      }
      db.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const asked of await cache.keys()) {
        const kept = await cache.match(asked);
        look(`cache ${name}: ${asked.url}`, `${asked.url} ${await textOf(await kept?.arrayBuffer())}`);
      }
    }
    look('local storage', JSON.stringify({ ...localStorage }));
    look('session storage', JSON.stringify({ ...sessionStorage }));
    const files = await navigator.storage.getDirectory();
    for await (const [name, handle] of files.entries()) {
      const content = handle instanceof FileSystemFileHandle ? await textOf(await handle.getFile()) : '';
      look(`file ${name}`, `${name} ${content}`);
    }
    return found;
  }, texts);
}

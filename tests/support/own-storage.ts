import { vi } from 'vitest';

/**
 * A local storage for this test file alone: files run side by side in pages of one browser and would find what each
 * other's people set. Gives the way to what a test wants to have been there.
 */
export function ownStorage(kept: Readonly<Record<string, string>> = {}): Storage {
  const values = new Map(Object.entries(kept));
  const storage: Storage = {
    get length() {
      return values.size;
    },
    key: (at) => [...values.keys()][at] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
    clear: () => values.clear(),
  };
  vi.stubGlobal('localStorage', storage);
  return storage;
}

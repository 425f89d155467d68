import type { Drafts } from './draft.ts';

/** What was typed into the create form survives an accidental reload, in this tab only. */
export interface FormDraft {
  read(): Drafts | undefined;
  write(drafts: Drafts): void;
  clear(): void;
}

export function createFormDraft(key: string, storage: Storage | undefined = tabStorage()): FormDraft {
  return {
    read() {
      try {
        const kept: unknown = JSON.parse(storage?.getItem(key) ?? 'null');
        return typeof kept === 'object' && kept !== null && !Array.isArray(kept) ? (kept as Drafts) : undefined;
      } catch {
        return undefined; // not ours, or cut off: an empty form is the safe answer
      }
    },
    write(drafts) {
      try {
        storage?.setItem(key, JSON.stringify(drafts));
      } catch {
        return; // storage full: the form itself still holds everything
      }
    },
    clear: () => storage?.removeItem(key),
  };
}

function tabStorage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined; // blocked by the browser's settings
  }
}

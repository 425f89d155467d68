/**
 * Small choices kept on this device per person (page size). Private mode or blocked storage only means that they are
 * forgotten with the tab.
 */
const fallback = new Map<string, string>();

export function remember(user: string, name: string, value: string): void {
  const key = `lienhe.${name}.${user}`;
  fallback.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    return; // blocked or full: the copy above serves this tab
  }
}

export function recall(user: string, name: string): string | undefined {
  const key = `lienhe.${name}.${user}`;
  try {
    return localStorage.getItem(key) ?? fallback.get(key);
  } catch {
    return fallback.get(key);
  }
}

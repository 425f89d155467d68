/** Small facts kept per browser: who was signed in, what was chosen. Without storage (private mode) they hold for the tab. */
export interface DeviceStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export function createDeviceStore(storage: () => Storage = () => localStorage): DeviceStore {
  const inTab = new Map<string, string>();
  return {
    get(key) {
      try {
        return inTab.get(key) ?? storage().getItem(key) ?? undefined;
      } catch {
        return inTab.get(key);
      }
    },
    set(key, value) {
      try {
        storage().setItem(key, value);
        inTab.delete(key);
      } catch {
        inTab.set(key, value); // no storage, or it is full
      }
    },
    remove(key) {
      inTab.delete(key);
      try {
        storage().removeItem(key);
      } catch {
        return; // there was nothing to remove from
      }
    },
  };
}

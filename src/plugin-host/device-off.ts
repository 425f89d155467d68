/** Plugins this device switches off, whatever the workspace says. Kept in the browser's local storage. */
export interface DeviceOff {
  has(plugin: string): boolean;
  set(plugin: string, off: boolean): void;
}

const KEY = 'lienhe:plugins-off';

/** `storage` may be missing or refuse (private mode): the choice then lasts until the tab is closed. */
export function createDeviceOff(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): DeviceOff {
  const off = new Set(read(storage));
  return {
    has: (plugin) => off.has(plugin),
    set(plugin, isOff) {
      if (isOff) off.add(plugin);
      else off.delete(plugin);
      try {
        storage?.setItem(KEY, JSON.stringify([...off]));
      } catch {
        return; // full or refused: kept in memory
      }
    },
  };
}

function read(storage: Pick<Storage, 'getItem'> | undefined): readonly string[] {
  try {
    const stored: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    return []; // not ours or damaged: nothing is off
  }
}

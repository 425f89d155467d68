/**
 * What keeps the device from storing. A storage failure is an expected failure: it is named here once, from whatever
 * IndexedDB, Dexie or the browser throws, and shown as a screen of its own. Nothing is reported as saved that met one.
 */
export type StorageTrouble =
  | { readonly type: 'quota-exceeded' }
  /** Another tab or build holds the database, or has taken it over. */
  | { readonly type: 'storage-blocked' }
  /** No IndexedDB, or one that does not work (some private modes). */
  | { readonly type: 'storage-missing' }
  /** Somebody erased the database while it was open. */
  | { readonly type: 'storage-deleted' };

/** Another session of this device has taken the database over; this one must not write any more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

/** Names a failure of IndexedDB; undefined for what is a bug of ours and must be thrown on. */
export function storageTrouble(error: unknown): StorageTrouble | undefined {
  let closed = false;
  for (let at = error, depth = 0; at instanceof Object && depth < 5; depth++) {
    const { name, inner, cause } = at as { name?: unknown; inner?: unknown; cause?: unknown };
    switch (name) {
      case 'QuotaExceededError':
        return { type: 'quota-exceeded' };
      case 'Superseded':
      case 'BlockedError':
      case 'VersionError':
        return { type: 'storage-blocked' };
      case 'DatabaseClosedError':
        closed = true; // what closed it is inside, where an open failed
        break;
      case 'MissingAPIError':
      case 'SecurityError':
      case 'InvalidStateError':
      case 'UnknownError':
      case 'NoSuchDatabaseError':
        return { type: 'storage-missing' };
    }
    at = inner ?? cause;
  }
  if (closed) return { type: 'storage-deleted' };
  const name = (error as { name?: unknown } | undefined)?.name;
  // what is left of Dexie's own names: a failing open, an abort without a reason, a full disk ("Timeout", "Unknown")
  return name === 'OpenFailedError' || name === 'AbortError' || name === 'TimeoutError' || name === 'DataError'
    ? { type: 'storage-missing' }
    : undefined;
}

/** What a file system may answer while data is copied or moved. */
export type FileFailure =
  | { readonly type: 'no-room'; readonly path: string; readonly needed?: number; readonly free?: number }
  | { readonly type: 'not-writable'; readonly path: string; readonly message: string };

/** An exception of `node:fs` or SQLite as a value; anything else is a bug and thrown again. */
export function fileFailure(error: unknown, path: string): FileFailure {
  const { code, message, path: at = path } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') return { type: 'no-room', path };
  if (code !== undefined && /^(E[A-Z]+|SQLITE_[A-Z_]+)$/.test(code)) return { type: 'not-writable', path: at, message };
  throw error;
}

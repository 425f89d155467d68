import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What a restore moved out of the way, and what it was putting in place when it was cut off. */
export const ASIDE_PREFIX = 'before-restore-';
export const STAGED_PREFIX = 'restoring-';

/** What SQLite and the relay keep beside a database while it is open. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;
export const LOCK = '.lock';
const isSideFile = (name: string) => name.endsWith(LOCK) || SIDE_FILES.some((end) => name.endsWith(end));

/** Files under a data folder that a backup must hold, as paths with `/` from there. Without the database and what stands beside one. */
export function dataFiles(dataDir: string, databaseFile: string): string[] {
  if (!existsSync(dataDir)) return [];
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !isSideFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== databaseFile)
    .map((path) => relative(dataDir, path).split(sep).join('/'))
    .filter((path) => !path.startsWith(ASIDE_PREFIX) && !path.startsWith(STAGED_PREFIX))
    .sort();
}

/** Is it a SQLite database? Such a file may be in the middle of a write, and must not be copied as bytes. */
export function isSqlite(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(16);
    return readSync(file, head, 0, 16, 0) === 16 && head.toString('latin1') === 'SQLite format 3\0';
  } finally {
    closeSync(file);
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

export const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Bytes a database takes, with what is not yet moved from its log into it. */
export const databaseBytes = (path: string): number => bytesOf(path) + bytesOf(`${path}-wal`);

/** Bytes this user may still write where `path` is or will be. */
export function freeBytes(path: string): number {
  while (!existsSync(path)) path = dirname(path);
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Puts a file, or the names in a folder, onto the disk for good. */
export function toDisk(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Root puts a relay's files back for the user whose folder it is: files of root's that relay could not write. */
export function giveToOwnerOf(folder: string, path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(folder);
  chownSync(path, uid, gid);
}

/** A time as part of a folder's name: it sorts, and every file system takes it. */
export const timeName = (ms: number): string => new Date(ms).toISOString().replace(/:/g, '-');

/** Is `path` the folder or in it? */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !way.startsWith(sep));
}

import Database from 'better-sqlite3';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { err, ok, type Result } from '#core/kit/result.ts';
import type { Config } from '../config.ts';
import { BUSY_TIMEOUT_MS } from '../store/sqlite-engine.ts';
import {
  bytesOf,
  databaseBytes,
  dataFiles,
  freeBytes,
  isSqlite,
  isWithin,
  sha256Of,
  timeName,
  toDisk,
} from './files.ts';
import { writeManifest, type BackupFile, type Manifest } from './manifest.ts';
import { fileFailure, type FileFailure } from './file-failure.ts';

export type BackupError =
  | { readonly type: 'no-data'; readonly path: string }
  | { readonly type: 'folder-in-data'; readonly path: string; readonly dataDir: string }
  | { readonly type: 'database-damaged'; readonly path: string; readonly message: string }
  | FileFailure;

export interface BackupOptions {
  readonly config: Pick<Config, 'dataDir' | 'databaseFile'>;
  /** The backup becomes a folder in it, named by the time. */
  readonly folder: string;
  readonly version: string;
  readonly now: number;
}

export interface Backup {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Name of the records and accounts in a backup, whatever the file is called where it is used. */
const DATABASE = 'lienhe.sqlite';

/** Room that must stay beside the copy, bytes. */
const SPARE_BYTES = 16 * 1024 * 1024;

/**
 * Copies all of a relay's data while it runs. Each database is copied in one read transaction: it is the state after
 * some commit, writers do not wait, and what is acknowledged before the backup begins is in it. The copy is checked
 * before its manifest is written. On a failure nothing of it stays.
 */
export async function backUp(options: BackupOptions): Promise<Result<Backup, BackupError>> {
  const { dataDir, databaseFile } = options.config;
  if (!existsSync(databaseFile)) return err({ type: 'no-data', path: databaseFile });
  const parent = resolve(options.folder);
  if (isWithin(parent, dataDir)) return err({ type: 'folder-in-data', path: parent, dataDir });

  const folder = join(parent, timeName(options.now));
  try {
    const others = dataFiles(dataDir, databaseFile);
    const sizes = others.map((path) => databaseBytes(join(dataDir, path)));
    const needed = sizes.reduce((sum, size) => sum + size, databaseBytes(databaseFile)) + SPARE_BYTES;
    const free = freeBytes(parent);
    if (free < needed) return err({ type: 'no-room', path: parent, needed, free });
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    return err(fileFailure(error, parent));
  }
  let finished = false;
  try {
    const manifest = await copyAll(options, folder);
    if (!manifest.ok) return manifest;
    writeManifest(folder, manifest.value);
    toDisk(parent);
    finished = true;
    return ok({ folder, manifest: manifest.value });
  } catch (error) {
    return err(fileFailure(error, folder));
  } finally {
    if (!finished) rmSync(folder, { recursive: true, force: true }); // made above, by this backup
  }
}

async function copyAll(
  { config: { dataDir, databaseFile }, version, now }: BackupOptions,
  folder: string,
): Promise<Result<Manifest, BackupError>> {
  const files: BackupFile[] = [];
  const add = async (path: string, kind: BackupFile['kind']) => {
    const full = join(folder, path);
    toDisk(full);
    files.push({ path, kind, bytes: bytesOf(full), sha256: await sha256Of(full) });
  };
  const copied = copyDatabase(databaseFile, join(folder, DATABASE));
  if (!copied.ok) return copied;
  await add(DATABASE, 'database');
  for (const path of dataFiles(dataDir, databaseFile)) {
    if (path === DATABASE) continue; // a database that is not in use: DATABASE_URL names another
    const [from, to] = [join(dataDir, path), join(folder, path)];
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
    const other = isSqlite(from) ? copyDatabase(from, to) : copyPlain(from, to);
    if (!other.ok) return other;
    await add(path, 'file');
  }
  const createdAt = new Date(now).toISOString();
  return ok({ format: 1, version, createdAt, ...readHeads(join(folder, DATABASE)), files });
}

function copyPlain(from: string, to: string) {
  copyFileSync(from, to);
  chmodSync(to, 0o600);
  return ok(undefined);
}

/** A consistent copy, without a `-wal`, checked page by page. */
function copyDatabase(from: string, to: string): Result<undefined, BackupError> {
  const damaged = (path: string, message: string) => err({ type: 'database-damaged' as const, path, message });
  writeFileSync(to, '', { mode: 0o600, flag: 'wx' }); // SQLite fills an empty file, and leaves its mode
  const source = new Database(from, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return damaged(from, error.message);
  } finally {
    source.close();
  }
  const copy = new Database(to, { readonly: true });
  try {
    const found = copy.pragma('integrity_check(1)', { simple: true }) as string;
    return found === 'ok' ? ok(undefined) : damaged(to, found);
  } finally {
    copy.close();
  }
}

const isDamage = (error: unknown): error is Error =>
  error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);

function readHeads(file: string): Pick<Manifest, 'incarnation' | 'schema' | 'workspaces'> {
  const db = new Database(file, { readonly: true });
  try {
    return {
      incarnation: db.prepare<[], string>(`SELECT value FROM relay_facts WHERE name = 'incarnation'`).pluck().get()!,
      schema: db.pragma('user_version', { simple: true }) as number,
      workspaces: db.prepare<[], { id: string; seq: number }>('SELECT id, seq FROM workspaces ORDER BY id').all(),
    };
  } finally {
    db.close();
  }
}

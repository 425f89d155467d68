import Database from 'better-sqlite3';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { err, ok, type Result } from '#core/kit/result.ts';
import type { Config } from '../config.ts';
import { DatabaseInUse, holdLock } from '../store/sqlite-lock.ts';
import { SCHEMA_VERSION, setIncarnation } from '../store/sqlite-schema.ts';
import { carryErased } from './carry-erased.ts';
import { fileFailure, type FileFailure } from './file-failure.ts';
import { ASIDE_PREFIX, freeBytes, giveToOwnerOf, LOCK, SIDE_FILES, STAGED_PREFIX, timeName, toDisk } from './files.ts';
import { readManifest, verifyFiles, type BackupFile, type Manifest, type ManifestError } from './manifest.ts';

export type RestoreError =
  | ManifestError
  | { readonly type: 'backup-newer'; readonly version: string }
  | { readonly type: 'relay-running'; readonly path: string }
  | { readonly type: 'restore-cut-off'; readonly aside: string; readonly message: string }
  | FileFailure;

export interface RestoreOptions {
  readonly config: Pick<Config, 'dataDir' | 'databaseFile'>;
  /** The folder of one backup. */
  readonly from: string;
  readonly now: number;
}

export interface Restored {
  readonly manifest: Manifest;
  /** Where the data that was there before is now; absent where there was none. */
  readonly aside: string | undefined;
  readonly incarnation: string;
  /** Records of the backup that were erased since (L7), and again now; undefined where the present data cannot be read. */
  readonly erased: number | undefined;
}

/**
 * Puts a backup in place of the relay's data. The log gets a new incarnation, so that devices send again what the
 * backup lacks (L5). Everything is read, compared with the manifest and copied beside the data before anything is
 * moved; nothing that was there is deleted. The data's own folder stays where it is, for it may be a mount.
 */
export async function restore({ config, from, now }: RestoreOptions): Promise<Result<Restored, RestoreError>> {
  const read = readManifest(from);
  if (!read.ok) return read;
  const manifest = read.value;
  if (manifest.schema > SCHEMA_VERSION) return err({ type: 'backup-newer', version: manifest.version });
  const whole = await verifyFiles(from, manifest);
  if (!whole.ok) return whole;

  const { dataDir, databaseFile } = config;
  const home = dirname(databaseFile);
  let lock: ReturnType<typeof holdLock>;
  try {
    for (const folder of [dataDir, home]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = holdLock(databaseFile);
  } catch (error) {
    if (error instanceof DatabaseInUse) return err({ type: 'relay-running', path: databaseFile });
    return err(fileFailure(error, dataDir));
  }
  const name = timeName(now);
  const staged = [...new Set([dataDir, home])].map((folder) => join(folder, STAGED_PREFIX + name));
  try {
    const needed = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    const free = freeBytes(home);
    if (free < needed) return err({ type: 'no-room', path: home, needed, free });
    const incarnation = crypto.randomUUID();
    const places = manifest.files.map((file, i) => stage(from, file, config, STAGED_PREFIX + name, i));
    const copied = await verifyFiles('', {
      ...manifest,
      files: places.map(({ file, copy }) => ({ ...file, path: copy })),
    });
    if (!copied.ok) return copied;
    let erased: number | undefined = 0;
    for (const { file, copy } of places) {
      if (file.kind === 'database') {
        erased = carryErased(databaseFile, copy);
        renew(copy, incarnation);
      }
      giveToOwnerOf(dataDir, copy);
      toDisk(copy);
    }
    giveToOwnerOf(dataDir, databaseFile + LOCK);
    return swap(config, name, places) ?? ok({ manifest, incarnation, aside: asideOf(config, name), erased });
  } catch (error) {
    return err(fileFailure(error, dataDir));
  } finally {
    for (const folder of staged) rmSync(folder, { recursive: true, force: true }); // only copies of the backup
    lock.release();
  }
}

interface Place {
  readonly file: BackupFile;
  /** Where it waits, on the file system of its target. */
  readonly copy: string;
  readonly target: string;
}

function stage(from: string, file: BackupFile, config: RestoreOptions['config'], folder: string, i: number): Place {
  const isDatabase = file.kind === 'database';
  const home = isDatabase ? dirname(config.databaseFile) : config.dataDir;
  const copy = join(home, folder, String(i));
  mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
  copyFileSync(join(from, file.path), copy);
  chmodSync(copy, 0o600);
  return { file, copy, target: isDatabase ? config.databaseFile : join(config.dataDir, file.path) };
}

function renew(file: string, incarnation: string): void {
  const db = new Database(file);
  try {
    setIncarnation(db, incarnation);
  } finally {
    db.close();
  }
}

/** Moves what is there aside and the copies in place. */
function swap({ dataDir, databaseFile }: RestoreOptions['config'], name: string, places: readonly Place[]) {
  const home = dirname(databaseFile);
  const aside = join(home, ASIDE_PREFIX + name);
  // the lock is held, and has a journal
  const stays = (entry: string) =>
    entry.startsWith(basename(databaseFile) + LOCK) ||
    entry.startsWith(ASIDE_PREFIX) ||
    entry.startsWith(STAGED_PREFIX);
  const database = ['', ...SIDE_FILES].map((end) => basename(databaseFile) + end);
  try {
    moveInto(
      home,
      database.filter((entry) => existsSync(join(home, entry))),
      aside,
    );
    moveInto(
      dataDir,
      readdirSync(dataDir).filter((entry) => !stays(entry)),
      join(dataDir, ASIDE_PREFIX + name),
    );
    for (const { copy, target } of places) {
      const made = mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      if (made) giveToOwnerOf(dataDir, made);
      renameSync(copy, target);
      toDisk(dirname(target));
    }
    return undefined;
  } catch (error) {
    const { message } = fileFailure(error, dataDir) as { message?: string };
    return err({ type: 'restore-cut-off' as const, aside, message: message ?? 'no room' });
  }
}

function moveInto(from: string, entries: readonly string[], aside: string): void {
  if (entries.length === 0) return;
  mkdirSync(aside, { recursive: true, mode: 0o700 });
  for (const entry of entries) renameSync(join(from, entry), join(aside, entry));
}

const asideOf = ({ dataDir, databaseFile }: RestoreOptions['config'], name: string) =>
  [dirname(databaseFile), dataDir].map((folder) => join(folder, ASIDE_PREFIX + name)).find(existsSync);

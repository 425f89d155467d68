import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '#core/kit/result.ts';
import { bytesOf, sha256Of, toDisk } from './files.ts';

const NAME = 'manifest.json';
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A path inside a backup and inside the data folder: never one that leads out of them. */
const innerPath = v.pipe(
  v.string(),
  v.check((path) => path.split('/').every((part) => !['', '.', '..'].includes(part)) && !/[\\\0:]/.test(path)),
);

const schema = v.object({
  format: v.literal(1),
  /** Of the program that made it. */
  version: v.string(),
  /** ISO 8601. */
  createdAt: v.string(),
  /** The log that was copied (L5). A restore makes another one. */
  incarnation: v.string(),
  /** `user_version` of the database. */
  schema: count,
  /** How far each workspace's log goes in the copy. */
  workspaces: v.array(v.object({ id: v.string(), seq: count })),
  files: v.array(
    v.object({
      path: innerPath,
      kind: v.picklist(['database', 'file']),
      bytes: count,
      sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

/** What a backup consists of. It is written last: a folder without one is half a backup. */
export type Manifest = v.InferOutput<typeof schema>;
export type BackupFile = Manifest['files'][number];

export type ManifestError =
  | { readonly type: 'backup-unfinished'; readonly path: string }
  | { readonly type: 'manifest-unreadable'; readonly path: string }
  | { readonly type: 'backup-changed'; readonly path: string };

/** Appears whole or not at all. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, NAME);
  writeFileSync(`${path}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 });
  toDisk(`${path}.tmp`);
  renameSync(`${path}.tmp`, path);
  toDisk(folder);
}

export function readManifest(folder: string): Result<Manifest, ManifestError> {
  const path = join(folder, NAME);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return err({ type: 'backup-unfinished', path: folder });
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), text);
  const isWhole = parsed.success && parsed.output.files.filter((file) => file.kind === 'database').length === 1;
  return isWhole ? ok(parsed.output) : err({ type: 'manifest-unreadable', path });
}

/** Are all files there, byte for byte? */
export async function verifyFiles(folder: string, { files }: Manifest): Promise<Result<undefined, ManifestError>> {
  for (const { path, bytes, sha256 } of files) {
    const full = join(folder, path);
    if (bytesOf(full) !== bytes || (await sha256Of(full).catch(() => '')) !== sha256) {
      return err({ type: 'backup-changed', path: full });
    }
  }
  return ok(undefined);
}

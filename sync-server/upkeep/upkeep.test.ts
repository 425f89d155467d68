import Database from 'better-sqlite3';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '#core/kit/result.ts';
import type { Change } from '#core/protocol/messages.ts';
import { created, T0 } from '../../tests/contract/store.ts';
import { readOrCreateSecret } from '../auth/secret.ts';
import { readConfig, type Config } from '../config.ts';
import { administrator } from '../relay/testing/person.ts';
import { openSqliteEngine } from '../store/sqlite-engine.ts';
import { backUp, type Backup } from './backup.ts';
import { checkConfig, checkNode } from './check-surroundings.ts';
import { examine } from './doctor.ts';
import { explain } from './messages.ts';
import { restore } from './restore.ts';

const NOW = Date.UTC(2026, 10, 22, 3);
let base: string;
let config: Config;

/** A data folder in which a real engine took `pushes` pushes of two records each. */
function fill(pushes = 150): void {
  readOrCreateSecret(config.dataDir);
  const store = openSqliteEngine({ file: config.databaseFile });
  const person = administrator('ann');
  const push = (n: number) => ({
    ...{ person, user: 'ann', device: 'phone', n, at: T0 },
    changes: [created({ name: `Lan ${n}`, departmentId: `d${n % 3}` }), created({ name: 'x'.repeat(500) })],
  });
  const all = Array.from({ length: pushes }, (_, i) => push(i + 1));
  must(store.write([{ kind: 'commit', workspace: 'w1', pushes: all }])[0]!);
  store.close();
}

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lienhe-upkeep-'));
  config = configOf({});
  return () => rmSync(base, { recursive: true, force: true });
});

function configOf(env: Record<string, string>): Config {
  const read = readConfig({ DATA_DIR: join(base, 'data'), ...env });
  if (!read.ok) throw new Error(read.error.problems.join());
  return read.value;
}

const backUpTo = (folder: string, now = NOW) => backUp({ config, folder, version: '1.2.3', now });
const restoreFrom = (from: string) => restore({ config, from, now: NOW });
function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
async function backedUp(): Promise<Backup> {
  fill();
  return must(await backUpTo(join(base, 'backups')));
}
/** Changes the database behind the store's back. */
function tamper(sql: string): void {
  const db = new Database(config.databaseFile);
  db.pragma('foreign_keys = OFF');
  expect(db.prepare(sql).run().changes).toBeGreaterThan(0);
  db.close();
}
const problems = async () =>
  (await examine(config)).flatMap((c) => c.problems.map((problem) => `${c.name}: ${problem}`));
const mode = (path: string) => statSync(path).mode & 0o777;

describe('backup', () => {
  it('holds database and secret for the owner alone, and a manifest that says what they are', async () => {
    const { folder, manifest } = await backedUp();
    expect(folder).toBe(join(base, 'backups', '2026-11-22T03-00-00.000Z'));
    expect(readdirSync(folder).sort()).toEqual(['lienhe.sqlite', 'manifest.json', 'secret']);
    expect(manifest).toMatchObject({ format: 1, version: '1.2.3', workspaces: [{ id: 'w1', seq: 300 }] });
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(manifest);
    expect([folder, ...readdirSync(folder).map((name) => join(folder, name))].map(mode)).toEqual([
      0o700, 0o600, 0o600, 0o600,
    ]);
  });

  it('takes along other files of the data folder, SQLite files as consistent copies, and no earlier leftovers', async () => {
    fill(1);
    const other = new Database(join(config.dataDir, 'other.db'));
    onTestFinished(() => void other.close());
    other.pragma('journal_mode = WAL');
    other.exec('CREATE TABLE t (n); INSERT INTO t VALUES (7)'); // in its -wal only
    mkdirSync(join(config.dataDir, 'before-restore-x'));
    writeFileSync(join(config.dataDir, 'before-restore-x', 'old'), '');
    const { folder, manifest } = must(await backUpTo(join(base, 'backups')));
    expect(manifest.files.map((file) => file.path)).toEqual(['lienhe.sqlite', 'other.db', 'secret']);
    const copy = new Database(join(folder, 'other.db'), { readonly: true });
    expect(copy.prepare('SELECT n FROM t').pluck().get()).toBe(7);
    copy.close();
  });

  it('says what is wrong, and leaves nothing behind, where it cannot be made', async () => {
    expect(await backUpTo(join(base, 'backups'))).toMatchObject({ error: { type: 'no-data' } });
    fill(1);
    expect(await backUpTo(join(config.dataDir, 'backups'))).toMatchObject({ error: { type: 'folder-in-data' } });
    writeFileSync(join(config.dataDir, 'recordings'), '');
    truncateSync(join(config.dataDir, 'recordings'), 2 ** 43); // sparse: it takes no room itself
    expect(await backUpTo(join(base, 'backups'))).toMatchObject({ error: { type: 'no-room' } });
    rmSync(join(config.dataDir, 'recordings'));
    writeFileSync(join(base, 'a-file'), '');
    const refused = await backUpTo(join(base, 'a-file'));
    expect(refused).toMatchObject({ error: { type: 'not-writable' } });
    if (!refused.ok) expect(explain(refused.error)).toContain('a-file');
    expect(readdirSync(base).sort()).toEqual(['a-file', 'data']);
  });

  it('of a damaged database is refused', async () => {
    fill();
    damagePage(3);
    expect(await backUpTo(join(base, 'backups'))).toMatchObject({ error: { type: 'database-damaged' } });
    expect(readdirSync(join(base, 'backups'))).toEqual([]);
  });
});

describe('restore', () => {
  it('L5: puts the backup in place under a new incarnation, and keeps what was there', async () => {
    const { folder, manifest } = await backedUp();
    const secret = readFileSync(join(config.dataDir, 'secret'), 'utf8');
    writeFileSync(join(config.dataDir, 'secret'), 'another secret, which the restore replaces');
    tamper(`UPDATE workspaces SET seq = 999`);
    const { aside, incarnation } = must(await restoreFrom(folder));
    expect(incarnation).not.toBe(manifest.incarnation);
    expect(readFileSync(join(config.dataDir, 'secret'), 'utf8')).toBe(secret);
    expect(await problems()).toEqual([]);
    const store = openSqliteEngine({ file: config.databaseFile });
    expect(store.head('w1')).toEqual({ incarnation, seq: 300 });
    store.close();
    const before = new Database(join(aside!, 'lienhe.sqlite'));
    expect(before.prepare('SELECT seq FROM workspaces').pluck().get()).toBe(999);
    before.close();
    expect(readdirSync(config.dataDir).sort()).toEqual([
      basename(aside!),
      'lienhe.sqlite',
      'lienhe.sqlite.lock',
      'secret',
    ]);
    expect(readdirSync(aside!).sort()).toEqual(['lienhe.sqlite', 'secret']);
    expect(must(await restoreFrom(folder)).incarnation).not.toBe(incarnation);
  });

  it('L7: what was erased since the backup is erased in it as well, and stays refused', async () => {
    const made = await backedUp();
    let store = openSqliteEngine({ file: config.databaseFile });
    const ids = store.log('w1', 0, 400).map((entry) => entry.recordId);
    const [old, older] = [ids[0]!, ids[5]!];
    const later = created({ name: 'sau bản sao lưu' }, { user: 'ann', device: 'late', clientId: 99 });
    const person = administrator('ann');
    const commit = (changes: readonly Change[], n: number) =>
      must(
        store.write([
          { kind: 'commit', workspace: 'w1', pushes: [{ person, user: 'ann', device: 'late', n, at: T0, changes }] },
        ])[0]!,
      );
    expect(commit([later], 1)).toMatchObject([{ results: [{ kind: 'ok' }] }]);
    for (const id of [old, older, later.id])
      must(store.write([{ kind: 'erase', workspace: 'w1', id, user: 'admin', at: NOW }])[0]!);
    store.close();

    expect(must(await restoreFrom(made.folder)).erased).toBe(2);
    expect(await problems()).toEqual([]);
    store = openSqliteEngine({ file: config.databaseFile });
    for (const id of [old, older, later.id]) expect(store.record('w1', id)).toBeUndefined();
    expect(store.history('w1', old, 1e9, 9)).toEqual([]);
    expect(store.workspaceMeta('w1').records).toBe(298);
    const [last] = store.log('w1', 301, 9);
    expect(last).toMatchObject({ recordId: older, to: null, user: 'admin', at: NOW });
    const again = commit([later, { id: old, update: later.update }], 1);
    expect(again).toMatchObject([{ results: [{ reason: 'erased' }, { reason: 'erased' }] }]);
    store.close();
  });

  it('puts it into a folder that is not there yet, and where DATABASE_URL says', async () => {
    const { folder } = await backedUp();
    config = configOf({ DATA_DIR: join(base, 'new'), DATABASE_URL: `sqlite:${join(base, 'elsewhere', 'crm.db')}` });
    expect(must(await restoreFrom(folder)).aside).toBeUndefined();
    expect(readdirSync(join(base, 'new'))).toEqual(['secret']);
    expect(mode(config.databaseFile)).toBe(0o600);
    expect(must(await restoreFrom(folder)).aside).toMatch(/elsewhere.before-restore-/);
    expect(await problems()).toEqual([]);
  });

  it.runIf(process.getuid?.() === 0)('by root leaves the data to the user whose folder it is', async () => {
    const { folder } = await backedUp();
    config = configOf({ DATA_DIR: join(base, 'theirs') });
    mkdirSync(config.dataDir);
    chownSync(config.dataDir, 1234, 1234);
    must(await restoreFrom(folder));
    const owners = readdirSync(config.dataDir).map((name) => statSync(join(config.dataDir, name)).uid);
    expect(owners).toEqual([1234, 1234, 1234]);
  });

  it('refuses while a relay holds the data', async () => {
    const { folder } = await backedUp();
    const store = openSqliteEngine({ file: config.databaseFile });
    const head = store.head('w1');
    expect(await restoreFrom(folder)).toMatchObject({ error: { type: 'relay-running' } });
    expect(store.head('w1')).toEqual(head);
    store.close();
  });

  it.each<[string, (folder: string) => void, string]>([
    ['half a backup', (folder) => rmSync(join(folder, 'manifest.json')), 'backup-unfinished'],
    ['a changed byte', (folder) => flip(join(folder, 'lienhe.sqlite'), 5000), 'backup-changed'],
    ['a missing file', (folder) => rmSync(join(folder, 'secret')), 'backup-changed'],
    ['a file cut short', (folder) => truncateSync(join(folder, 'secret'), 10), 'backup-changed'],
    ['a manifest cut short', (folder) => truncateSync(join(folder, 'manifest.json'), 100), 'manifest-unreadable'],
    ['a path that leads out', (folder) => edit(folder, '"secret"', '"../secret"'), 'manifest-unreadable'],
    ['a newer schema', (folder) => edit(folder, /"schema": \d+/, '"schema": 999'), 'backup-newer'],
  ])('refuses %s and touches nothing', async (_, harm, type) => {
    const { folder } = await backedUp();
    harm(folder);
    const before = readdirSync(config.dataDir);
    expect(await restoreFrom(folder)).toMatchObject({ ok: false, error: { type } });
    expect(readdirSync(config.dataDir)).toEqual(before);
  });
});

describe('doctor', () => {
  it('finds nothing wrong with a relay’s folder, while it runs too', async () => {
    fill();
    expect(await problems()).toEqual([]);
    const store = openSqliteEngine({ file: config.databaseFile });
    expect(await problems()).toEqual([]);
    store.close();
  });

  it('says that there is no database', async () => {
    expect(await problems()).toEqual([expect.stringContaining('not there')]);
  });

  it.each([1, 3, 20])('finds a damaged page: %i', async (page) => {
    fill();
    damagePage(page);
    expect((await problems())[0]).toMatch(/Database pages/);
  });

  it('L2: finds a hole in the log, and a log that ends before its head; below the horizon there may be holes', async () => {
    fill(20);
    tamper('DELETE FROM log WHERE seq IN (5, 6)');
    expect(await problems()).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/L2.*entries 5–6 missing/),
        expect.stringMatching(/entry 5 is not its own/),
      ]),
    );
    tamper('UPDATE workspaces SET horizon = 6');
    expect((await problems()).join()).not.toContain('missing');
    tamper('UPDATE workspaces SET seq = 41');
    expect(await problems()).toEqual(expect.arrayContaining([expect.stringContaining('entry 41 missing')]));
  });

  it.each([
    [
      'a wrong partition column',
      `UPDATE records SET partition_key = partition_key || 'x' WHERE seq = 7`,
      /partition .* state/,
    ],
    ['a wrong life sign', 'UPDATE records SET live = 0 WHERE seq = 7', /live 0, state true/],
    ['a wrong checksum', 'UPDATE records SET fingerprint = fingerprint + 1 WHERE seq = 7', /fingerprint/],
    ['an unreadable state', `UPDATE records SET state = x'010203' WHERE seq = 7`, /Records.*contact_.*short/],
    ['an unreadable entry', `UPDATE log SET change = x'ff' WHERE seq = 7`, /entry 7/],
    ['a partition’s wrong sum', 'UPDATE partitions SET records = records + 1', /its sum says/],
    ['a record without its workspace', 'UPDATE log SET workspace = 99 WHERE seq = 7', /Foreign keys.*workspaces/],
    ['a hole in the answers', 'DELETE FROM pushes WHERE n = 15', /have holes/],
    ['a push number behind its answers', 'UPDATE devices SET last_n = 3', /last push 3, last answer 20/],
    ['unreadable history', `UPDATE history SET changes = 'x' WHERE seq = 7`, /History.*seq 7/],
    ['history from the future', 'UPDATE history SET seq = 900 WHERE seq = 7', /seq 900, head 40/],
    ['no incarnation', 'DELETE FROM relay_facts', /no incarnation/],
  ])('finds %s', async (_, sql, expected) => {
    fill(20);
    tamper(sql);
    expect(await problems()).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
  });

  it('finds files others may read, and a restore that was cut off', async () => {
    fill(1);
    chmodSync(join(config.dataDir, 'secret'), 0o644);
    mkdirSync(join(config.dataDir, 'restoring-x'));
    expect(await problems()).toEqual([expect.stringMatching(/secret: 644/), expect.stringMatching(/restoring-x/)]);
    chmodSync(config.dataDir, 0o755);
    chmodSync(config.databaseFile, 0o644);
    expect(await problems()).toEqual(expect.arrayContaining([expect.stringMatching(/lienhe.sqlite: 644/)]));
    expect(existsSync(config.databaseFile)).toBe(true);
  });

  it('finds an old Node, and addresses people cannot use', () => {
    expect(checkNode('20.19.0').problems).toHaveLength(1);
    expect(checkNode('24.0.0').problems).toEqual([]);
    expect(checkConfig(configOf({ HOST: '0.0.0.0' })).problems).toHaveLength(1);
    expect(checkConfig(configOf({ PUBLIC_URL: 'http://crm.example.vn' })).problems).toHaveLength(1);
    expect(checkConfig(configOf({ HOST: '0.0.0.0', PUBLIC_URL: 'https://crm.example.vn' })).problems).toEqual([]);
  });
});

function flip(path: string, at: number): void {
  const byte = readFileSync(path)[at]!;
  overwrite(path, at, Buffer.from([byte ^ 1]));
}
function damagePage(n: number): void {
  overwrite(config.databaseFile, 4096 * (n - 1), Buffer.alloc(4096, 0xa5));
}
function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}
function edit(folder: string, from: string | RegExp, to: string): void {
  const path = join(folder, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
}

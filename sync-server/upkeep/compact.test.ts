import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { editRecord } from '#crdt/record.ts';
import { ANN, created, pushOf, T0, value } from '../../tests/contract/store.ts';
import { DatabaseInUse } from '../store/sqlite-lock.ts';
import { openSqliteStore } from '../store/sqlite.ts';
import type { Check } from './check.ts';
import { compact } from './compact.ts';
import { examine } from './doctor.ts';
import { compactLogs, startCompaction } from './compact-log.ts';

const WORKSPACE = 'w1';
const DAY = 86_400_000;

async function database() {
  const dataDir = await mkdtemp(join(tmpdir(), 'lienhe-compact-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  return { dataDir, file: join(dataDir, 'lienhe.sqlite') };
}

/** One record, and so many entries of one edit of it, 250 of each time. */
async function history(file: string, edits: number) {
  const store = await openSqliteStore({ file });
  const lan = created({ name: 'Lan' });
  await value(store.commit(WORKSPACE, [pushOf(1, [lan])]));
  const stamp = { hlc: hlcFromMs(T0 + 1), clientId: ANN.clientId };
  const { update } = editRecord(lan.id, lan.update, { title: 'x'.repeat(1000) }, stamp);
  const changes = Array.from({ length: 250 }, () => ({ id: lan.id, update }));
  for (let i = 0; i < edits; i += 250) {
    await value(store.commit(WORKSPACE, [pushOf(2 + i / 250, changes, ANN, T0 + i)]));
  }
  return store;
}

test('L6: a running relay forgets what is older than it was told to keep; nobody waits for the whole of it', async () => {
  const { file } = await database();
  const store = await history(file, 3000);
  onTestFinished(() => store.close());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: object[] = [];
  const log = { info: (fields: object) => void told.push(fields), warn: () => {}, error: () => {} };
  const steps: number[] = [];
  const counted: Pick<typeof store, 'compactLog' | 'workspaces'> = {
    workspaces: () => store.workspaces(),
    compactLog: (workspace, before, limit) => {
      steps.push(limit);
      return store.compactLog(workspace, before, limit);
    },
  };
  const now = () => T0 + 2000 + 90 * DAY;
  const job = startCompaction({ store: counted, keepMs: 90 * DAY, now, log });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(steps).toEqual([]);
  await vi.advanceTimersByTimeAsync(2_000);
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual([{ removed: 2001 }]);
  });
  expect(steps.length).toBeGreaterThanOrEqual(3);
  expect((await value(store.log(WORKSPACE, 0, 10_000))).length).toBe(1000);
  // the next round comes an hour later, and after the end none does
  const before = steps.length;
  await vi.advanceTimersByTimeAsync(3_600_000);
  await vi.waitFor(() => expect(steps.length).toBeGreaterThan(before));
  await job.stop();
  const after = steps.length;
  await vi.advanceTimersByTimeAsync(7_200_000);
  expect(steps.length).toBe(after);
});

test('a commit between two steps waits for one of them at most', async () => {
  const { file } = await database();
  const store = await history(file, 3000);
  onTestFinished(() => store.close());
  let done = false;
  const compacting = compactLogs({ store, before: T0 + DAY }).then((result) => {
    done = true;
    return result;
  });
  for (let n = 1; n <= 3; n++) {
    const who = { user: 'bob', device: 'bob-laptop', clientId: 5 };
    await value(store.commit(WORKSPACE, [pushOf(n, [created({ name: 'x' }, who)], who, T0 + 2 * DAY)]));
  }
  expect(done).toBe(false);
  expect(await compacting).toEqual({ ok: true, value: 3000 });
});

test('npm run compact: forgets, shrinks the file, and leaves a running relay alone', async () => {
  const { dataDir, file } = await database();
  const store = await history(file, 2000);
  const config = {
    port: 0,
    host: '127.0.0.1',
    dataDir,
    databaseFile: file,
    publicUrl: undefined,
    logLevel: 'silent' as const,
    keepLogMs: DAY,
  };
  await expect(compact(config, T0 + 2 * DAY)).rejects.toThrow(DatabaseInUse);
  await store.close();
  const { removed, size } = await compact(config, T0 + 2 * DAY);
  expect(removed).toBe(2000);
  expect(size!.after).toBeLessThan(size!.before - 1_000_000);
  expect((await examine(config)).filter(({ name }) => /L2|L3|I6|V7/.test(name))).toSatisfy(
    (checks: readonly Check[]) => checks.length >= 3 && checks.every(({ problems }) => problems.length === 0),
  );
});

import { newId } from '#core/kit/ids.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { openPostgresStore } from '../../../sync-server/store/postgres.ts';
import { POSTGRES_BIN, startPostgres } from '../../support/postgres.ts';
import { connectPushClient, type PushClient } from '../../support/push-client.ts';
import { createRecord } from '#crdt/record.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { startRelays } from '../../support/three-relays.ts';
import type { Case, Figure } from '../figure.ts';

const SECONDS = 8;

/**
 * Three relays on one PostgreSQL with fsync on: log appends per second. First the store alone, a process per relay and
 * 24 writers, into one workspace and into ten; then the whole way over the sockets, 12 devices, one push in flight each.
 * A push is one new record; afterwards every log is read and must be gapless.
 */
export default {
  name: 'postgres',
  async run(log) {
    if (!POSTGRES_BIN) throw new Error('There is no PostgreSQL on this machine.');
    const server = await startPostgres({ fsync: true });
    try {
      const figures: Figure[] = [];
      for (const workspaces of [1, 10]) {
        const url = await server.database();
        const appended = await appendInProcesses(url, workspaces);
        await assertGapless(url, workspaces === 1 ? ['w0'] : Array.from({ length: 10 }, (_, i) => `w${i}`), appended);
        log(`${workspaces} workspace(s): ${appended} appends in ${SECONDS} s, gapless`);
        figures.push({
          name: `three relays on PostgreSQL: log appends a second, ${workspaces === 1 ? 'one workspace' : 'ten workspaces'}`,
          note: 'stores of three processes, 24 writers, fsync on; gapless',
          value: appended / SECONDS,
          unit: 'count',
        });
      }
      const url = await server.database();
      const group = await startRelays(url);
      try {
        const devices = await Promise.all(
          Array.from({ length: 12 }, (_, i) => connectPushClient(group.relays[i % 3]!.url, group.cookie)),
        );
        const until = Date.now() + SECONDS * 1000;
        const counts = await Promise.all(devices.map((device, i) => pushUntil(device, i + 1, until)));
        const appended = counts.reduce((sum, count) => sum + count, 0);
        await assertGapless(url, [group.workspaceId], appended);
        log(`over sockets: ${appended} acknowledged in ${SECONDS} s, gapless`);
        figures.push({
          name: 'three relays on PostgreSQL: pushes acknowledged a second over sockets, one workspace',
          note: '12 devices, one push in flight each, every relay fans out to its four; gapless',
          value: appended / SECONDS,
          unit: 'count',
        });
        for (const device of devices) device.close();
      } finally {
        await group.close();
      }
      return figures;
    } finally {
      await server.remove();
    }
  },
} satisfies Case;

/** Three processes with eight writers each; answers how many pushes were acknowledged. */
async function appendInProcesses(url: string, workspaces: number): Promise<number> {
  const writers = new URL('../postgres-writers.ts', import.meta.url);
  const processes = [0, 1, 2].map((node) => fork(writers, [url, String(node), String(workspaces), String(SECONDS)]));
  const ready = await Promise.all(processes.map((one) => message(one)));
  if (ready.some((word) => word !== 'ready')) throw new Error('a writer did not start');
  for (const one of processes) one.send('go');
  const counts = await Promise.all(processes.map((one) => message(one)));
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

const message = (from: ChildProcess) =>
  new Promise<unknown>((resolve, reject) => {
    from.once('message', resolve);
    from.once('exit', (code) => reject(new Error(`a writer ended with ${code}`)));
  });

async function pushUntil(device: PushClient, clientId: number, until: number): Promise<number> {
  let count = 0;
  for (; Date.now() < until; count++) {
    const update = createRecord({ name: `Khách ${count}` }, { hlc: hlcFromMs(Date.now()), clientId });
    await device.push([{ id: newId('contact'), update }]);
  }
  return count;
}

async function assertGapless(url: string, workspaces: readonly string[], appended: number): Promise<void> {
  const store = await openPostgresStore({ url });
  let total = 0;
  for (const workspace of workspaces) {
    for (let after = 0; ;) {
      const page = await store.log(workspace, after, 10_000);
      if (!page.ok) throw new Error(page.error.type);
      if (page.value.length === 0) break;
      for (const entry of page.value) {
        if (entry.seq !== ++after) throw new Error(`${workspace} has a gap at ${after}`);
        total++;
      }
    }
  }
  await store.close();
  if (total !== appended) throw new Error(`${appended} acknowledged, ${total} in the logs`);
}

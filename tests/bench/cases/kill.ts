import { setTimeout as after } from 'node:timers/promises';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId, type RecordId } from '#core/kit/ids.ts';
import type { Change } from '#core/protocol/messages.ts';
import { canonicalState, createRecord, editRecord } from '#crdt/record.ts';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { checkSqlite } from '../../../sync-server/upkeep/check-sqlite.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { startRelay, type TestRelay } from '../../support/relay.ts';
import { pullAll } from '../devices/pull-all.ts';
import { startReplicaDevice, type ReplicaDevice } from '../devices/replica-device.ts';
import { addColleague, signUp } from '../devices/sign-up.ts';
import { createAcknowledged, tapped, type Acknowledged } from '../devices/tap.ts';
import { percentile, type Case } from '../figure.ts';

/** SIGKILLs in all; `KILLS=20 npm run bench -- kill` for a short run. */
const KILLS = Number(process.env['KILLS'] ?? 200);
const RECORDS = 50;
/** Devices that are gone for good with every kill, beside three that stay. */
const WRITERS = 4;
/** Unsent edits of a device that stays: more than it can send between two kills would only pile up. */
const UNSENT = 300;
/** Every so many kills one hits the relay while it is starting. */
const IN_START = 8;

/**
 * The real relay on one SQLite file is killed at random moments while devices edit one record (first half) and 50 records
 * (second half). After every kill everybody stays away until a device that was never there has pulled everything: what
 * was acknowledged before must be there (L4), without anybody's help. At the end the devices that stayed must agree with
 * each other and with a new one to the byte of content (I3), and the file must pass `npm run doctor`'s checks.
 */
export default {
  name: 'kill',
  async run(log) {
    const relay = await startRelay({ LOG_LEVEL: 'error' });
    const devices: ReplicaDevice[] = [];
    try {
      const admin = await signUp(relay.url);
      const colleague = await addColleague(relay.url, admin.cookie, { name: 'Binh', role: 'admin' });
      const acknowledged = createAcknowledged();
      const refusals: string[] = [];
      const tap = (open: Parameters<typeof tapped>[0]) => tapped(open, acknowledged, (r) => void refusals.push(r));
      for (const { cookie } of [admin, admin, colleague])
        devices.push(await startReplicaDevice(relay.url, cookie, tap));
      const ids = await makeRecords(relay, admin.cookie);
      for (const device of devices) await until(() => device.rows.size === RECORDS);

      const lost = { one: 0, many: 0 };
      const edits = { one: 0, many: 0 };
      const starts: number[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        const part = kill < KILLS / 2 ? 'one' : 'many';
        const before = acknowledged.count;
        const load = startLoad(relay, admin.cookie, devices, part === 'one' ? ids.slice(0, 1) : ids, acknowledged);
        await until(() => acknowledged.count > before);
        await after(Math.random() * 600);
        await relay.kill();
        await load.stop();
        if (kill % IN_START === 0) await killInStart(relay);
        const began = performance.now();
        await relay.start();
        starts.push(performance.now() - began);

        const states = await pullAll(relay.url, admin.cookie);
        edits[part] += acknowledged.count - before;
        for (const id of acknowledged.ids) lost[part] += acknowledged.missing(id, states.get(id));
        for (const device of devices) {
          device.network.up = true;
          device.link.reconnect();
        }
        if (kill % 20 === 19)
          log(`${kill + 1} kills: ${acknowledged.count} edits acknowledged, ${lost.one + lost.many} lost`);
      }

      for (const device of devices) await device.settled(60_000);
      const fresh = await startReplicaDevice(relay.url, colleague.cookie);
      devices.push(fresh);
      await fresh.settled(60_000);
      const differing = await differences(devices, ids, await pullAll(relay.url, admin.cookie));
      await relay.kill();
      const damages = await damagesOf(relay);
      for (const damage of damages) log(damage);
      if (refusals.length > 0) log(`refused: ${refusals.slice(0, 5).join(', ')}`);
      const kills = KILLS + Math.ceil(KILLS / IN_START);
      log(`${kills} kills, restart p50 ${Math.round(percentile(starts, 0.5))} ms`);
      return [
        lostFigure('1 record', lost.one, edits.one),
        lostFigure(`${RECORDS} records`, lost.many, edits.many),
        {
          name: `records that differ between ${devices.length} devices and the relay after ${kills} kills`,
          value: differing,
          unit: 'count',
          bound: 0,
        },
        { name: 'pushes refused', note: 'nobody did anything wrong', value: refusals.length, unit: 'count', bound: 0 },
        { name: 'failed checks of the database file', value: damages.length, unit: 'count', bound: 0 },
      ];
    } finally {
      for (const device of devices) await device.close();
      await relay.close();
    }
  },
} satisfies Case;

const lostFigure = (what: string, value: number, edits: number) =>
  ({
    name: `acknowledged edits lost, SIGKILL with clients gone, ${what}`,
    note: `${edits} acknowledged`,
    value,
    unit: 'count',
    bound: 0,
  }) as const;

async function makeRecords(relay: TestRelay, cookie: string): Promise<readonly RecordId[]> {
  const client = await connectPushClient(relay.url, cookie);
  const clock = createHlcClock(Date.now);
  const clientId = newClientId();
  const changes = Array.from({ length: RECORDS }, (_, i) => ({
    id: newId('contact'),
    update: createRecord({ name: `Lê Văn ${i}` }, { hlc: clock.next(), clientId }),
  }));
  await client.push(changes);
  client.close();
  return changes.map(({ id }) => id);
}

/** Devices edit until they are stopped, which takes their network away: those that stay keep what they have not sent. */
function startLoad(
  relay: TestRelay,
  cookie: string,
  devices: readonly ReplicaDevice[],
  ids: readonly RecordId[],
  acknowledged: Acknowledged,
) {
  let stopped = false;
  const isOver = () => stopped;
  const running = [
    ...devices.map((device) => editInBursts(device, ids, isOver)),
    ...Array.from({ length: WRITERS }, () => writeUntilGone(relay, cookie, ids, acknowledged, isOver)),
  ];
  return {
    async stop() {
      stopped = true;
      for (const { network } of devices) network.cut();
      await Promise.all(running);
    },
  };
}

/** A person's bursts on a device that stays: commands of one record and of several, over the real replica. With much unsent they watch it go. */
async function editInBursts({ replica }: ReplicaDevice, ids: readonly RecordId[], isOver: () => boolean) {
  while (!isOver()) {
    for (let i = Math.ceil(Math.random() * 10); i > 0 && !isOver(); i--) {
      const some = pickSome(ids, Math.random() < 0.2 ? 10 : 1);
      const done = await replica.commit(some.map((id) => ({ id, changes: randomChange() })));
      if (!done.ok) throw new Error(done.error.trouble.type);
    }
    await after(Math.random() * 30);
    while (replica.pending.count > UNSENT && !isOver()) await after(10);
  }
}

/** A device that pushes as fast as it is acknowledged, and never comes back after the kill. */
async function writeUntilGone(
  relay: TestRelay,
  cookie: string,
  ids: readonly RecordId[],
  acknowledged: Acknowledged,
  isOver: () => boolean,
): Promise<void> {
  const clock = createHlcClock(Date.now);
  const clientId = newClientId();
  const known = new Map(await pullAll(relay.url, cookie).catch(() => []));
  const client = await connectPushClient(relay.url, cookie).catch(() => undefined); // killed before it was in
  if (!client || known.size === 0) return;
  const pushUntilGone = async () => {
    while (!isOver()) {
      const changes = pickSome(ids, Math.random() < 0.2 ? 20 : 1).map((id): Change => {
        const { state, update } = editRecord(id, known.get(id)!, randomChange(), { hlc: clock.next(), clientId });
        known.set(id, state);
        return { id, update };
      });
      const ack = await client.push(changes).catch(() => undefined);
      if (!ack) return;
      for (const result of ack.results) if (result.kind !== 'ok') throw new Error(`not taken: ${result.kind}`);
      acknowledged.add(changes);
    }
  };
  await Promise.all([pushUntilGone(), pushUntilGone()]); // two pushes on the way at a time
  client.close();
}

const FIELDS = ['title', 'note', 'address', 'source'];
const randomChange = () => ({
  [FIELDS[Math.floor(Math.random() * FIELDS.length)]!]: `Giá trị ${Math.random().toString(36).slice(2)}`,
});
const newClientId = () => crypto.getRandomValues(new Uint32Array(1))[0]!;

function pickSome(ids: readonly RecordId[], count: number): readonly RecordId[] {
  const from = Math.floor(Math.random() * ids.length);
  return Array.from({ length: Math.min(count, ids.length) }, (_, i) => ids[(from + i) % ids.length]!);
}

/** Once more, before it has come up. */
async function killInStart(relay: TestRelay): Promise<void> {
  const starting = relay.start();
  starting.catch(() => undefined); // it does not come up, or the next one answers for it
  await after(Math.random() * 700);
  await relay.kill();
}

async function differences(
  devices: readonly ReplicaDevice[],
  ids: readonly RecordId[],
  states: ReadonlyMap<RecordId, Uint8Array>,
): Promise<number> {
  let differing = 0;
  for (const id of ids) {
    const contents = new Set([canonicalState(id, states.get(id)!)]);
    for (const { replica } of devices) contents.add(canonicalState(id, (await replica.document(id))!));
    if (contents.size > 1) differing++;
  }
  return differing;
}

async function damagesOf(relay: TestRelay): Promise<readonly string[]> {
  const db = new Database(join(relay.dataDir, 'lienhe.sqlite')); // brings its write-ahead log in, as a relay would
  try {
    return (await checkSqlite(db)).flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  } finally {
    db.close();
  }
}

async function until(is: () => boolean): Promise<void> {
  for (let waited = 0; !is(); waited++) {
    if (waited > 1000) throw new Error('the devices do not come to it');
    await after(20);
  }
}

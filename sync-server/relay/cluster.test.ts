import { administrator } from './testing/person.ts';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { created, T0, value } from '../../tests/contract/store.ts';
import { POSTGRES_BIN, startPostgres, type TestPostgres } from '../../tests/support/postgres.ts';
import { openPostgresStore } from '../store/postgres.ts';
import type { StorePort } from '../store/port.ts';
import { openPostgresCluster } from './cluster-postgres.ts';
import type { Cluster } from './cluster.ts';
import { createRelay, type Relay } from './relay.ts';
import { connectDevice, type TestDevice } from './testing/test-device.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

interface Node {
  readonly relay: Relay;
  readonly store: StorePort;
  readonly cluster: Cluster;
}

describe.skipIf(!POSTGRES_BIN)('relays on one database', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, 30_000);
  afterAll(() => server.remove());

  async function node(url: string, change: (cluster: Cluster) => Cluster = (cluster) => cluster): Promise<Node> {
    const store = await openPostgresStore({ url });
    const cluster = openPostgresCluster({ url, log: quiet, pollMs: 200 });
    const relay = createRelay({ store, log: quiet, now: () => T0, cluster: change(cluster) });
    onTestFinished(async () => {
      await relay.close();
      await cluster.close();
      await store.close();
    });
    return { relay, store, cluster };
  }

  const connect = (on: Node, user: string) =>
    connectDevice(on.relay, { user, workspace: 'w1', person: () => administrator('u') });
  async function live(on: Node, user: string): Promise<TestDevice> {
    const device = connect(on, user);
    device.hello(undefined, `device-of-${user}`);
    await device.hears('caught-up');
    return device;
  }

  /** At every acknowledgement: did the device hear of every record up to that seq before, but for its own? (L4, L5) */
  function gapsBelowAcks(device: TestDevice, own: ReadonlySet<string>, all: ReadonlyMap<number, string>): number[] {
    const heard = new Set<string>();
    const gaps: number[] = [];
    for (const message of device.heard) {
      if (message.type === 'changes') for (const record of message.records) heard.add(record.id);
      if (message.type !== 'ack') continue;
      for (let seq = 1; seq <= message.seq; seq++) {
        const id = all.get(seq)!;
        if (!heard.has(id) && !own.has(id)) gaps.push(seq);
      }
    }
    return gaps;
  }

  it('L2 I3: what three of them commit reaches every device, in order, and nothing is missing below an acknowledgement', async () => {
    const url = await server.database();
    const nodes = await Promise.all([node(url), node(url), node(url)]);
    const devices = await Promise.all(nodes.flatMap((on, i) => [live(on, `a${i}`), live(on, `b${i}`)]));
    const own = devices.map(() => new Set<string>());
    await Promise.all(
      devices.map(async (device, i) => {
        for (let n = 1; n <= 20; n++) {
          const changes = [1, 2].map(() => created({ name: `${i}.${n}` }, { user: '', device: '', clientId: i + 1 }));
          for (const change of changes) own[i]!.add(change.id);
          device.push(n, ...changes);
          if (n % 4 === 0) await device.hears('ack', (ack) => ack.n === n);
        }
      }),
    );
    const total = 6 * 20 * 2;
    const log = await value(nodes[0].store.log('w1', 0, 10_000));
    expect(log.map((entry) => entry.seq)).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    const idBySeq = new Map(log.map((entry) => [entry.seq, entry.recordId]));
    for (const [i, device] of devices.entries()) {
      const foreign = log.map((entry) => entry.recordId).filter((id) => !own[i]!.has(id));
      await expect.poll(() => foreign.filter((id) => !device.records().has(id)), { timeout: 5000 }).toEqual([]);
      const seqs = device.heard.flatMap((m) => (m.type === 'changes' ? m.records.map((r) => r.seq) : []));
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      expect(gapsBelowAcks(device, own[i]!, idBySeq)).toEqual([]);
    }
  }, 30_000);

  it('a hint that is lost costs a moment, not a change', async () => {
    const url = await server.database();
    const [mute, other] = await Promise.all([node(url, (c) => ({ ...c, publish: () => undefined })), node(url)]);
    const [writer, reader] = await Promise.all([live(mute, 'an'), live(other, 'binh')]);
    const lan = created({ name: 'Lan' });
    writer.push(1, lan);
    await writer.hears('ack');
    await expect.poll(() => reader.records().has(lan.id), { timeout: 3000 }).toBe(true);
  }, 30_000);

  it('a relay that nobody listens at reads nothing, and a device that comes later has everything', async () => {
    const url = await server.database();
    const [busy, calm] = await Promise.all([node(url), node(url)]);
    const early = await live(calm, 'binh');
    early.socket.close(1000, 'bye');
    const writer = await live(busy, 'an');
    for (let n = 1; n <= 30; n++) {
      writer.push(n, created({ name: `${n}` }, { user: '', device: '', clientId: 1 }));
      await writer.hears('ack', (ack) => ack.n === n);
    }
    const late = await live(calm, 'chi');
    expect(late.records().size).toBe(30);
    late.push(1, created({ name: 'Của tôi' }, { user: '', device: '', clientId: 2 }));
    expect((await late.hears('ack')).seq).toBe(31);
    await expect.poll(() => writer.records().size, { timeout: 3000 }).toBe(1);
  }, 30_000);

  it('messages: large ones are split, those of one thing become one, a broken connection comes back with a doubt', async () => {
    const own = await startPostgres();
    onTestFinished(() => own.remove());
    const url = await own.database();
    const [a, b] = [openPostgresCluster({ url, log: quiet }), openPostgresCluster({ url, log: quiet })];
    onTestFinished(() => Promise.all([a.close(), b.close()]).then(() => undefined));
    const heard: string[] = [];
    let doubts = 0;
    b.on((message) => message.kind === 'presence' && heard.push(message.json));
    b.onDoubt(() => doubts++);
    await expect.poll(() => doubts, { timeout: 5000 }).toBeGreaterThan(0);
    const long = 'ấ'.repeat(1500);
    for (let clientId = 0; clientId < 9; clientId++) {
      a.publish({ kind: 'presence', room: 'r', clientId, clock: 1, json: 'old' });
      a.publish({ kind: 'presence', room: 'r', clientId, clock: 2, json: long });
    }
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(9);
    expect(new Set(heard)).toEqual(new Set([long]));
    const before = doubts;
    await own.stop('crash');
    await own.start();
    const said = setInterval(
      () => a.publish({ kind: 'presence', room: 'r', clientId: 1, clock: 3, json: 'after' }),
      100,
    );
    onTestFinished(() => clearInterval(said));
    await expect.poll(() => heard.at(-1) === 'after', { timeout: 10_000 }).toBe(true);
    expect(doubts).toBeGreaterThan(before);
  }, 30_000);
});

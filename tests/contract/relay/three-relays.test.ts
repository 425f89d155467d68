import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { inflateRawSync } from 'node:zlib';
import { newId } from '#core/kit/ids.ts';
import { decodePack, decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { CLOSE, PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { openPostgresStore } from '../../../sync-server/store/postgres.ts';
import { POSTGRES_BIN, startPostgres, type TestPostgres } from '../../support/postgres.ts';
import { connectPushClient } from '../../support/push-client.ts';
import type { TestRelay } from '../../support/relay.ts';
import { startRelays, type RelayGroup } from '../../support/three-relays.ts';
import { created, value } from '../store.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // real processes, on machines that do other things too

describe.skipIf(!POSTGRES_BIN)('three relay processes on one PostgreSQL', () => {
  let server: TestPostgres;
  let url: string;
  let group: RelayGroup;
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    server = await startPostgres({ fsync: true });
    url = await server.database();
    group = await startRelays(url);
  });
  afterAll(async () => {
    for (const close of closers.splice(0)) close();
    await group.close();
    await server.remove();
  });

  /** Everything a device is sent that stays connected. */
  function reader(relay: TestRelay) {
    const ids = new Set<string>();
    const socket = new WebSocket(`${relay.url.replace('http', 'ws')}/sync`, {
      headers: { cookie: group.cookie, origin: relay.url },
    });
    closers.push(() => socket.terminate());
    const say = (message: Parameters<typeof encodeClientMessage>[0]) => socket.send(encodeClientMessage(message));
    const cursor = { incarnation: '', seq: 0 };
    const device = newId('device');
    socket.on('open', () =>
      say({ type: 'hello', version: PROTOCOL_VERSION, build: 'test', device, cursor, touched: [], complete: [] }),
    );
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    const live = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = decodeRelayMessage(new Uint8Array(data));
        if (!message.ok) throw new Error(message.error.type);
        if (message.value.type === 'caught-up') resolve();
        if (message.value.type === 'changes') for (const record of message.value.records) ids.add(record.id);
        if (message.value.type !== 'page') return;
        const pack = decodePack(message.value.deflated ? inflateRawSync(message.value.pack) : message.value.pack);
        if (pack.ok) for (const record of pack.value) ids.add(record.id);
        say({ type: 'got', seq: message.value.seq });
      });
    });
    return { ids, live, closed };
  }

  /** One device that pushes record after record, at another relay when its own is gone; ids of what was acknowledged. */
  async function write(start: number, count: number): Promise<string[]> {
    const device = newId('device');
    const acknowledged: string[] = [];
    let pending = created({ name: `Khách ${start}` }, { user: '', device, clientId: start + 100 });
    let n = 0;
    for (let at = start; acknowledged.length < count; at++) {
      try {
        const client = await connectPushClient(group.relays[at % 3]!.url, group.cookie, device);
        for (n = Math.max(n, 1); acknowledged.length < count; n++) {
          if (n > client.welcome.lastN) await client.push([pending]);
          acknowledged.push(pending.id);
          pending = created({ name: `Khách ${n}` }, { user: '', device, clientId: start + 100 });
        }
        client.close();
      } catch {
        // that relay is gone: the same push again at the next one (P2)
      }
    }
    return acknowledged;
  }

  test('I1 I3 I7: a relay is killed in a burst: nothing acknowledged is lost, seq has no gap, all converge', async () => {
    const readers = [reader(group.relays[1]!), reader(group.relays[2]!)];
    await Promise.all(readers.map((one) => one.live));
    const writing = Promise.all([0, 1, 2, 3, 4, 5].map((start) => write(start, 40)));
    await expect.poll(() => readers[0]!.ids.size, { timeout: 30_000 }).toBeGreaterThan(60);
    await group.relays[0]!.kill();
    const acknowledged = (await writing).flat();
    await group.relays[0]!.start();
    expect(new Set(acknowledged).size).toBe(240);

    const store = await openPostgresStore({ url });
    closers.push(() => void store.close());
    const log = await value(store.log(group.workspaceId, 0, 10_000));
    expect(log.map((entry) => entry.seq)).toEqual(Array.from({ length: 240 }, (_, i) => i + 1)); // each push once
    expect(new Set(log.map((entry) => entry.recordId))).toEqual(new Set(acknowledged));
    const late = reader(group.relays[0]!);
    for (const one of [...readers, late]) {
      await expect.poll(() => acknowledged.filter((id) => !one.ids.has(id)), { timeout: 10_000 }).toEqual([]);
    }
  });

  /** A stock y-websocket client of the administrator. */
  function joinRoom(relay: TestRelay, user: string) {
    class Socket extends WebSocket {
      constructor(address: string | URL) {
        super(address, { headers: { cookie: group.cookie, origin: relay.url } });
      }
    }
    const doc = new Y.Doc();
    const provider = new WebsocketProvider(`${relay.url.replace('http', 'ws')}/rooms`, 'workspace', doc, {
      WebSocketPolyfill: Socket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    });
    provider.awareness.setLocalStateField('at', user);
    closers.push(() => provider.destroy());
    const others = () =>
      [...provider.awareness.getStates().values()]
        .map((state) => (state as { at?: string }).at)
        .filter((at) => at !== user);
    return { doc, provider, others };
  }

  test('rooms: settings and presence are seen across relays; who was at a relay that dies is gone', async () => {
    const [a, b, c] = group.relays.map((relay, i) => joinRoom(relay, `tab ${i}`));
    await expect.poll(() => a!.others().sort(), { timeout: 10_000 }).toEqual(['tab 1', 'tab 2']);
    await expect.poll(() => c!.others().sort(), { timeout: 10_000 }).toEqual(['tab 0', 'tab 1']);
    // both write at once, at different relays
    a!.doc.getMap('settings').set('from-a', 1);
    b!.doc.getMap('settings').set('from-b', 2);
    for (const room of [a!, b!, c!]) {
      await expect
        .poll(() => room.doc.getMap('settings').toJSON(), { timeout: 10_000 })
        .toMatchObject({ 'from-a': 1, 'from-b': 2 });
    }
    // and what is stored says so too
    const fresh = joinRoom(group.relays[2]!, 'tab 3');
    await expect.poll(() => fresh.doc.getMap('settings').get('from-a'), { timeout: 10_000 }).toBe(1);

    c!.provider.awareness.setLocalStateField('at', 'moved');
    await expect.poll(() => a!.others().includes('moved'), { timeout: 10_000 }).toBe(true);
    await group.relays[1]!.kill();
    await expect.poll(() => a!.others().includes('tab 1'), { timeout: 15_000 }).toBe(false);
    expect(a!.others()).toContain('moved');
    await group.relays[1]!.start();
    await expect.poll(() => b!.provider.wsconnected, { timeout: 15_000 }).toBe(true);
    b!.provider.awareness.setLocalStateField('at', 'back');
    await expect.poll(() => a!.others().includes('back'), { timeout: 15_000 }).toBe(true);
  });

  test('a session that ends at one relay ends at the others at once', async () => {
    const there = reader(group.relays[2]!);
    await there.live;
    const { url: here } = group.relays[0]!;
    const out = await fetch(`${here}/api/sign-out`, {
      method: 'POST',
      headers: { cookie: group.cookie, origin: here },
    });
    expect(out.status).toBe(200);
    expect(await there.closed).toBe(CLOSE.signedOut.code);
  });
});

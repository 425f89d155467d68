import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, test, vi } from 'vitest';
import { newId, type RecordId } from '#core/kit/ids.ts';
import { decodeClientMessage, encodePack, encodeRelayMessage } from '#core/protocol/codec.ts';
import {
  CLOSE,
  DEVICE_CLOSE,
  LIMITS,
  type ClientMessage,
  type Cursor,
  type RelayMessage,
  type StoredRecord,
} from '#core/protocol/messages.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { createLink, type LinkStatus } from './link.ts';
import type { SocketEvents } from './socket.ts';
import { openTestReplica } from './testing/open-test-replica.ts';

/** A socket whose other end is the test. */
class FakeSocket {
  readonly sent: ClientMessage[] = [];
  closed = false;
  closedWith: number | undefined;
  readonly events: SocketEvents;
  constructor(events: SocketEvents) {
    this.events = events;
  }
  send(bytes: Uint8Array) {
    const decoded = decodeClientMessage(bytes);
    if (decoded.ok) this.sent.push(decoded.value);
  }
  close(code?: number) {
    this.closed = true;
    this.closedWith = code;
  }
  relaySays(message: RelayMessage) {
    this.events.onMessage(encodeRelayMessage(message));
  }
  pushes = () => this.sent.flatMap((m) => (m.type === 'push' ? [m.n] : []));
}

const HEAD = { incarnation: 'i1', seq: 0 };
const NOW = 1_760_000_000_000;
const contact = () => newId('contact');
const state = (name: string, clientId: number) => createRecord({ name }, { hlc: 4096 * 1000, clientId });

async function connected(idb = new IDBFactory()) {
  const sockets: FakeSocket[] = [];
  const wiped: number[] = [];
  const timers: { task: () => void; ms: number; done: boolean }[] = [];
  let statuses: LinkStatus[] = [];
  const device = await openTestReplica(idb, { onChange: () => link?.push() });
  const link = createLink({
    relay: device.replica.relay,
    open: (events) => {
      const socket = new FakeSocket(events);
      sockets.push(socket);
      return socket;
    },
    build: 'test',
    onWipe: () => wiped.push(sockets.length),
    schedule: (task, ms) => {
      const timer = { task, ms, done: false };
      timers.push(timer);
      return () => (timer.done = true);
    },
    now: () => NOW,
    random: () => 0,
    onStatus: () => (statuses = [...statuses, link.status()]),
    onError: (error) => {
      throw error;
    },
  });
  link.start();
  const socket = () => sockets.at(-1)!;
  const welcome = async (head: Cursor = HEAD, lastN = 0, coming = 0) => {
    socket().events.onOpen();
    socket().relaySays({
      type: 'welcome',
      version: 1,
      workspace: 'w',
      user: 'u',
      now: NOW,
      head,
      lastN,
      coming,
      reset: false,
    });
    await vi.waitFor(() => expect(link.status().phase).not.toBe('connecting'));
  };
  const live = async (head: Cursor = HEAD, lastN = 0) => {
    await welcome(head, lastN);
    socket().relaySays({ type: 'caught-up', seq: head.seq, sums: [] });
    await vi.waitFor(() => expect(link.status().phase).toBe('live'));
  };
  /** Runs the timer that was set last and not called off. */
  const fire = (ms?: number) => {
    const timer = timers.findLast((t) => !t.done && (ms === undefined || t.ms === ms))!;
    timer.done = true;
    timer.task();
    return timer.ms;
  };
  return { ...device, link, sockets, socket, welcome, live, fire, statuses: () => statuses, wiped };
}

const ack = (n: number, seq: number, count = 1): RelayMessage => ({
  type: 'ack',
  n,
  seq,
  results: Array.from({ length: count }, () => ({ kind: 'ok' as const })),
});

describe('pushing', () => {
  test('in order, as many under way as allowed, the next after an acknowledgement (P8)', async () => {
    const { replica, live, socket } = await connected();
    const most = Array.from({ length: LIMITS.pushesInFlight }, (_, i) => i + 1);
    const writes = Array.from({ length: most.length + 3 }, () => [
      { id: contact(), changes: { name: 'A' }, create: true as const },
    ]);
    for (const write of writes) await replica.commit(write);
    await live();
    await vi.waitFor(() => expect(socket().pushes()).toEqual(most));
    socket().relaySays(ack(1, 1));
    await vi.waitFor(() => expect(socket().pushes()).toEqual([...most, most.length + 1]));
    expect(replica.pending.count).toBe(writes.length - 1);
  });

  test('I2 P2: a lost acknowledgement: the same number is sent again and dropped only at its own answer', async () => {
    const idb = new IDBFactory();
    const first = await connected(idb);
    await first.replica.commit([{ id: contact(), changes: { name: 'A' }, create: true }]);
    await first.live();
    await vi.waitFor(() => expect(first.socket().pushes()).toEqual([1]));
    const sent = first.socket().sent.find((m) => m.type === 'push');
    // the relay has committed it (lastN 1) and the link breaks; the page is closed and opened again
    const second = await connected(idb);
    await second.welcome({ incarnation: 'i1', seq: 1 }, 1);
    await vi.waitFor(() => expect(second.socket().pushes()).toEqual([1]));
    expect(second.socket().sent.find((m) => m.type === 'push')).toEqual(sent);
    expect(second.replica.pending.count).toBe(1);
    second.socket().relaySays(ack(1, 1));
    await vi.waitFor(() => expect(second.replica.pending.count).toBe(0));
  });

  test('P5: a refused value is kept as refused, the relay’s record is shown', async () => {
    const { replica, projection, live, socket } = await connected();
    const id = contact();
    await replica.commit([{ id, changes: { name: 'Của tôi' }, create: true }]);
    await live();
    await vi.waitFor(() => expect(socket().pushes()).toEqual([1]));
    const theirs = state('Của họ', 77);
    socket().relaySays({
      type: 'ack',
      n: 1,
      seq: 1,
      results: [{ kind: 'rejected', reason: 'forbidden', state: theirs }],
    });
    await vi.waitFor(() =>
      expect(replica.refused()).toMatchObject([{ id, reason: 'forbidden', changes: { name: 'Của tôi' } }]),
    );
    expect(projection.rows.get(id)?.values).toEqual({ name: 'Của họ' });
    expect(replica.pending.count).toBe(0);
  });

  test('P5: an edit on top of a refused one is said again; a record refused at its creation goes', async () => {
    const { replica, projection, live, socket } = await connected();
    const [kept, gone] = [contact(), contact()];
    await live();
    await replica.commit([{ id: gone, changes: { name: 'X' }, create: true }]);
    socket().relaySays({
      type: 'changes',
      records: [{ id: kept, seq: 1, state: state('Lan', 77) }],
      seq: 1,
      drops: [],
    });
    await vi.waitFor(() => expect(projection.has(kept)).toBe(true));
    await replica.commit([{ id: kept, changes: { title: 'một' } }]);
    await replica.commit([{ id: kept, changes: { address: 'hai' } }]);
    await vi.waitFor(() => expect(socket().pushes()).toEqual([1, 2, 3]));
    const relays = state('Lan', 77);
    socket().relaySays({ type: 'ack', n: 1, seq: 1, results: [{ kind: 'rejected', reason: 'forbidden' }] });
    socket().relaySays({
      type: 'ack',
      n: 2,
      seq: 1,
      results: [{ kind: 'rejected', reason: 'bad-content', state: relays }],
    });
    await vi.waitFor(() => expect(socket().pushes()).toEqual([1, 2, 3, 4]));
    socket().relaySays({ type: 'ack', n: 3, seq: 1, results: [{ kind: 'rejected', reason: 'gap', state: relays }] });
    socket().relaySays(ack(4, 2));
    await vi.waitFor(() => expect(replica.pending.count).toBe(0));
    expect(projection.has(gone)).toBe(false);
    expect(projection.rows.get(kept)?.values).toEqual({ name: 'Lan', address: 'hai' });
    expect(replica.refused().map((r) => r.changes)).toEqual([{ title: 'một' }, { name: 'X' }]);
  });
});

describe('pulling', () => {
  test('a first sync stores pages as they come, confirms each, shows progress, and resumes after them', async () => {
    const idb = new IDBFactory();
    const { projection, welcome, socket, link } = await connected(idb);
    const records: StoredRecord[] = Array.from({ length: 100 }, (_, i) => ({
      id: contact(),
      seq: i + 1,
      state: state(`N${i}`, 50),
    }));
    await welcome({ incarnation: 'i1', seq: 150 }, 0, 150);
    expect(link.status()).toMatchObject({ phase: 'first-sync', progress: { done: 0, total: 150 } });
    socket().relaySays({ type: 'page', seq: 100, count: 100, deflated: false, pack: encodePack(records) });
    await vi.waitFor(() => expect(socket().sent.at(-1)).toEqual({ type: 'got', seq: 100 }));
    expect(link.status().progress).toEqual({ done: 100, total: 150 });
    expect(projection.rows.size).toBe(100);
    expect(projection.packOf(records[5]!.id)).toBe(1);
    const again = await connected(idb);
    again.socket().events.onOpen();
    expect(again.socket().sent[0]).toMatchObject({ type: 'hello', cursor: { incarnation: 'i1', seq: 100 } });
    expect(again.projection.rows).toEqual(projection.rows);
  });

  test('V7: a device whose records do not add up says so as it leaves, and asks for the group again', async () => {
    const { live, socket } = await connected();
    await live();
    const first = socket();
    first.relaySays({ type: 'caught-up', seq: 0, sums: [{ key: 'contact/u1/d1', count: 1, sum: 5 }] });
    await vi.waitFor(() => expect(socket()).not.toBe(first));
    expect(first.closedWith).toBe(DEVICE_CLOSE.differs);
    socket().events.onOpen();
    expect(socket().sent[0]).toMatchObject({ type: 'hello', touched: ['contact/u1/d1'], complete: [] });
  });

  test('changes merge with what is unsent; the same and older ones change nothing', async () => {
    const { replica, projection, live, socket } = await connected();
    const id = contact();
    const base = state('Lan', 60);
    await live();
    socket().relaySays({ type: 'changes', records: [{ id, seq: 1, state: base }], seq: 1, drops: [] });
    await vi.waitFor(() => expect(projection.has(id)).toBe(true));
    await replica.commit([{ id, changes: { title: 'của tôi' } }]);
    const theirs = editRecord(id, base, { address: 'của họ' }, { hlc: 4096 * 2000, clientId: 61 }).state;
    socket().relaySays({ type: 'changes', records: [{ id, seq: 2, state: theirs }], seq: 2, drops: [] });
    socket().relaySays({
      type: 'changes',
      records: [
        { id, seq: 2, state: theirs },
        { id, seq: 1, state: base },
      ],
      seq: 2,
      drops: [],
    });
    socket().relaySays({ type: 'caught-up', seq: 2, sums: [] });
    await vi.waitFor(() => expect(replica.relay.hello().cursor.seq).toBe(2));
    expect(projection.rows.get(id)?.values).toEqual({ name: 'Lan', title: 'của tôi', address: 'của họ' });
  });

  test('L5: another incarnation: all is pulled, and what the relay lacks is sent again before anything else', async () => {
    const idb = new IDBFactory();
    const ids: RecordId[] = [];
    const first = await connected(idb);
    await first.live();
    for (const name of ['A', 'B']) {
      const id = contact();
      ids.push(id);
      await first.replica.commit([{ id, changes: { name }, create: true }]);
    }
    await vi.waitFor(() => expect(first.socket().pushes()).toEqual([1, 2]));
    first.socket().relaySays(ack(1, 1));
    first.socket().relaySays(ack(2, 2));
    await vi.waitFor(() => expect(first.replica.pending.count).toBe(0));
    const stored = (await first.replica.document(ids[0]!))!;
    await first.replica.commit([{ id: ids[1]!, changes: { title: 'offline' } }]);

    const second = await connected(idb);
    await second.welcome({ incarnation: 'i2', seq: 1 }, 1, 1);
    second.socket().relaySays({
      type: 'page',
      seq: 1,
      count: 1,
      deflated: false,
      pack: encodePack([{ id: ids[0]!, seq: 1, state: stored }]),
    });
    await vi.waitFor(() => expect(second.socket().sent.at(-1)).toEqual({ type: 'got', seq: 1 }));
    expect(second.socket().pushes()).toEqual([]);
    expect(second.replica.relay.hello().cursor.incarnation).toBe('i1');
    second.socket().relaySays({ type: 'caught-up', seq: 1, sums: [] });
    await vi.waitFor(() => expect(second.socket().pushes()).toEqual([2, 3]));
    const [again, edit] = second.socket().sent.filter((m) => m.type === 'push');
    expect(again!.changes.map((c) => c.id)).toEqual([ids[1]]);
    expect(edit!.changes.map((c) => c.id)).toEqual([ids[1]]);
    expect(second.replica.relay.hello().cursor).toEqual({ incarnation: 'i2', seq: 1 });
  });
});

describe('connections', () => {
  test('back-off doubles with jitter from half a second, and starts anew after a live link', async () => {
    const { sockets, socket, link, live, fire } = await connected();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      socket().events.onClose(1006, '');
      expect(link.status().phase).toBe('offline');
      waits.push(fire());
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000]); // random() = 0: half of each
    expect(sockets.length).toBe(9);
    await live();
    socket().events.onClose(1001, 'going-away');
    expect(fire()).toBe(250);
  });

  test('a session that ended with its copy is told once, and asks nothing more (sync.md §5)', async () => {
    const { link, live, sockets, socket, wiped } = await connected();
    await live();
    socket().events.onClose(CLOSE.wipe.code, CLOSE.wipe.reason);
    expect(link.status().phase).toBe('signed-out');
    expect(wiped).toEqual([1]);
    expect(sockets).toHaveLength(1);
  });

  test('close codes: a session that ended waits for somebody, an old build stops, the rest tries again', async () => {
    const { socket, link, sockets } = await connected();
    socket().events.onClose(CLOSE.signedOut.code, CLOSE.signedOut.reason);
    expect(link.status().phase).toBe('signed-out');
    link.reconnect();
    expect(sockets.length).toBe(2);
    socket().events.onClose(CLOSE.upgradeRequired.code, CLOSE.upgradeRequired.reason);
    expect(link.status().phase).toBe('upgrade-required');
    link.reconnect();
    socket().events.onClose(CLOSE.retry.code, CLOSE.retry.reason);
    expect(link.status().phase).toBe('offline');
  });

  test('a live link that is silent for 45 s is replaced, without showing as offline', async () => {
    const { socket, live, fire, sockets, statuses } = await connected();
    await live();
    const before = statuses().length;
    expect(fire()).toBe(45_000);
    expect(sockets.length).toBe(2);
    expect(sockets[0]!.closed).toBe(true);
    await live();
    expect(
      new Set(
        statuses()
          .slice(before)
          .map((s) => s.phase),
      ),
    ).toEqual(new Set(['live']));
    expect(socket()).toBe(sockets[1]);
  });

  test('a frame that is no message ends the connection; a message of a later version is ignored', async () => {
    const { socket, live, link, sockets } = await connected();
    await live();
    socket().events.onMessage(new Uint8Array([99, 1, 2, 3]));
    expect(link.status().phase).toBe('live');
    socket().events.onMessage(new Uint8Array([1, 255]));
    expect(link.status().phase).toBe('offline');
    expect(sockets[0]!.closed).toBe(true);
  });
});

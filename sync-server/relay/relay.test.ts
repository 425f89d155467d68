import { describe, expect, it, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { encodeClientMessage } from '#core/protocol/codec.ts';
import { CLOSE, LIMITS, PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { foldRecord } from '#crdt/fold.ts';
import { editRecord } from '#crdt/record.ts';
import { created, T0, value } from '../../tests/contract/store.ts';
import type { StorePort } from '../store/port.ts';
import { administrator } from './testing/person.ts';
import { connectDevice } from './testing/test-device.ts';
import { createTestRelay, heldCommits } from './testing/test-relay.ts';

const an = { user: 'an', device: 'device-of-an', clientId: 1 };
const binh = { user: 'binh', device: 'device-of-binh', clientId: 2 };

const test = createTestRelay();
const { connect, caughtUp } = test;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const fill = async (count: number, text = 'Khách') => {
  const changes = Array.from({ length: count }, (_, i) => created({ name: `${text} ${i}` }, { ...an, clientId: 77 }));
  for (let n = 1; changes.length > 0; n++) {
    await value(
      test.store.commit(test.workspace, [
        {
          person: administrator('filler'),
          user: 'filler',
          device: 'filler',
          n,
          at: T0,
          changes: changes.splice(0, 512),
        },
      ]),
    );
  }
};

describe('greeting', () => {
  it('welcomes with the clock, the head, lastN and what is coming, then pages, then caught-up', async () => {
    await fill(3);
    const device = connect('an');
    device.hello();
    const end = await device.hears('caught-up');
    expect([...new Set(device.heard.map((m) => m.type))]).toEqual(['welcome', 'groups', 'page', 'caught-up']);
    expect(device.heard[0]).toEqual({
      type: 'welcome',
      version: PROTOCOL_VERSION,
      workspace: test.workspace,
      user: 'an',
      now: T0,
      head: { incarnation: test.store.incarnation, seq: 3 },
      lastN: 0,
      coming: 3,
      reset: false,
    });
    expect(end.seq).toBe(3);
    expect(device.records().size).toBe(3);
  });

  it('L5: serves from the cursor, and what the device lacks where the cursor means nothing here', async () => {
    await fill(5);
    const coming = async (incarnation: string, seq: number) => {
      const device = connect('an');
      device.hello({ incarnation, seq });
      await device.hears('caught-up');
      return [(await device.hears('welcome')).coming, device.records().size];
    };
    expect(await coming(test.store.incarnation, 3)).toEqual([2, 2]);
    expect(await coming(test.store.incarnation, 5)).toEqual([0, 0]);
    expect(await coming('another', 3)).toEqual([0, 5]);
    expect(await coming(test.store.incarnation, 6)).toEqual([0, 5]);
  });

  it('closes a socket that says no hello', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const device = connect('an');
    vi.advanceTimersByTime(9_999);
    expect(device.socket.closed).toBeUndefined();
    vi.advanceTimersByTime(1);
    vi.useRealTimers();
    expect(device.socket.closed).toEqual(CLOSE.helloMissing);
  });

  it('tells a live device now and then that it has everything, so that silence means a dead link', async () => {
    const lively = test.another({ heartbeatMs: 20 });
    const device = await caughtUp('an', lively);
    const words = () => device.heard.filter((m) => m.type === 'caught-up').length;
    const before = words();
    await vi.waitFor(() => expect(words()).toBeGreaterThan(before + 1));
  });

  it('asks another version of the protocol to upgrade', async () => {
    const device = connect('an');
    device.say({
      type: 'hello',
      version: PROTOCOL_VERSION + 1,
      build: 'b',
      device: 'd',
      cursor: { incarnation: '', seq: 0 },
      touched: [],
      complete: [],
    });
    expect(await device.closes()).toBe('upgrade-required');
  });
});

describe('push', () => {
  it('I1 L4: acknowledges and fans out only after COMMIT', async () => {
    const { held, release } = heldCommits(test.store);
    const slow = test.another({ store: held });
    const [sender, reader] = [await caughtUp('an', slow), await caughtUp('binh', slow)];
    sender.push(1, created({ name: 'Lan' }, an));
    for (let i = 0; i < 20; i++) await turn();
    expect(sender.heard.some((m) => m.type === 'ack')).toBe(false);
    expect(reader.heard.some((m) => m.type === 'changes')).toBe(false);
    release();
    expect(await sender.hears('ack')).toEqual({ type: 'ack', n: 1, seq: 1, results: [{ kind: 'ok' }] });
    expect((await reader.hears('changes')).records[0]!.seq).toBe(1);
  });

  it.each([
    ['relay-full', { type: 'storage-full' as const }],
    ['retry', { type: 'storage-failed' as const, message: 'SQLITE_IOERR' }],
    ['retry', { type: 'store-gone' as const, message: 'crashed' }],
  ])('L4: acknowledges nothing when the commit fails: %s', async (reason, error) => {
    const full: StorePort = { ...test.store, commit: async () => ({ ok: false, error }) };
    const broken = test.another({ store: full });
    const [sender, reader] = [await caughtUp('an', broken), await caughtUp('binh', broken)];
    sender.push(1, created({ name: 'Lan' }, an));
    expect(await sender.closes()).toBe(reason);
    expect(sender.heard.some((m) => m.type === 'ack')).toBe(false);
    expect(reader.heard.some((m) => m.type === 'changes')).toBe(false);
    expect(reader.socket.closed).toBeUndefined();
  });

  it('brings a change to every other device of the workspace, the same person’s too, and to no other workspace', async () => {
    const sender = await caughtUp('an');
    const [tablet, other] = [connect('an'), await caughtUp('binh')];
    tablet.hello(undefined, 'tablet-of-an');
    await tablet.hears('caught-up');
    const stranger = connectDevice(test.relay, {
      user: 'an',
      workspace: 'elsewhere',
      person: () => administrator('an'),
    });
    stranger.hello();
    await stranger.hears('caught-up');
    const lan = created({ name: 'Lan' }, an);
    sender.push(1, lan);
    for (const device of [tablet, other]) {
      const { records } = await device.hears('changes');
      expect(records.map((r) => [r.id, r.seq, foldRecord(r.id, r.state).values])).toEqual([
        [lan.id, 1, { name: 'Lan' }],
      ]);
    }
    await sender.hears('ack');
    expect(sender.heard.some((m) => m.type === 'changes')).toBe(false);
    expect([...new Set(stranger.heard.map((m) => m.type))]).toEqual(['welcome', 'caught-up']);
  });

  it('fans out in order of seq, and what it tells a device never runs ahead of what that device was sent', async () => {
    const people = ['u1', 'u2', 'u3', 'u4'];
    const devices = await Promise.all(people.map((user) => caughtUp(user)));
    const reader = await caughtUp('reader');
    for (let n = 1; n <= 4; n++) {
      devices.forEach((device, i) => device.push(n, created({ name: `${i} ${n}` }, { ...an, clientId: 10 + i })));
    }
    await Promise.all(devices.map((device) => device.hears('ack', (m) => m.n === 4)));
    await reader.hears('changes', (m) => m.records.at(-1)!.seq === 16);
    const seqs = reader.heard.flatMap((m) => (m.type === 'changes' ? m.records.map((r) => r.seq) : []));
    expect(seqs).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    for (const device of devices) {
      const known = new Set<number>();
      for (const message of device.heard) {
        if (message.type === 'changes') message.records.forEach((r) => known.add(r.seq));
        if (message.type !== 'ack') continue;
        known.add(message.seq);
      }
      expect([...known].sort((a, b) => a - b)).toEqual(seqs); // others' entries and its own: the whole log
      let told = 0;
      const sent = new Set<number>();
      const own = new Set(device.heard.flatMap((m) => (m.type === 'ack' ? [m.seq] : [])));
      for (const message of device.heard) {
        if (message.type === 'changes') message.records.forEach((r) => sent.add(r.seq));
        if (message.type === 'ack') told = message.seq;
        for (let seq = 1; seq <= told; seq++) expect(sent.has(seq) || own.has(seq)).toBe(true);
      }
    }
  });

  it('I11 P1: a rejected change delays no other and is answered with its reason', async () => {
    const [sender, reader] = [await caughtUp('an'), await caughtUp('binh')];
    const [lan, minh] = [created({ name: 'Lan' }, an), created({ name: 'Minh' }, an)];
    sender.push(1, lan, { id: newId('contact', T0), update: new Uint8Array([9, 9]) }, minh);
    const ack = await sender.hears('ack');
    expect(ack.results).toEqual([{ kind: 'ok' }, { kind: 'rejected', reason: 'malformed' }, { kind: 'ok' }]);
    expect(ack.seq).toBe(2);
    expect((await reader.hears('changes')).records.map((r) => r.id)).toEqual([lan.id, minh.id]);
  });

  it('I2 P2: a push whose acknowledgement was lost is answered the same on the next connection, without effect', async () => {
    const first = await caughtUp('an');
    const changes = [created({ name: 'Lan' }, an), { id: newId('company', T0), update: new Uint8Array([9]) }];
    first.push(1, ...changes);
    const ack = await first.hears('ack');
    first.socket.drop();

    const again = connect('an');
    again.hello({ incarnation: test.store.incarnation, seq: 1 });
    expect((await again.hears('welcome')).lastN).toBe(1);
    again.push(1, ...changes);
    again.push(2, created({ name: 'Minh' }, an));
    expect(await again.hears('ack', (m) => m.n === 1)).toEqual(ack);
    expect((await again.hears('ack', (m) => m.n === 2)).seq).toBe(2);
  });

  it('a clock ahead is corrected: the sender hears adjusted, everybody gets the corrected state', async () => {
    const [sender, reader] = [await caughtUp('an'), await caughtUp('binh')];
    const lan = created({ name: 'Lan' }, an, T0 + 3_600_000);
    sender.push(1, lan);
    const { results } = await sender.hears('ack');
    const state = (await reader.hears('changes')).records[0]!.state;
    expect(results).toEqual([{ kind: 'adjusted', state }]);
    expect(foldRecord(lan.id, state).updatedAt).toBe(T0 + 60_000);
    expect(sender.records().get(lan.id)?.state).toEqual(state); // also as a change: its cursor passes over it
  });

  it('two devices edit one record at once: both get both', async () => {
    const [a, b] = [await caughtUp('an'), await caughtUp('binh')];
    const lan = created({ name: 'Lan' }, an);
    a.push(1, lan);
    await b.hears('changes');
    const edit = (values: Record<string, string>, clientId: number) => ({
      id: lan.id,
      update: editRecord(lan.id, lan.update, values, { hlc: hlcFromMs(T0 + clientId), clientId }).update,
    });
    a.push(2, edit({ title: 'CEO' }, an.clientId));
    b.push(1, edit({ name: 'Lan Anh' }, binh.clientId));
    await Promise.all([a.hears('ack', (m) => m.n === 2), b.hears('ack', (m) => m.n === 1)]);
    const third = await caughtUp('chi');
    expect(foldRecord(lan.id, third.records().get(lan.id)!.state).values).toEqual({ name: 'Lan Anh', title: 'CEO' });
    expect([...a.records().values(), ...b.records().values()].map((r) => r.seq).sort()).toEqual([2, 3]);
  });
});

describe('pull', () => {
  it('I12 P8: sends at most so many pages ahead of what the device has confirmed', async () => {
    await fill(5200);
    const device = connect('an');
    device.confirms = false;
    device.hello();
    const pages = () => device.heard.filter((m) => m.type === 'page');
    await vi.waitFor(() => expect(pages()).toHaveLength(LIMITS.pagesInFlight));
    for (let i = 0; i < 50; i++) await turn();
    expect(pages()).toHaveLength(LIMITS.pagesInFlight);
    device.say({ type: 'got', seq: pages()[0]!.seq });
    await vi.waitFor(() => expect(pages()).toHaveLength(LIMITS.pagesInFlight + 1));
    device.say({ type: 'got', seq: pages().at(-1)!.seq });
    await device.hears('caught-up');
    expect(pages()).toHaveLength(12);
    expect(pages().every((p) => p.deflated)).toBe(true);
    expect(device.records().size).toBe(5200);
  });

  it('misses nothing that is committed while it pulls, and gets nothing twice after it is live', async () => {
    await fill(1500);
    const writer = await caughtUp('an');
    const puller = connect('binh');
    puller.hello();
    for (let n = 1; n <= 60; n++) {
      writer.push(n, created({ name: `${n}` }, an));
      await writer.hears('ack', (m) => m.n === n);
    }
    await puller.hears('caught-up');
    await vi.waitFor(() => expect(puller.records().size).toBe(1560));
    const live = puller.heard.flatMap((m) => (m.type === 'changes' ? m.records.map((r) => r.seq) : []));
    const { seq } = await puller.hears('caught-up');
    expect(live).toEqual(Array.from({ length: 1560 - seq }, (_, i) => seq + 1 + i));
  });

  it('leaves to be pulled what is too much for one turn', async () => {
    const [sender, reader] = [await caughtUp('an'), await caughtUp('binh')];
    const long = 'a'.repeat(20_000);
    const big = () => created({ name: long, title: long, note: long }, an);
    sender.push(1, ...Array.from({ length: 30 }, big)); // 1.8 MB
    await sender.hears('ack');
    await reader.hears('caught-up', (m) => m.seq === 30);
    expect(reader.heard.some((m) => m.type === 'changes')).toBe(false);
    expect(reader.records().size).toBe(30);
    sender.push(2, created({ name: 'Lan' }, an));
    expect((await reader.hears('changes')).records.map((r) => r.seq)).toEqual([31]); // and is live again
  });
});

describe('a socket that breaks a rule is closed with a reason, and nobody else notices', () => {
  const change = () => created({ name: 'Lan' }, an);
  const pushMany = (d: ReturnType<typeof connect>, pushes: number, size = 1) => {
    for (let n = 1; n <= pushes; n++) d.push(n, ...Array.from({ length: size }, change));
  };
  const cases: [string, string, (device: ReturnType<typeof connect>) => void][] = [
    ['no message at all', 'malformed', (d) => d.socket.receive(new Uint8Array())],
    [
      'a cut message',
      'malformed',
      (d) => d.socket.receive(encodeClientMessage({ type: 'push', n: 1, changes: [change()] }).slice(0, -9)),
    ],
    ['a text frame', 'malformed', (d) => d.socket.receive(undefined)],
    ['an unknown type', 'unknown-type', (d) => d.socket.receive(new Uint8Array([77, 1, 2, 3]))],
    ['an oversized frame', 'too-large', (d) => d.socket.receive(new Uint8Array(LIMITS.frameBytes + 1))],
    ['a number left out', 'malformed', (d) => d.push(2, change())],
    ['a push number 0', 'malformed', (d) => d.push(0, change())],
    ['too many changes', 'malformed', (d) => d.push(1, ...Array.from({ length: 513 }, change))],
    [
      'too many bytes',
      'too-large',
      (d) => d.push(1, ...Array.from({ length: 9 }, () => ({ ...change(), update: new Uint8Array(256 * 1024) }))),
    ],
    ['a second hello', 'malformed', (d) => d.hello()],
    ['more pushes at once than allowed', 'too-many', (d) => pushMany(d, LIMITS.pushesInFlight + 1)],
    ['five of the largest pushes at once', 'too-many', (d) => pushMany(d, 5, LIMITS.pushChanges)],
    ['a flood', 'too-many', (d) => Array.from({ length: 1_600 }, () => d.say({ type: 'got', seq: 0 }))],
  ];
  it.each(cases)('I9: %s ends with “%s”, and the others go on', async (_, reason, act) => {
    const [bad, good, reader] = [await caughtUp('an'), await caughtUp('binh'), await caughtUp('chi')];
    act(bad);
    expect(await bad.closes()).toBe(reason);
    good.push(1, created({ name: 'Minh' }, binh));
    await good.hears('ack');
    await reader.hears('changes', (m) => m.records.some((r) => foldRecord(r.id, r.state).values.name === 'Minh'));
    expect(good.socket.closed ?? reader.socket.closed).toBeUndefined();
    expect(test.relay.sockets()).toEqual({ open: 2, live: 2 });
  });

  it.each([
    ['a push before hello', 'malformed', (d: ReturnType<typeof connect>) => d.push(1, change())],
    ['got before hello', 'malformed', (d: ReturnType<typeof connect>) => d.say({ type: 'got', seq: 1 })],
    ['a device without a name', 'malformed', (d: ReturnType<typeof connect>) => d.hello(undefined, '')],
    ['a very long device name', 'malformed', (d: ReturnType<typeof connect>) => d.hello(undefined, 'x'.repeat(129))],
  ])('%s: %s', async (_, reason, act) => {
    const device = connect('an');
    act(device);
    expect(await device.closes()).toBe(reason);
    expect(test.relay.sockets().open).toBe(0);
  });

  it('another workspace’s record: forbidden, nothing of it told, its workspace undisturbed', async () => {
    const owner = await caughtUp('an');
    const lan = created({ name: 'Bí mật' }, an);
    owner.push(1, lan);
    await owner.hears('ack');
    const thief = connectDevice(test.relay, {
      user: 'thief',
      workspace: crypto.randomUUID(),
      person: () => administrator('thief'),
    });
    thief.hello();
    await thief.hears('caught-up');
    thief.push(1, { id: lan.id, update: created({ name: 'x' }, { ...binh, clientId: 99 }).update });
    expect((await thief.hears('ack')).results).toEqual([{ kind: 'rejected', reason: 'forbidden' }]);
    expect(thief.records().size).toBe(0);
    expect([...new Set(owner.heard.map((m) => m.type))]).toEqual(['welcome', 'caught-up', 'ack']);
  });

  it('I12 P8: a socket that is behind is told to retry, and the others go on', async () => {
    const [writer, slow, fast] = [await caughtUp('an'), await caughtUp('binh'), await caughtUp('chi')];
    slow.socket.bufferedAmount = LIMITS.socketBufferBytes + 1;
    writer.push(1, change());
    await fast.hears('changes');
    expect(await slow.closes()).toBe('retry');
    expect(slow.heard.some((m) => m.type === 'changes')).toBe(false);
  });
});

describe('ending', () => {
  it('shuts down gracefully: commits and acknowledges what it took, then closes with going-away', async () => {
    const { held, release } = heldCommits(test.store);
    const stopping = test.another({ store: held });
    const [sender, reader] = [await caughtUp('an', stopping), await caughtUp('binh', stopping)];
    sender.push(1, created({ name: 'Lan' }, an));
    const closed = stopping.close();
    sender.push(2, created({ name: 'too late' }, an));
    const late = connect('chi', stopping);
    expect(late.socket.closed).toEqual(CLOSE.goingAway);
    release();
    await closed;
    expect(sender.heard.filter((m) => m.type === 'ack')).toHaveLength(1);
    expect(reader.records().size).toBe(1);
    expect([sender.socket.closed, reader.socket.closed]).toEqual([CLOSE.goingAway, CLOSE.goingAway]);
    expect((await value(test.store.head(test.workspace))).seq).toBe(1);
  });

  it('ends the sockets of a person who was removed', async () => {
    const [gone, stays] = [await caughtUp('an'), await caughtUp('binh')];
    test.relay.closeSessions((who) => who.user === 'an', CLOSE.signedOut);
    expect(gone.socket.closed).toEqual(CLOSE.signedOut);
    expect(stays.socket.closed).toBeUndefined();
  });

  it('a push whose device is gone before COMMIT still reaches the others', async () => {
    const { held, release } = heldCommits(test.store);
    const slow = test.another({ store: held });
    const [sender, reader] = [await caughtUp('an', slow), await caughtUp('binh', slow)];
    sender.push(1, created({ name: 'Lan' }, an));
    sender.socket.drop();
    release();
    expect((await reader.hears('changes')).records).toHaveLength(1);
    expect(slow.sockets()).toEqual({ open: 1, live: 1 });
  });
});

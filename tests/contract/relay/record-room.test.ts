import { inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { decodePack, decodeRelayMessage, encodeClientMessage } from '#core/protocol/codec.ts';
import { CLOSE, PROTOCOL_VERSION } from '#core/protocol/messages.ts';

import { foldRecord } from '#crdt/fold.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { connectPushClient, type PushClient } from '../../support/push-client.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const TEXT = 'text:description';
const clock = createHlcClock(Date.now);
let relay: TestRelay;
let admin: TestBrowser;
let device: PushClient;
let id: string;
let state: Uint8Array;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  relay = await startTestRelay({ recheckMs: 100 });
  admin = await setUp(relay);
  device = await connectPushClient(relay.url, admin.cookie);
  closers.push(() => device.close());
  id = newId('contact');
  state = createRecord(
    { name: 'Lê Văn Tám', departmentId: 'sales', [TEXT]: 'Khách quen' },
    { hlc: clock.next(), clientId: 4711 },
  );
  await device.push([{ id, update: state }]);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await relay.stop();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

/** A stock y-websocket client, as any Yjs program would use. */
function stock(browser: TestBrowser, room = `record/${id}`, doc = new Y.Doc()) {
  const provider = new WebsocketProvider(`${relay.url.replace('http', 'ws')}/rooms`, room, doc, {
    WebSocketPolyfill: browser.WebSocket,
    disableBc: true,
  });
  closers.push(() => provider.destroy());
  const closed = new Promise<number>((resolve) => provider.on('closed', ({ code }) => resolve(code)));
  const synced = new Promise<void>((resolve) => provider.on('sync', (is) => is && resolve()));
  return { doc, text: doc.getText(TEXT), provider, closed, synced };
}

/** A device that follows everything from the beginning. */
function follow(browser: TestBrowser) {
  const socket = browser.socket('/sync');
  socket.binaryType = 'nodebuffer';
  closers.push(() => socket.close());
  const states = new Map<string, Uint8Array>();
  const caughtUp = new Promise<void>((resolve) => {
    const cursor = { incarnation: '', seq: 0 };
    const hello = {
      type: 'hello',
      version: PROTOCOL_VERSION,
      build: 't',
      device: newId('device'),
      cursor,
      touched: [],
      complete: [],
    } as const;
    socket.on('open', () => socket.send(encodeClientMessage(hello)));
    socket.on('message', (data: Buffer) => {
      const message = decodeRelayMessage(new Uint8Array(data));
      if (!message.ok) throw new Error(message.error.type);
      const said = message.value;
      if (said.type === 'caught-up') resolve();
      if (said.type !== 'page' && said.type !== 'changes') return;
      for (const record of said.type === 'page' ? recordsOf(said) : said.records) states.set(record.id, record.state);
    });
  });
  return { socket, caughtUp, row: () => foldRecord(id, states.get(id)!) };
}

function recordsOf({ deflated, pack }: { deflated: boolean; pack: Uint8Array }) {
  const records = decodePack(deflated ? new Uint8Array(inflateRawSync(pack)) : pack);
  if (!records.ok) throw new Error(records.error.type);
  return records.value;
}

/** The record as the relay gives it to a device that comes now. */
async function stored(): Promise<ReturnType<typeof foldRecord>> {
  const device = follow(admin);
  await device.caughtUp;
  device.socket.close();
  return device.row();
}

describe('typing together', () => {
  test('who joins has the record; what one types the other sees, and the record holds it', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const [an, binh] = [stock(admin), stock(member)];
    await Promise.all([an.synced, binh.synced]);
    expect(an.text.toJSON()).toBe('Khách quen');
    an.text.insert(0, 'Gọi lại! ');
    await until(() => expect(binh.text.toJSON()).toBe('Gọi lại! Khách quen'));
    // both at once
    an.text.insert(an.text.length, ' của An');
    binh.text.insert(0, 'Bình: ');
    await until(() => {
      expect(an.text.toJSON()).toBe('Bình: Gọi lại! Khách quen của An');
      expect(binh.text.toJSON()).toBe(an.text.toJSON());
    });
    expect((await stored()).values).toMatchObject({ name: 'Lê Văn Tám', description: an.text.toJSON() });
    await relay.restart();
    expect((await stored()).values).toMatchObject({ description: an.text.toJSON() });
  });

  test('a replica gets it as an ordinary change, by its author', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const device = follow(admin);
    await device.caughtUp;
    const binh = stock(member);
    await binh.synced;
    binh.text.insert(0, 'A');
    await until(() => expect(device.row().values['description']).toBe('AKhách quen'));
  });

  test('an ordinary push reaches the open room', async () => {
    const an = stock(admin);
    await an.synced;
    const edit = editRecord(
      id,
      state,
      { name: 'Lê Văn Chín', [TEXT]: 'Khách quen lâu năm' },
      {
        hlc: clock.next(),
        clientId: 4711,
      },
    );
    await device.push([{ id, update: edit.update }]);
    await until(() => expect(an.text.toJSON()).toBe('Khách quen lâu năm'));
    expect(foldRecord(id, Y.encodeStateAsUpdate(an.doc)).values['name']).toBe('Lê Văn Chín');
  });

  test('typed offline, it merges later', async () => {
    const [an, binh] = [stock(admin), stock(admin)];
    await Promise.all([an.synced, binh.synced]);
    an.provider.disconnect();
    for (const letter of 'xin chào ') an.text.insert(an.text.length, letter);
    an.text.delete(0, 5);
    binh.text.insert(0, 'Mới: ');
    await until(async () => expect((await stored()).values['description']).toBe('Mới: Khách quen'));
    an.provider.connect();
    await until(() => {
      expect(an.text.toJSON()).toBe(binh.text.toJSON());
      expect(an.text.toJSON()).toContain('xin chào');
      expect(an.text.toJSON()).toContain('Mới: ');
    });
    expect((await stored()).values['description']).toBe(an.text.toJSON());
  });

  test('the sender gets his own typing back after it is stored; a burst is a few entries, not one a letter', async () => {
    const an = stock(admin);
    await an.synced;
    let echoes = 0;
    an.provider.ws!.addEventListener('message', ({ data }) => {
      const bytes = new Uint8Array(data as ArrayBuffer);
      if (bytes[0] === 0 && bytes[1] === 2) echoes++;
    });
    const before = (await device.push([])).seq;
    for (let i = 0; i < 500; i++) an.text.insert(0, 'x');
    await until(async () => expect((await stored()).values['description']).toMatch(/^x{500}/));
    expect(echoes).toBeGreaterThan(0);
    const entries = (await device.push([])).seq - before;
    expect(entries).toBeGreaterThan(0);
    expect(entries).toBeLessThan(100);
  });

  test('joining and reading writes nothing', async () => {
    const writer = stock(admin);
    await writer.synced;
    writer.text.delete(0, 3);
    await until(async () => expect((await stored()).values['description']).toBe('ch quen'));
    const before = (await device.push([])).seq;
    for (let i = 0; i < 3; i++) {
      const copy = new Y.Doc();
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(writer.doc));
      await stock(admin, undefined, copy).synced;
    }
    writer.text.insert(0, '!'); // judged after what the readers sent back
    await until(async () => expect((await stored()).values['description']).toBe('!ch quen'));
    expect((await device.push([])).seq).toBe(before + 1);
  });
});

describe('refused, and nothing changed', () => {
  const refuses = async (write: (doc: Y.Doc) => void, code: number) => {
    const an = stock(admin);
    await an.synced;
    const before = await stored();
    write(an.doc);
    expect(await an.closed).toBe(code);
    expect(await stored()).toEqual(before);
  };

  test('what is no record content', () => refuses((doc) => doc.getMap('x').set('a', 1), CLOSE.malformed.code));
  test('an array that is no list of registers', () =>
    refuses((doc) => doc.getArray('fields').push(['free']), CLOSE.malformed.code));
  test('too long a text', () =>
    refuses((doc) => doc.getText(TEXT).insert(0, 'x'.repeat(30_000)), CLOSE.malformed.code));
  test('more than 256 kB', () =>
    refuses((doc) => doc.getText(TEXT).insert(0, 'x'.repeat(300_000)), CLOSE.tooLarge.code));
  test('the client id of somebody else', () =>
    refuses((doc) => {
      const forged = new Y.Doc();
      Y.applyUpdate(forged, Y.encodeStateAsUpdate(doc));
      forged.clientID = 4711; // a device's
      forged.getText(TEXT).insert(0, 'x');
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(forged));
    }, CLOSE.forbidden.code));

  test('others are not disturbed, and what they typed in the same moment is kept', async () => {
    const [bad, good] = [stock(admin), stock(admin)];
    await Promise.all([bad.synced, good.synced]);
    good.text.insert(0, 'tốt ');
    bad.doc.getMap('x').set('a', 1);
    good.text.insert(0, 'rất ');
    expect(await bad.closed).toBe(CLOSE.malformed.code);
    await until(async () => expect((await stored()).values['description']).toBe('rất tốt Khách quen'));
    expect(good.provider.wsconnected).toBe(true);
  });

  test('a record that is not there, or of no type there is', async () => {
    expect(await stock(admin, `record/${newId('contact')}`).closed).toBe(CLOSE.forbidden.code);
    expect(await stock(admin, `record/${newId('ticket')}`).closed).toBe(CLOSE.forbidden.code);
    const nonsense = admin.socket('/rooms/record/nonsense');
    expect(await new Promise((resolve) => nonsense.on('unexpected-response', (_, r) => resolve(r.statusCode)))).toBe(
      404,
    );
  });

  test('a device that calls itself a room', async () => {
    await expect(connectPushClient(relay.url, admin.cookie, 'room:x')).rejects.toThrow('4400');
  });
});

describe('presence', () => {
  test('cursors of colleagues with the relay’s word for who it is', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình');
    const [an, binh] = [stock(admin), stock(member)];
    await Promise.all([an.synced, binh.synced]);
    binh.provider.awareness.setLocalState({ user: { id: 'x', name: 'Giám đốc' }, cursor: { anchor: 3, head: 3 } });
    await until(() => {
      const seen = an.provider.awareness.getStates().get(binh.doc.clientID);
      expect(seen).toMatchObject({ user: { name: 'Bình' }, cursor: { anchor: 3, head: 3 } });
    });
    binh.provider.destroy();
    await until(() => expect(an.provider.awareness.getStates().has(binh.doc.clientID)).toBe(false));
  });
});

describe('who looks at what, in the workspace room', () => {
  test('V1: is told only to those who see the record, with every frame', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const theirs = id;
    const hidden = newId('contact');
    const hiddenState = createRecord(
      { name: 'Khách nơi khác', departmentId: 'elsewhere' },
      { hlc: clock.next(), clientId: 4713 },
    );
    await device.push([{ id: hidden, update: hiddenState }]);

    const [mine, watcher, chief] = [stock(admin, 'workspace'), stock(member, 'workspace'), stock(admin, 'workspace')];
    await Promise.all([mine.synced, watcher.synced, chief.synced]);
    const frames: string[] = [];
    (watcher.provider.ws as unknown as { on(event: 'message', listen: (data: Uint8Array) => void): void }).on(
      'message',
      (data) => void frames.push(new TextDecoder().decode(data)),
    );
    const viewing = ({ provider }: typeof mine): unknown =>
      provider.awareness.getStates().get(mine.doc.clientID)?.viewing;
    const unknown = newId('contact');
    mine.provider.awareness.setLocalStateField('viewing', [hidden, theirs, unknown]);
    await until(() => expect(viewing(watcher)).toEqual([theirs]));
    await until(() => expect(viewing(chief)).toEqual([hidden, theirs, unknown]));

    // no more than that to one who joins later, or who asks, and of what is no list of ids nothing at all
    const later = stock(member, 'workspace');
    await until(() => expect(viewing(later)).toEqual([theirs]));
    mine.provider.awareness.setLocalStateField('viewing', { of: hidden });
    await until(() => expect(viewing(chief)).toEqual({ of: hidden }));
    await until(() => expect(viewing(watcher)).toEqual([]));
    mine.provider.awareness.setLocalStateField('viewing', hidden);
    await until(() => expect(viewing(chief)).toBe(hidden));
    await until(() => expect(viewing(watcher)).toEqual([]));
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.filter((frame) => frame.includes(hidden) || frame.includes(unknown))).toEqual([]);
  });
});

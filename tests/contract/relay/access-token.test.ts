import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHlcClock } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { CLOSE } from '#core/protocol/messages.ts';
import { createRecord } from '#crdt/record.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let relay: TestRelay;
let admin: TestBrowser;
let now = Date.now();
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  now = Date.now();
  relay = await startTestRelay({ recheckMs: 50, now: () => now });
  admin = await setUp(relay);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await relay.stop();
});

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

async function makeToken(browser: TestBrowser, more: { days?: number; mayWrite?: boolean } = {}) {
  const made = await browser.api.tokens.create({ name: 'Máy tính bảng', days: 30, mayWrite: true, ...more });
  if (!made.ok) throw new Error(made.error.type);
  return made.value;
}

/** y-websocket from npm as its documentation shows it: an address, a room, a document and `params`. */
function stock(room: string, token: string) {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${relay.url.replace('http', 'ws')}/rooms`, room, doc, {
    params: { token },
    WebSocketPolyfill: NodeWebSocket as unknown as typeof WebSocket,
    disableBc: true,
  });
  provider.awareness.setLocalState({});
  closers.push(() => provider.destroy());
  const closed = new Promise<number>((resolve) => provider.on('closed', ({ code }) => resolve(code)));
  const synced = new Promise<void>((resolve) => provider.on('sync', (is) => is && resolve()));
  return { doc, provider, closed, synced };
}

async function newRecord(): Promise<string> {
  const device = await connectPushClient(relay.url, admin.cookie);
  const id = newId('contact');
  const update = createRecord(
    { name: 'Lan', departmentId: 'sales', 'text:description': 'Khách' },
    { hlc: createHlcClock(Date.now).next(), clientId: 9 },
  );
  await device.push([{ id, update }]);
  device.close();
  return id;
}

describe('a stock y-websocket client with a token', () => {
  test('joins a record’s room, reads and writes', async () => {
    const room = `record/${await newRecord()}`;
    const { token } = await makeToken(await addMember(relay, admin, 'binh@saomai.vn'));
    const [one, two] = [stock(room, token), stock(room, token)];
    await Promise.all([one.synced, two.synced]);
    expect(one.doc.getText('text:description').toJSON()).toBe('Khách');
    one.doc.getText('text:description').insert(5, ' quen');
    await until(() => expect(two.doc.getText('text:description').toJSON()).toBe('Khách quen'));
  });

  test('an administrator’s writes settings; a member’s reads them and is refused the rest', async () => {
    const mine = stock('workspace', (await makeToken(admin)).token);
    const theirs = stock('workspace', (await makeToken(await addMember(relay, admin, 'binh@saomai.vn'))).token);
    await Promise.all([mine.synced, theirs.synced]);
    mine.doc.getMap('settings').set('a', 1);
    await until(() => expect(theirs.doc.getMap('settings').get('a')).toBe(1));
    theirs.doc.getMap('settings').set('a', 2);
    expect(await theirs.closed).toBe(CLOSE.forbidden.code);
    expect(mine.doc.getMap('settings').get('a')).toBe(1);
  });

  test('one for reading only is refused when it writes', async () => {
    const room = `record/${await newRecord()}`;
    const reader = stock(room, (await makeToken(admin, { mayWrite: false })).token);
    await reader.synced;
    expect(reader.doc.getText('text:description').toJSON()).toBe('Khách');
    reader.doc.getText('text:description').insert(0, 'x');
    expect(await reader.closed).toBe(CLOSE.forbidden.code);
    const settings = stock('workspace', (await makeToken(admin, { mayWrite: false })).token);
    await settings.synced;
    settings.doc.getMap('settings').set('a', 2);
    expect(await settings.closed).toBe(CLOSE.forbidden.code);
  });

  test('a wrong token and none are refused', async () => {
    const { token } = await makeToken(admin);
    expect(await stock('workspace', `${token.slice(0, -1)}_`).closed).toBe(CLOSE.signedOut.code);
    expect(await stock('workspace', 'x').closed).toBe(CLOSE.signedOut.code);
  });

  test('a revoked one is cut off at once and does not come back', async () => {
    const { token, made } = await makeToken(admin);
    const client = stock('workspace', token);
    await client.synced;
    expect((await admin.api.tokens.revoke(made.id)).ok).toBe(true);
    expect(await client.closed).toBe(CLOSE.signedOut.code);
    expect(await stock('workspace', token).closed).toBe(CLOSE.signedOut.code);
  });

  test('one that expires is cut off', async () => {
    const { token } = await makeToken(admin, { days: 1 });
    const client = stock('workspace', token);
    await client.synced;
    now += 2 * 24 * 60 * 60 * 1000;
    expect(await client.closed).toBe(CLOSE.signedOut.code);
    expect(await stock('workspace', token).closed).toBe(CLOSE.signedOut.code);
  });
});

describe('tokens', () => {
  test('are listed without the token, and the database holds only a hash', async () => {
    const { token, made } = await makeToken(admin);
    expect(token).toMatch(/^lienhe_[\w-]{43}$/);
    const list = await admin.api.tokens.list();
    expect(list).toEqual({ ok: true, value: [made] });
    expect(made).toMatchObject({ name: 'Máy tính bảng', hint: token.slice(0, 11), mayWrite: true, usedAt: null });
    expect(JSON.stringify(list)).not.toContain(token);
    const files = ['lienhe.sqlite', 'lienhe.sqlite-wal'].map((name) =>
      readFileSync(join(relay.dataDir, name), 'latin1'),
    );
    expect(files.join('')).not.toContain(token.slice(11));
  });

  test('are their owner’s alone', async () => {
    const { made } = await makeToken(admin);
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    expect(await member.api.tokens.list()).toEqual({ ok: true, value: [] });
    expect(await member.api.tokens.revoke(made.id)).toEqual({
      ok: false,
      error: expect.objectContaining({ type: 'unknown' }) as object,
    });
    expect((await relay.browser().api.tokens.list()).ok).toBe(false);
  });

  test('open rooms, and nothing else', async () => {
    const { token } = await makeToken(admin);
    const sync = new NodeWebSocket(`${relay.url.replace('http', 'ws')}/sync?token=${token}`);
    expect(await new Promise((resolve) => sync.on('close', resolve))).toBe(CLOSE.signedOut.code);
    expect((await relay.browser().fetch(`/api/tokens?token=${token}`)).status).toBe(401);
  });

  test('a page of another site may use one; it borrows nobody’s cookie', async () => {
    const headers = { origin: 'https://other.example', cookie: admin.cookie };
    const url = `${relay.url.replace('http', 'ws')}/rooms/workspace`;
    const open = (address: string) =>
      new Promise((resolve) => {
        const socket = new NodeWebSocket(address, { headers });
        socket.on('message', () => {
          resolve('talks');
          socket.close();
        });
        socket.on('close', (code) => resolve(code));
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      });
    expect(await open(`${url}?token=${(await makeToken(admin)).token}`)).toBe('talks');
    expect(await open(`${url}?token=wrong`)).toBe(CLOSE.signedOut.code);
    expect(await open(url)).toBe(403);
  });

  test('twenty are enough', async () => {
    for (let i = 0; i < 20; i++) await makeToken(admin);
    expect(await admin.api.tokens.create({ name: 'x', days: null, mayWrite: false })).toMatchObject({
      ok: false,
      error: { type: 'too-many' },
    });
  });
});

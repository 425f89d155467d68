import 'fake-indexeddb/auto';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { CLOSE } from '#core/protocol/messages.ts';
import { createWorkspace, type Workspace } from '#workspace/workspace.ts';
import {
  ADMIN,
  addMember,
  setUp,
  startTestRelay,
  type TestBrowser,
  type TestRelay,
} from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // real processes, on machines that do other things too

let relay: TestRelay;
let admin: TestBrowser;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  relay = await startTestRelay({ recheckMs: 100 });
  admin = await setUp(relay);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await relay.stop();
});

const wsUrl = () => relay.url.replace('http', 'ws');
let copies = 0;

async function open(
  browser: TestBrowser,
  dbName = `copy-${++copies}`,
  more: Partial<Parameters<typeof createWorkspace>[0]> = {},
): Promise<Workspace> {
  const session = await browser.api.session();
  if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
  const workspace = createWorkspace({
    url: wsUrl(),
    dbName,
    me: session.value.me,
    WebSocket: browser.WebSocket,
    ...more,
  });
  closers.push(() => workspace.close());
  return workspace;
}

/** A stock y-websocket client, as any Yjs program would use. */
function stock(browser: TestBrowser, doc = new Y.Doc()) {
  const provider = new WebsocketProvider(`${wsUrl()}/rooms`, 'workspace', doc, {
    WebSocketPolyfill: browser.WebSocket,
    disableBc: true,
  });
  closers.push(() => provider.destroy());
  provider.awareness.setLocalState({}); // others pass over the first state of a stock client (clock 0)
  const closed = new Promise<number>((resolve) => provider.on('closed', ({ code }) => resolve(code)));
  const synced = new Promise<void>((resolve) => provider.on('sync', (is) => is && resolve()));
  return { doc, provider, closed, synced };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 10 });

describe('the document', () => {
  test('after set-up it holds the name, the first department and the administrator', async () => {
    const workspace = await open(admin);
    await until(() => expect(workspace.data().name).toBe(ADMIN.workspace));
    expect(workspace.data()).toMatchObject({
      departments: [{ id: 'sales', name: 'Kinh doanh' }],
      members: [{ name: ADMIN.name, email: ADMIN.email, role: 'admin', departmentId: 'sales', active: true }],
      fields: [],
      deletedFields: [],
      fieldRules: {},
      views: [],
      deletedViews: [],
      plugins: {},
    });
  });

  test('a new member appears to everybody who is there', async () => {
    const workspace = await open(admin);
    await until(() => expect(workspace.data().members).toHaveLength(1));
    await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình');
    await until(() => expect(workspace.data().members.map((member) => member.name)).toEqual([ADMIN.name, 'Bình']));
    expect(workspace.data().members[1]).toMatchObject({ role: 'member', departmentId: 'sales' });
  });

  test('B5: an administrator makes a field, a member cannot, with a client of his own either', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const [mine, theirs] = [await open(admin), await open(member)];
    await until(() => expect(theirs.data().members).toHaveLength(2));
    const make = { entity: 'contact', id: 'custom.hang', make: true, title: 'Hạng thẻ', type: 'text' } as const;
    expect(theirs.write({ type: 'edit-fields', edits: [make] })).toMatchObject({ error: { type: 'forbidden' } });
    expect(mine.write({ type: 'edit-fields', edits: [{ ...make, title: 'Email' }] })).toMatchObject({
      error: { type: 'invalid', fields: [{ field: 'title', error: { type: 'name-taken' } }] },
    });
    expect(mine.write({ type: 'edit-fields', edits: [make] }).ok).toBe(true);
    await until(() => expect(theirs.data().fields.map((field) => field.title)).toEqual(['Hạng thẻ']));
    const raw = stock(member);
    await raw.synced;
    raw.doc.getMap('fields').set('custom.hang:deletedAt', 1);
    expect(await raw.closed).toBe(CLOSE.forbidden.code);
    expect(mine.data().fields).toHaveLength(1);
  });

  test('an administrator writes, the other client sees it, a restart keeps it', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const [mine, theirs] = [await open(admin), await open(member)];
    await until(() => expect(mine.data().departments).toHaveLength(1));
    const made = await admin.api.people.createDepartment({ name: ' Chăm sóc khách hàng ' });
    if (!made.ok) throw new Error(made.error.type);
    const { id } = made.value;
    mine.write({ type: 'set-plugin', id: 'excel', enabled: false });
    mine.write({ type: 'set-setting', key: 'pageSize', value: 20 });
    await until(() => expect(theirs.data()).toMatchObject({ plugins: { excel: false }, settings: { pageSize: 20 } }));
    expect(theirs.data().departments.map((department) => department.name)).toEqual([
      'Chăm sóc khách hàng',
      'Kinh doanh',
    ]);
    expect((await admin.api.people.editDepartment(id, { name: 'CSKH' })).ok).toBe(true);
    await until(() => expect(theirs.data().departments[0]?.name).toBe('CSKH'));
    expect((await admin.api.people.removeDepartment('sales')).ok).toBe(true);
    await until(() => expect(theirs.data().departments).toEqual([{ id, name: 'CSKH' }]));
    const before = theirs.data();
    await relay.restart();
    const later = await open(member);
    await until(() => expect(later.data()).toMatchObject({ departments: before.departments, plugins: before.plugins }));
    // a removed department does not come back; who was in it moves to one that exists
    await until(() => expect(later.data().members.map((one) => one.departmentId)).toEqual([id, id]));
  });

  test('what was written offline arrives later, and the copy opens without the relay', async () => {
    const first = await open(admin, 'offline');
    await until(() => expect(first.data().departments).toHaveLength(1));
    await first.close();
    const offline = createWorkspace({
      url: 'ws://127.0.0.1:9',
      dbName: 'offline',
      me: { id: 'x', role: 'admin' },
    });
    await offline.loaded;
    expect(offline.data().name).toBe(ADMIN.workspace);
    offline.write({ type: 'set-setting', key: 'theme', value: 'dark' });
    await vi.waitFor(async () => {
      const copy = new Y.Doc();
      const { IndexeddbPersistence } = await import('y-indexeddb');
      const persistence = new IndexeddbPersistence('offline', copy);
      await persistence.whenSynced;
      await persistence.destroy();
      expect(copy.getMap('settings').get('theme')).toBe('dark');
    });
    await offline.close();
    await open(admin, 'offline');
    const other = await open(admin);
    await until(() => expect(other.data().settings['theme']).toBe('dark'));
  });

  test('a sender gets its own update back, after it was stored', async () => {
    const client = stock(admin);
    await client.synced;
    const frames: number[] = [];
    client.provider.ws!.addEventListener('message', ({ data }) => {
      const input = decoding.createDecoder(new Uint8Array(data as ArrayBuffer));
      if (decoding.readVarUint(input) === 0) frames.push(decoding.readVarUint(input));
    });
    client.doc.getMap('settings').set('a', 1);
    await until(() => expect(frames).toContain(2));
  });
});

describe('what is refused', () => {
  test.each([
    ['a member who writes a setting', 'member', (doc: Y.Doc): void => void doc.getMap('settings').set('theme', 'dark')],
    ['a member who makes himself an administrator', 'member', (doc: Y.Doc) => promote(doc)],
    ['an administrator who writes members', 'admin', (doc: Y.Doc) => promote(doc)],
    [
      'an administrator who deletes a member',
      'admin',
      (doc: Y.Doc) => doc.getMap('members').delete([...doc.getMap('members').keys()][0]!),
    ],
    [
      'an administrator who renames the workspace',
      'admin',
      (doc: Y.Doc): void => void doc.getMap('settings').set('name', 'Khác'),
    ],
  ] as const)('%s', async (_what, role, change) => {
    const watcher = stock(admin);
    const writer = stock(role === 'admin' ? admin : await addMember(relay, admin, 'binh@saomai.vn'));
    await Promise.all([watcher.synced, writer.synced]);
    await until(() => expect(writer.doc.getMap('members').size).toBe(role === 'admin' ? 1 : 2));
    await until(() => expect(watcher.doc.getMap('members').size).toBe(role === 'admin' ? 1 : 2));
    const before = Y.encodeStateAsUpdate(watcher.doc);
    change(writer.doc);
    expect(await writer.closed).toBe(CLOSE.forbidden.code);
    const fresh = stock(admin);
    await fresh.synced;
    expect(Y.encodeStateAsUpdate(fresh.doc)).toEqual(before);
    // the others go on
    watcher.doc.getMap('settings').set('after', true);
    await until(() => expect(fresh.doc.getMap('settings').get('after')).toBe(true));
  });

  test('a refused copy is given up and made again from the relay', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const onClosed = vi.fn();
    // a tab that still believes it may write: the relay alone knows better
    const workspace = await open(member, 'stale', { onClosed });
    await until(() => expect(workspace.data().members).toHaveLength(2));
    await workspace.close();
    const copy = new Y.Doc();
    const { IndexeddbPersistence } = await import('y-indexeddb');
    const persistence = new IndexeddbPersistence('stale', copy);
    await persistence.whenSynced;
    copy.getMap('settings').set('theme', 'dark');
    await persistence.destroy();
    const again = await open(member, 'stale', { onClosed });
    const themes: unknown[] = []; // the copy's shows only until the relay has refused it
    again.onData((data) => themes.push(data.settings['theme']));
    await until(() => expect(themes).toContain('dark'));
    await until(() => {
      expect(again.data().settings['theme']).toBeUndefined();
      expect(again.data().members).toHaveLength(2);
      expect(again.connected).toBe(true);
    });
    expect(onClosed).not.toHaveBeenCalled();
    const refused = again.write({ type: 'set-setting', key: 'theme', value: 'dark' });
    expect(refused).toEqual({ ok: false, error: { type: 'forbidden' } });
  });

  test('malformed frames, foreign encodings, gaps and oversized updates close only their sender', async () => {
    const watcher = stock(admin);
    await watcher.synced;
    const before = Y.encodeStateAsUpdate(watcher.doc);
    const other = new Y.Doc();
    other.getMap('settings').set('one', 1);
    const vector = Y.encodeStateVector(other);
    other.getMap('settings').set('two', 2);
    const large = new Y.Doc();
    large.getMap('settings').set('x', 'x'.repeat(1024 * 1024));
    const cases: readonly [string, Uint8Array | string, number][] = [
      ['text', 'hello', CLOSE.malformed.code],
      ['unknown type', Uint8Array.of(9), CLOSE.malformed.code],
      ['cut', Uint8Array.of(0, 2, 50, 1), CLOSE.malformed.code],
      ['not an update', update(Uint8Array.of(255, 255, 255, 1, 7, 7)), CLOSE.malformed.code],
      ['gap', update(Y.encodeStateAsUpdate(other, vector)), CLOSE.malformed.code],
      ['too large', update(Y.encodeStateAsUpdate(large)), CLOSE.tooLarge.code],
      ['bad state vector', frame(0, Uint8Array.of(5, 1)), CLOSE.malformed.code],
    ];
    for (const [what, bytes, code] of cases) expect(await sent(admin, bytes), what).toBe(code);
    // beyond one frame: the socket itself gives up
    expect(await sent(admin, new Uint8Array(5 * 1024 * 1024))).toBe(1009);
    expect(watcher.provider.wsconnected).toBe(true);
    expect(Y.encodeStateAsUpdate(watcher.doc)).toEqual(before);
    // V2 decodes as an empty V1 update at worst: nothing of it arrives
    const two = new Y.Doc();
    two.getMap('settings').set('v2', true);
    const socket = admin.socket('/rooms/workspace');
    closers.push(() => socket.terminate());
    socket.on('open', () => socket.send(update(Y.encodeStateAsUpdateV2(two))));
    watcher.doc.getMap('settings').set('later', 1);
    const fresh = stock(admin);
    await until(() => expect(fresh.doc.getMap('settings').get('later')).toBe(1));
    expect(fresh.doc.getMap('settings').has('v2')).toBe(false);
  });

  test('another site’s page, an unknown room, a missing session', async () => {
    const handshake = (path: string, headers: Record<string, string>, browser = admin) =>
      new Promise<number>((resolve, reject) => {
        const socket = browser.socket(path, headers);
        socket.on('unexpected-response', (_request, response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        socket.on('open', () => reject(new Error('opened')));
        socket.on('error', () => undefined);
      });
    expect(await handshake('/rooms/workspace', { origin: 'https://evil.example' })).toBe(403);
    expect(await handshake('/sync', { origin: 'https://evil.example' })).toBe(403);
    expect(await handshake('/rooms/other', {})).toBe(404);
    for (const path of ['/rooms/workspace', '/sync']) {
      const socket = relay.browser().socket(path);
      expect(await new Promise((resolve) => socket.on('close', resolve))).toBe(CLOSE.signedOut.code);
    }
  });

  test('signing out closes the session’s sockets at once, and no others', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    const onClosed = vi.fn();
    const [gone, stays] = [await open(member, undefined, { onClosed }), await open(admin)];
    await until(() => expect([gone.connected, stays.connected]).toEqual([true, true]));
    await member.api.signOut();
    await until(() => expect(onClosed).toHaveBeenCalledWith('signed-out'));
    expect(gone.data().members).toHaveLength(2);
    expect(stays.connected).toBe(true);
    await member.api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' });
    gone.reconnect();
    await until(() => expect(gone.connected).toBe(true));
  });

  test('a session that ends elsewhere is noticed while the socket is silent', async () => {
    const client = stock(admin);
    await client.synced;
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(`${relay.dataDir}/lienhe.sqlite`);
    db.exec('delete from session');
    db.close();
    expect(await client.closed).toBe(CLOSE.signedOut.code);
  });
});

describe('presence', () => {
  test('appears, changes and disappears', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình');
    const [mine, theirs] = [await open(admin), await open(member)];
    const seen = vi.fn();
    mine.onPresence(seen);
    await until(() => expect(mine.presence()).toMatchObject([{ name: 'Bình' }]));
    expect(mine.presence()[0]?.viewing).toEqual([]);
    const record = 'contact_01jd0000000000000000000000';
    theirs.setViewing([record]);
    await until(() => expect(mine.presence()).toMatchObject([{ name: 'Bình', viewing: [record] }]));
    expect(theirs.presence()).toMatchObject([{ name: ADMIN.name }]);
    await theirs.close();
    await until(() => expect(mine.presence()).toEqual([]));
    expect(seen).toHaveBeenCalled();
  });

  test('ends when the socket breaks without a word, and comes back with the next one', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình');
    const [mine, theirs] = [await open(admin), stock(member)];
    await until(() => expect(mine.presence()).toHaveLength(1));
    (theirs.provider.ws as unknown as { terminate(): void }).terminate();
    await until(() => expect(mine.presence()).toHaveLength(0));
    theirs.provider.awareness.setLocalStateField('viewing', 'x');
    await until(() => expect(mine.presence()).toMatchObject([{ name: 'Bình' }]));
  });

  test('cannot be forged: neither one’s own name nor somebody else’s entry', async () => {
    const member = await addMember(relay, admin, 'binh@saomai.vn', 'member', 'Bình');
    const watcher = await open(admin);
    const victim = stock(admin);
    await victim.synced;
    await until(() => expect(watcher.presence()).toHaveLength(1));
    const forger = stock(member);
    await forger.synced;
    forger.provider.awareness.setLocalState({
      user: { id: 'an', name: ADMIN.name },
      viewing: 'contact_01jd0000000000000000000001',
    });
    await until(() => expect(watcher.presence()).toHaveLength(2));
    await until(() => expect(watcher.presence().find((one) => one.viewing.length > 0)?.name).toBe('Bình'));
    // the victim's client id, gone and rewritten
    forger.provider.ws!.send(awareness([victim.doc.clientID, 1000, 'null']));
    forger.provider.ws!.send(
      awareness([victim.doc.clientID, 1001, '{"viewing":"contact_01jd0000000000000000000002"}']),
    );
    const marker = 'contact_01jd0000000000000000000003';
    forger.provider.awareness.setLocalStateField('viewing', marker);
    await until(() => expect(watcher.presence().flatMap((one) => one.viewing)).toContain(marker));
    const victims = watcher.presence().find((one) => one.connection === victim.doc.clientID);
    const user = expect.any(String) as string;
    expect(victims).toEqual({ connection: victim.doc.clientID, user, name: ADMIN.name, viewing: [] });
  });

  test('a state that is too large, or no state, closes its sender', async () => {
    expect(await sent(admin, awareness([7, 1, JSON.stringify({ x: 'x'.repeat(3000) })]))).toBe(CLOSE.tooLarge.code);
    expect(await sent(admin, awareness([7, 1, '[1]']))).toBe(CLOSE.malformed.code);
    expect(await sent(admin, awareness([7, 1, '{']))).toBe(CLOSE.malformed.code);
  });
});

test('a stopping relay says so, ends within its time, and clients come back', async () => {
  const workspace = await open(admin);
  await until(() => expect(workspace.connected).toBe(true));
  const silent = admin.socket('/sync');
  closers.push(() => silent.terminate());
  await new Promise((resolve) => silent.on('open', resolve));
  const code = new Promise((resolve) => silent.on('close', resolve));
  const startedAt = Date.now();
  await relay.restart();
  expect(Date.now() - startedAt).toBeLessThan(5000);
  expect(await code).toBe(CLOSE.goingAway.code);
  await until(() => expect(workspace.connected).toBe(true));
});

function promote(doc: Y.Doc): void {
  const members = doc.getMap('members');
  const [id, member] = [...members.entries()].at(-1)!;
  members.set(id, { ...(member as object), role: 'admin', title: 'Giám đốc' });
}

/** Opens a socket, sends one frame and tells the code it was closed with. */
function sent(browser: TestBrowser, bytes: Uint8Array | string): Promise<number> {
  const socket = browser.socket('/rooms/workspace');
  socket.on('open', () => socket.send(bytes));
  return new Promise((resolve, reject) => {
    socket.on('close', resolve);
    socket.on('error', reject);
  });
}

const update = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => frame(2, bytes);

function frame(step: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return encoding.encode((out) => {
    encoding.writeVarUint(out, 0);
    encoding.writeVarUint(out, step);
    encoding.writeVarUint8Array(out, bytes);
  });
}

function awareness([clientId, clock, json]: readonly [number, number, string]): Uint8Array<ArrayBuffer> {
  const entry = encoding.encode((out) => {
    encoding.writeVarUint(out, 1);
    encoding.writeVarUint(out, clientId);
    encoding.writeVarUint(out, clock);
    encoding.writeVarString(out, json);
  });
  return encoding.encode((out) => {
    encoding.writeVarUint(out, 1);
    encoding.writeVarUint8Array(out, entry);
  });
}

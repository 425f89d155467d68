import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CLOSE } from '#core/protocol/messages.ts';
import {
  addMember,
  ADMIN,
  setUp,
  startTestRelay,
  type TestBrowser,
  type TestRelay,
} from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let relay: TestRelay;
let laptop: TestBrowser;
beforeEach(async () => {
  relay = await startTestRelay({ recheckMs: 60_000 });
  laptop = await setUp(relay);
});
afterEach(() => relay.stop());

/** The same person at another browser. */
async function signIn(agent: string): Promise<TestBrowser> {
  const browser = relay.browser();
  const { email, password } = ADMIN;
  const done = await browser.api.signIn({ email, password });
  if (!done.ok) throw new Error(done.error.type);
  await browser.fetch('/api/session', { headers: { 'user-agent': agent } });
  return browser;
}
async function list(browser = laptop) {
  const answer = await browser.api.devices.list();
  if (!answer.ok) throw new Error(answer.error.type);
  return answer.value;
}
const stateOf = async (browser: TestBrowser) => {
  const answer = await browser.api.session();
  return answer.ok ? answer.value.state : answer.error.type;
};
/** Opens a socket; gives what it was closed with. */
function open(browser: TestBrowser, path = '/sync') {
  const socket = browser.socket(path);
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  return { opened: new Promise((resolve) => socket.once('open', resolve)), closed };
}

describe('my devices (sync.md §5)', () => {
  test('are listed with their browser, the asking one first, without their tokens', async () => {
    const phone = await signIn('Mozilla/5.0 (Linux; Android 15) Chrome/150.0');
    const socket = open(phone);
    await socket.opened;
    const sessions = await list();
    expect(sessions.map(({ current, online }) => ({ current, online }))).toEqual([
      { current: true, online: false },
      { current: false, online: true },
    ]);
    expect(sessions[1]?.agent).toContain('Android');
    const text = await (await laptop.fetch('/api/sessions')).text();
    expect(text).not.toContain(decodeURIComponent(phone.cookie.split('=')[1]!).split('.')[0]);
  });

  test('one is signed out from another: its sockets close at once, its cookie is worth nothing', async () => {
    const phone = await signIn('phone');
    const sockets = [open(phone), open(phone, '/rooms/workspace')];
    await Promise.all(sockets.map((socket) => socket.opened));
    const theirs = (await list()).find((session) => !session.current)!;
    expect((await laptop.api.devices.end(theirs.id, false)).ok).toBe(true);
    expect(await Promise.all(sockets.map((socket) => socket.closed))).toEqual([4401, 4401]);
    expect(await stateOf(phone)).toBe('signed-out');
    expect(await open(phone).closed).toBe(CLOSE.signedOut.code);
    expect(await stateOf(laptop)).toBe('signed-in');
    expect(await list()).toHaveLength(1);
  });

  test('one that is to be wiped hears it at once, or whenever it comes back, also from a relay that restarted', async () => {
    const phone = await signIn('phone');
    const here = open(phone);
    await here.opened;
    const away = await signIn('away');
    expect(await laptop.api.devices.endOthers(true)).toMatchObject({ ok: true, value: 2 });
    expect(await here.closed).toBe(CLOSE.wipe.code);
    await relay.restart();
    expect(await open(away).closed).toBe(CLOSE.wipe.code);
    expect(await open(away, '/rooms/workspace').closed).toBe(CLOSE.wipe.code);
    expect(await stateOf(away)).toBe('signed-out');
    expect(await stateOf(laptop)).toBe('signed-in');
  });

  test('nobody ends the session that asks, nor one of somebody else', async () => {
    const binh = await addMember(relay, laptop, 'binh@saomai.vn');
    const [mine] = await list();
    const [theirs] = await list(binh);
    const type = async (browser: TestBrowser, id: string) => {
      const done = await browser.api.devices.end(id, true);
      return done.ok ? 'ok' : done.error.type;
    };
    expect(await type(laptop, mine!.id)).toBe('current');
    expect(await type(laptop, theirs!.id)).toBe('unknown');
    expect(await stateOf(binh)).toBe('signed-in');
    expect((await relay.browser().fetch('/api/sessions')).status).toBe(401);
  });

  test('who is deactivated is wiped everywhere; reactivated, they sign in anew', async () => {
    const binh = await addMember(relay, laptop, 'binh@saomai.vn');
    const session = await binh.api.session();
    if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
    const { id } = session.value.me;
    const socket = open(binh);
    await socket.opened;
    expect((await laptop.api.people.editMember(id, { active: false })).ok).toBe(true);
    expect(await socket.closed).toBe(CLOSE.wipe.code);
    expect(await open(binh).closed).toBe(CLOSE.wipe.code);
    expect((await laptop.api.people.editMember(id, { active: true })).ok).toBe(true);
    expect(await stateOf(binh)).toBe('signed-out');
    expect((await binh.api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' })).ok).toBe(true);
    const back = open(binh);
    await back.opened;
    expect(await stateOf(binh)).toBe('signed-in');
  });

  test('a cookie that is none is only signed out', async () => {
    const socket = relay.browser().socket('/sync', { cookie: 'lienhe.session_token=%E0%A4%A' });
    expect(await new Promise<number>((resolve) => socket.on('close', resolve))).toBe(CLOSE.signedOut.code);
  });
});

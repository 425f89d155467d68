import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApi } from '../../../src/app/api.ts';
import { ADMIN, addMember, setUp, startTestRelay, type TestRelay } from '../../support/relay-in-process.ts';

const DAY = 24 * 60 * 60 * 1000;
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 }); // real processes, on machines that do other things too

let relay: TestRelay;
let offset = 0;
const lines: string[] = [];
const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

beforeEach(async () => {
  offset = 0;
  lines.length = 0;
  const log = pino({ level: 'debug' }, { write: (line) => void lines.push(line) });
  relay = await startTestRelay({ now: () => Date.now() + offset, log });
});
afterEach(() => relay.stop());

describe('set-up', () => {
  test('a new relay asks for it; it makes the administrator and the workspace and signs in', async () => {
    const browser = relay.browser();
    expect(await browser.api.session()).toEqual({ ok: true, value: { state: 'setup' } });
    const done = await browser.api.setup(ADMIN);
    const me = { name: ADMIN.name, email: ADMIN.email, role: 'admin', workspaceName: ADMIN.workspace };
    expect(done).toMatchObject({ ok: true, value: me });
    expect(await browser.api.session()).toMatchObject({ ok: true, value: { state: 'signed-in', me } });
    expect(await relay.browser().api.session()).toEqual({
      ok: true,
      value: { state: 'signed-out', workspace: ADMIN.workspace },
    });
  });

  test('of five that set up at once, one succeeds', async () => {
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((i) =>
        relay.browser().api.setup({ ...ADMIN, email: `an${i}@saomai.vn`, workspace: `W${i}` }),
      ),
    );
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    for (const result of results) if (!result.ok) expect(result.error.type).toBe('already-set-up');
  });

  test('a second set-up is refused', async () => {
    await setUp(relay);
    expect(await relay.browser().api.setup({ ...ADMIN, email: 'ke-gian@x.vn' })).toMatchObject({
      ok: false,
      error: { type: 'already-set-up' },
    });
  });

  test('wrong input names its fields', async () => {
    const { api } = relay.browser();
    expect(await api.setup({ ...ADMIN, name: ' ', email: 'an@' })).toMatchObject({
      ok: false,
      error: { type: 'invalid', fields: { name: 'required', email: 'email-invalid' } },
    });
    expect(await api.setup({ ...ADMIN, password: 'ngan' })).toMatchObject({
      ok: false,
      error: { type: 'weak-password' },
    });
    expect(await api.setup({ ...ADMIN, password: 'aaaaaaaaaa' })).toMatchObject({
      ok: false,
      error: { type: 'weak-password' },
    });
    expect(await api.session()).toMatchObject({ value: { state: 'setup' } });
  });

  test('secret and session are kept as they must be', async () => {
    const browser = relay.browser();
    const response = await browser.fetch('/api/setup', post(ADMIN));
    const [cookie = ''] = response.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).toMatch(/Max-Age=2592000/i);
    if (!relay.databaseUrl) expect(statSync(join(relay.dataDir, 'secret')).mode & 0o777).toBe(0o600);
    await relay.restart();
    expect(await browser.api.session()).toMatchObject({ value: { state: 'signed-in' } });
  });
});

describe('sign-in', () => {
  test('with the right password; mail in any case', async () => {
    await setUp(relay);
    const browser = relay.browser();
    const { password } = ADMIN;
    expect(await browser.api.signIn({ email: ' AN@saomai.vn', password })).toMatchObject({
      ok: true,
      value: { email: ADMIN.email },
    });
    expect(await browser.api.session()).toMatchObject({ value: { state: 'signed-in' } });
    expect(await browser.api.signOut()).toEqual({ ok: true, value: undefined });
    expect(await browser.api.session()).toMatchObject({ value: { state: 'signed-out' } });
  });

  test('a wrong password and an unknown mail get the same answer', async () => {
    await setUp(relay);
    const { api } = relay.browser();
    const wrong = await api.signIn({ email: ADMIN.email, password: 'sai-mat-khau' });
    expect(wrong).toMatchObject({ ok: false, error: { type: 'wrong-password' } });
    expect(await api.signIn({ email: 'khong-co@saomai.vn', password: 'sai-mat-khau' })).toEqual(wrong);
    expect(await api.signIn({ email: 'khong phai mail', password: 'sai-mat-khau' })).toEqual(wrong);
  });

  test('five failures for one account, then wait; the right password does not help before; others may sign in', async () => {
    const admin = await setUp(relay);
    await addMember(relay, admin, 'binh@saomai.vn');
    const { api } = relay.browser();
    const { email, password } = ADMIN;
    const tries = await Promise.all(Array.from({ length: 8 }, () => api.signIn({ email, password: 'sai-mat-khau' })));
    const types = tries.map((result) => (result.ok ? 'ok' : result.error.type));
    expect(types.filter((type) => type === 'wrong-password')).toHaveLength(5);
    expect(types.filter((type) => type === 'rate-limited')).toHaveLength(3);
    const limited = await api.signIn({ email, password });
    expect(limited).toMatchObject({ ok: false, error: { type: 'rate-limited' } });
    if (!limited.ok && limited.error.type === 'rate-limited') expect(limited.error.retryAfter).toBeGreaterThan(200);
    expect(await api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' })).toMatchObject({ ok: true });
    offset = 5 * 60_000;
    expect(await api.signIn({ email, password })).toMatchObject({ ok: true });
  });
});

describe('invitations', () => {
  test('made, listed, looked at, accepted once', async () => {
    const admin = await setUp(relay);
    const made = await admin.api.invitations.create({ email: 'Binh@saomai.vn', role: 'member', name: 'Bình' });
    if (!made.ok) throw new Error(made.error.type);
    const { id, url, expiresAt } = made.value;
    expect(url).toBe(`${relay.url}/invite/${id}`);
    expect(id.length).toBeGreaterThanOrEqual(24);
    expect(expiresAt).toBeGreaterThan(Date.now() + 6.9 * DAY);
    expect(await admin.api.invitations.list()).toMatchObject({
      value: [{ id, email: 'binh@saomai.vn', role: 'member', name: 'Bình' }],
    });

    const guest = relay.browser();
    const look = { workspace: ADMIN.workspace, email: 'binh@saomai.vn', invitedBy: ADMIN.name };
    expect(await guest.api.invitations.look(id)).toMatchObject({ value: { state: 'open', ...look } });
    const input = { name: 'Trần Thị Bình', password: 'mat-khau-2' };
    const [one, two] = await Promise.all([
      guest.api.invitations.accept(id, input),
      relay.browser().api.invitations.accept(id, input),
    ]);
    expect([one, two].filter((result) => result.ok)).toHaveLength(1);
    expect([one, two].find((result) => !result.ok)).toMatchObject({ error: { type: 'used' } });
    expect(await guest.api.invitations.look(id)).toMatchObject({ value: { state: 'used' } });
    expect(await admin.api.invitations.list()).toEqual({ ok: true, value: [] });
    expect(await guest.api.signIn({ email: 'binh@saomai.vn', password: 'mat-khau-2' })).toMatchObject({
      value: { role: 'member' },
    });
  });

  test('expired after seven days', async () => {
    const admin = await setUp(relay);
    const made = await admin.api.invitations.create({ email: 'binh@saomai.vn', role: 'member' });
    if (!made.ok) throw new Error(made.error.type);
    offset = 7 * DAY + 1;
    const { api } = relay.browser();
    expect(await api.invitations.look(made.value.id)).toMatchObject({ value: { state: 'expired' } });
    expect(await api.invitations.accept(made.value.id, { name: 'B', password: 'mat-khau-2' })).toMatchObject({
      error: { type: 'expired' },
    });
  });

  test('revoked; a new one for the same mail withdraws the earlier', async () => {
    const admin = await setUp(relay);
    const first = await admin.api.invitations.create({ email: 'binh@saomai.vn', role: 'member' });
    const second = await admin.api.invitations.create({ email: 'binh@saomai.vn', role: 'admin' });
    if (!first.ok || !second.ok) throw new Error('not made');
    const { api } = relay.browser();
    expect(await api.invitations.look(first.value.id)).toMatchObject({ value: { state: 'revoked' } });
    expect(await admin.api.invitations.revoke(second.value.id)).toEqual({ ok: true, value: undefined });
    expect(await api.invitations.accept(second.value.id, { name: 'B', password: 'mat-khau-2' })).toMatchObject({
      error: { type: 'revoked' },
    });
    expect(await admin.api.invitations.revoke('khong-co')).toMatchObject({ error: { type: 'unknown' } });
    expect(await api.invitations.look('khong-co')).toMatchObject({ value: { state: 'unknown' } });
  });

  test('a mail that has an account', async () => {
    const admin = await setUp(relay);
    await addMember(relay, admin, 'binh@saomai.vn');
    expect(await admin.api.invitations.create({ email: 'binh@saomai.vn', role: 'member' })).toMatchObject({
      error: { type: 'already-member' },
    });
    const made = await admin.api.invitations.create({ email: 'chi@saomai.vn', role: 'member' });
    if (!made.ok) throw new Error(made.error.type);
    const weak = await relay.browser().api.invitations.accept(made.value.id, { name: 'Chi', password: 'ngan' });
    expect(weak).toMatchObject({ error: { type: 'weak-password' } });
    expect(await relay.browser().api.invitations.look(made.value.id)).toMatchObject({ value: { state: 'open' } });
  });

  test('only administrators make, see and withdraw them', async () => {
    const admin = await setUp(relay);
    const member = await addMember(relay, admin, 'binh@saomai.vn');
    for (const [browser, type] of [
      [member, 'forbidden'],
      [relay.browser(), 'signed-out'],
    ] as const) {
      expect(await browser.api.invitations.create({ email: 'x@x.vn', role: 'admin' })).toMatchObject({
        error: { type },
      });
      expect(await browser.api.invitations.list()).toMatchObject({ error: { type } });
      expect(await browser.api.invitations.revoke('x')).toMatchObject({ error: { type } });
    }
  });
});

describe('HTTP', () => {
  test('health', async () => {
    const response = await relay.browser().fetch('/api/health');
    expect(await response.json()).toEqual({ ok: true, version: 'test', storage: 'ok' });
  });

  test('writes of another site are refused', async () => {
    const admin = await setUp(relay);
    const invite = async (headers: Record<string, string>) => {
      const request = new Request(`${relay.url}/api/invitations`, post({ email: 'x@x.vn', role: 'admin' }));
      for (const [name, value] of Object.entries({ cookie: admin.cookie, ...headers }))
        request.headers.set(name, value);
      return relay.running.fetch(request);
    };
    const { host } = new URL(relay.url);
    const foreign: Record<string, string>[] = [
      { origin: 'https://evil.example', host },
      { origin: 'null', host },
      { origin: 'http://evil.example', host: 'evil.example' },
      { 'sec-fetch-site': 'cross-site', host },
    ];
    for (const headers of foreign) {
      const response = await invite(headers);
      expect(response.status, JSON.stringify(headers)).toBe(403);
      expect(await response.json()).toMatchObject({ error: { type: 'origin-not-allowed' } });
    }
    expect(await admin.api.invitations.list()).toEqual({ ok: true, value: [] });
    expect((await invite({ origin: relay.url, host })).status).toBe(201);
  });

  test('a form, broken JSON and an oversized body', async () => {
    const browser = relay.browser();
    const form = await browser.fetch('/api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(form.status).toBe(415);
    const broken = await browser.fetch('/api/sign-in', { ...post({}), body: '{"email":' });
    expect(broken.status).toBe(400);
    const large = await browser.fetch('/api/setup', post({ ...ADMIN, name: 'x'.repeat(20_000) }));
    expect(large.status).toBe(413);
    expect(await large.json()).toMatchObject({ error: { type: 'too-large' } });
    expect(await browser.api.session()).toMatchObject({ value: { state: 'setup' } });
  });

  test('unknown calls and plugins', async () => {
    const browser = relay.browser();
    const call = await browser.fetch('/api/khong-co');
    expect([call.status, await call.json()]).toMatchObject([404, { error: { type: 'not-found' } }]);
    const plugin = await browser.fetch('/p/zalo/hook', post({}));
    expect([plugin.status, await plugin.json()]).toMatchObject([404, { error: { type: 'plugin-not-found' } }]);
    const sync = await browser.fetch('/sync');
    expect(sync.status).toBe(426);
    expect((await browser.fetch('/api/auth/sign-up/email', post(ADMIN))).status).toBe(404);
  });

  test('security headers on every answer', async () => {
    for (const path of ['/', '/api/health', '/api/khong-co', '/p/x/y']) {
      const { headers } = await relay.browser().fetch(path);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('permissions-policy')).toContain('camera=()');
      expect(headers.get('strict-transport-security')).toBeNull();
      expect(headers.get('x-request-id')).toMatch(/^[\w-]+$/);
    }
  });

  test('logs name the request and no secret', async () => {
    const admin = await setUp(relay);
    const made = await admin.api.invitations.create({ email: 'binh@saomai.vn', role: 'member' });
    if (!made.ok) throw new Error(made.error.type);
    await relay.browser().api.invitations.look(made.value.id);
    await relay.browser().api.signIn({ email: ADMIN.email, password: 'sai-mat-khau' });
    const response = await admin.fetch('/api/session', { headers: { 'x-request-id': 'thu-1' } });
    expect(response.headers.get('x-request-id')).toBe('thu-1');
    const log = lines.join('');
    expect(log).toContain('"id":"thu-1"');
    const token = decodeURIComponent(admin.cookie.split('=', 2)[1] ?? '').split('.', 1)[0] ?? '';
    expect(token.length).toBeGreaterThan(20);
    for (const secret of [ADMIN.password, 'sai-mat-khau', token, made.value.id]) expect(log).not.toContain(secret);
  });
});

test('the client tells a captive portal and a dead network from an answer', async () => {
  const portal = createApi(
    async () => new Response('<html>Wi-Fi</html>', { headers: { 'content-type': 'text/html' } }),
  );
  expect(await portal.session()).toEqual({ ok: false, error: { type: 'unreachable' } });
  const dead = createApi(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await dead.signIn({ email: 'a@b.vn', password: 'x' })).toEqual({ ok: false, error: { type: 'unreachable' } });
  const foreign = createApi(async () => Response.json({ message: 'Bad Gateway' }, { status: 502 }));
  expect(await foreign.session()).toEqual({ ok: false, error: { type: 'unreachable' } });
  const newer = createApi(async () => Response.json({ error: { type: 'second-factor' } }, { status: 401 }));
  expect(await newer.signIn({ email: 'a@b.vn', password: 'x' })).toEqual({ ok: false, error: { type: 'unexpected' } });
});

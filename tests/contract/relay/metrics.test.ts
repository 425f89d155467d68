import { once } from 'node:events';
import { request } from 'node:http';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { encodeClientMessage } from '#core/protocol/codec.ts';
import { DEVICE_CLOSE, PROTOCOL_VERSION } from '#core/protocol/messages.ts';
import { WORKSPACE_ROOM } from '#core/record/workspace-doc.ts';
import { createRecord } from '#crdt/record.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const TOKEN = 'mot-ma-that-dai-1';
let relay: TestRelay;
afterEach(() => relay.stop());

const contact = () => createRecord({ name: 'Bí Mật' }, { hlc: hlcFromMs(Date.now()), clientId: 5 });
const garbage = new Uint8Array([1, 2, 3]);

async function scrape(): Promise<string> {
  const answer = await fetch(`${relay.url}/metrics`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.text();
}

/** Series → value; fails on what is not the text format: a line of another form, a family without its comments. */
function read(text: string): Map<string, number> {
  expect(text.endsWith('\n')).toBe(true);
  const series = new Map<string, number>();
  let family = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name] = comment;
      if (kind === 'HELP') family = name!;
      else expect([name, comment[3]]).toEqual([family, expect.stringMatching(/^(counter|gauge|histogram)$/)]);
      continue;
    }
    if (line === '') continue;
    const sample = /^([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? (-?[\d.e+-]+)$/.exec(line);
    expect(sample, line).not.toBeNull();
    expect(sample![1]!.replace(/_(bucket|sum|count)$/, '')).toBe(family);
    series.set(`${sample![1]}${sample![2] ?? ''}`, Number(sample![3]));
  }
  return series;
}

/** Opens a socket that says hello, and waits for the answer. */
async function greet(admin: TestBrowser, device: string) {
  const socket = admin.socket('/sync');
  await once(socket, 'open');
  const cursor = { incarnation: '', seq: 0 };
  const hello = { type: 'hello', version: PROTOCOL_VERSION, build: 'test', device, cursor } as const;
  socket.send(encodeClientMessage({ ...hello, touched: [], complete: [] }));
  await once(socket, 'message');
  return socket;
}

describe('GET /metrics', () => {
  test('says what real pushes, refusals and sockets were', async () => {
    relay = await startTestRelay();
    const admin = await setUp(relay);
    const writer = await connectPushClient(relay.url, admin.cookie);
    const reader = await connectPushClient(relay.url, admin.cookie);
    const room = admin.socket(`/rooms/${WORKSPACE_ROOM}`);
    await once(room, 'open');
    const before = read(await scrape());
    expect(before.get('lienhe_push_rejections_total{reason="forbidden"}')).toBe(0);
    expect(before.get('lienhe_checksum_mismatches_total')).toBe(0);

    await writer.push([
      { id: newId('contact'), update: contact() },
      { id: newId('contact'), update: contact() },
    ]);
    const { results } = await writer.push([
      { id: newId('contact'), update: garbage },
      { id: newId('contact'), update: contact() },
      { id: newId('contact'), update: garbage },
    ]);
    expect(results.map((result) => (result.kind === 'rejected' ? result.reason : result.kind))).toEqual([
      'malformed',
      'ok',
      'malformed',
    ]);

    const found = read(await scrape());
    expect(found.get('lienhe_connections{kind="sync"}')).toBe(2);
    expect(found.get('lienhe_connections{kind="rooms"}')).toBe(1);
    expect(found.get('lienhe_log_head')).toBe(3);
    expect(found.get('lienhe_pushes_total{outcome="committed"}')).toBe(2);
    expect(found.get('lienhe_push_rejections_total{reason="malformed"}')).toBe(2);
    expect(found.get('lienhe_push_rejections_total{reason="forbidden"}')).toBe(0);
    expect(found.get('lienhe_commit_queue_depth')).toBe(0);
    expect(found.get('lienhe_storage_ok')).toBe(1);
    expect(found.get('lienhe_disk_free_bytes')).toBeGreaterThan(0);
    for (const histogram of ['lienhe_commit_seconds', 'lienhe_fanout_seconds']) {
      const buckets = [...found].filter(([name]) => name.startsWith(`${histogram}_bucket`)).map(([, n]) => n);
      expect(buckets, 'cumulative').toEqual(buckets.toSorted((a, b) => a - b));
      expect(found.get(`${histogram}_bucket{le="+Inf"}`)).toBe(2);
      expect(found.get(`${histogram}_count`)).toBe(2);
      expect(found.get(`${histogram}_sum`)).toBeGreaterThan(0);
    }
    expect(await scrape()).not.toContain('Bí Mật');

    for (const one of [writer, reader]) one.close();
    room.terminate();
    await vi.waitFor(async () => {
      const ended = read(await scrape());
      expect(ended.get('lienhe_connections{kind="sync"}')).toBe(0);
      expect(ended.get('lienhe_sockets_closed_total{kind="sync",reason="left"}')).toBe(2);
      expect(ended.get('lienhe_sockets_closed_total{kind="rooms",reason="lost"}')).toBe(1);
    });
  });

  test('V7: a device that says its records differ is counted; a code nobody knows makes no new series', async () => {
    relay = await startTestRelay();
    const admin = await setUp(relay);
    (await greet(admin, 'differs')).close(DEVICE_CLOSE.differs);
    (await greet(admin, 'odd')).close(4999, 'a text of the client’s');
    await vi.waitFor(async () => {
      const found = read(await scrape());
      expect(found.get('lienhe_checksum_mismatches_total')).toBe(1);
      expect(found.get('lienhe_sockets_closed_total{kind="sync",reason="other"}')).toBe(1);
    });
    expect(await admin.api.syncStatus()).toMatchObject({ ok: true, value: { mismatches: 1 } });
  });

  test('a push out of order is refused, counted, and told in the log by connection, device and number', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { level: 'debug', base: null },
      { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    relay = await startTestRelay({ log });
    const admin = await setUp(relay);
    const socket = await greet(admin, 'device-of-an');
    socket.send(encodeClientMessage({ type: 'push', n: 1, changes: [{ id: newId('contact'), update: garbage }] }));
    await once(socket, 'message');
    const change = { id: newId('contact'), update: contact() };
    socket.send(encodeClientMessage({ type: 'push', n: 7, changes: [change] }));
    await once(socket, 'close');
    expect(read(await scrape()).get('lienhe_push_rejections_total{reason="out-of-order"}')).toBe(1);

    const handshake = lines.find((line) => line.path === '/sync');
    const closed = lines.find((line) => line.msg === 'socket closed');
    expect(closed).toMatchObject({ device: 'device-of-an', because: 'push 7 after 1', reason: 'malformed' });
    expect(closed?.connection).toEqual(handshake?.id);
    expect(closed?.connection).toEqual(expect.stringMatching(/^[\w-]{8,}$/));
    const refused = lines.filter((line) => line.msg === 'changes refused');
    expect(refused).toMatchObject([
      { device: 'device-of-an', n: 1, reasons: ['malformed'] },
      { device: 'device-of-an', n: 7, reasons: ['out-of-order'] },
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/Bí Mật|Nguyễn Văn An/);
  });

  test('a room’s refusal is told in the log by the connection of its handshake', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      { level: 'debug', base: null },
      { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
    );
    relay = await startTestRelay({ log });
    const admin = await setUp(relay);
    const socket = admin.socket('/rooms/workspace');
    await once(socket, 'open');
    socket.send(new Uint8Array([250, 1, 2]));
    await once(socket, 'close');
    const handshake = lines.find((line) => line.path === '/rooms/workspace');
    const refused = lines.find((line) => line.msg === 'room frame refused');
    expect(refused).toMatchObject({ connection: handshake?.id, reason: 'malformed' });
    expect(refused?.connection).toEqual(expect.stringMatching(/^[\w-]{8,}$/));
  });

  test('is for this machine and for the token; a session opens nothing', async () => {
    relay = await startTestRelay({ metricsToken: TOKEN });
    const admin = await setUp(relay);
    /** As a proxy on this machine passes a request on. */
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${relay.url}/metrics`, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        })
          .on('error', reject)
          .end();
      });
    const proxied = { host: 'crm.example.vn' };
    expect(await status({})).toBe(200);
    expect(await status(proxied)).toBe(403);
    expect(await status({ 'x-forwarded-for': '203.0.113.5' })).toBe(403);
    expect(await status({ ...proxied, cookie: admin.cookie })).toBe(403);
    expect(await status({ ...proxied, authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status({ ...proxied, authorization: `Bearer ${TOKEN}x` })).toBe(403);
    expect(await status({ ...proxied, authorization: 'Bearer ' })).toBe(403);
    expect(await status({ ...proxied, authorization: TOKEN })).toBe(403);
    // no connection to judge by
    expect((await relay.running.fetch(new Request('http://localhost/metrics'))).status).toBe(403);
  });

  test('without a token set, none is good', async () => {
    relay = await startTestRelay();
    const headers = { 'x-forwarded-for': '203.0.113.5', authorization: 'Bearer undefined' };
    expect((await fetch(`${relay.url}/metrics`, { headers })).status).toBe(403);
  });
});

describe('GET /api/sync-status', () => {
  test('tells administrators what the metrics tell programs', async () => {
    relay = await startTestRelay();
    const admin = await setUp(relay);
    expect(await admin.api.syncStatus()).toMatchObject({
      ok: true,
      value: { log: { entries: 0, lastAt: null }, commits: null, refused: [], silent: [] },
    });
    const from = Date.now();
    const device = await connectPushClient(relay.url, admin.cookie);
    await device.push([
      { id: newId('contact'), update: contact() },
      { id: newId('contact'), update: garbage },
    ]);
    // a device may push before it has caught up
    await vi.waitFor(async () =>
      expect(await admin.api.syncStatus()).toMatchObject({ value: { devices: { connected: 1, behind: 0 } } }),
    );
    const answer = await admin.api.syncStatus();
    if (!answer.ok) throw new Error(answer.error.type);
    const { log, commits, refused, storage, waiting, mismatches } = answer.value;
    expect(log.entries).toBe(1);
    expect(log.lastAt).toBeGreaterThanOrEqual(from);
    expect(commits!.medianMs).toBeGreaterThan(0);
    expect(commits!.slowMs).toBeGreaterThanOrEqual(commits!.medianMs);
    expect(refused).toEqual([{ reason: 'malformed', count: 1 }]);
    expect([waiting, mismatches]).toEqual([0, 0]);
    expect(storage.state).toBe('ok');
    expect(storage.freeBytes).toBeGreaterThan(0);
    device.close();
  });

  test('lists devices that stayed away, and not the one that asks; refusals of yesterday are forgotten', async () => {
    let at = Date.now();
    relay = await startTestRelay({ now: () => at });
    const admin = await setUp(relay);
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    expect((await binh.api.session()).ok).toBe(true);
    const device = await connectPushClient(relay.url, admin.cookie);
    await device.push([{ id: newId('contact'), update: garbage }]);
    device.close();
    const seen = at;
    at += 4 * 24 * 60 * 60 * 1000;
    const answer = await admin.api.syncStatus();
    if (!answer.ok) throw new Error(answer.error.type);
    expect(answer.value.silent).toHaveLength(1);
    expect(Math.abs(answer.value.silent[0]!.seenAt - seen)).toBeLessThan(1000);
    expect(answer.value.refused).toEqual([]);
  });

  test('refuses members and strangers', async () => {
    relay = await startTestRelay();
    const admin = await setUp(relay);
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    expect(await binh.api.syncStatus()).toMatchObject({ ok: false, error: { type: 'forbidden' } });
    expect(await relay.browser().api.syncStatus()).toMatchObject({ ok: false, error: { type: 'signed-out' } });
  });
});

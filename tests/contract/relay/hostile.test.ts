import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { CLOSE, LIMITS } from '#core/protocol/messages.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { FLOODS } from '../../support/floods.ts';
import { honestPair, type HonestPair } from '../../support/honest-pair.ts';
import { hostileChanges, quarrel } from '../../support/hostile-updates.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { rawDevice } from '../../support/raw-device.ts';
import { startRelay, type TestRelay } from '../../support/relay.ts';

/** I9, I12: somebody who is signed in and means harm, against the relay in a process of its own. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MB = 1024 * 1024;
let relay: TestRelay;
let admin: string;
let mallory: string;
let honest: HonestPair;
/** A request that comes byte by byte while everything else goes on; what it is answered. */
let dripping: Promise<string>;

const post = (path: string, body: object, cookie = '') =>
  fetch(relay.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: relay.url, cookie },
    body: JSON.stringify(body),
  });
const cookieOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ');

beforeAll(async () => {
  relay = await startRelay();
  const account = { workspace: 'Sao Mai', name: 'An', email: 'an@saomai.vn', password: 'mat-khau-dai-1' };
  admin = cookieOf(await post('/api/setup', account));
  const invited = await post('/api/invitations', { email: 'm@saomai.vn', role: 'admin' }, admin);
  const { id } = (await invited.json()) as { id: string };
  mallory = cookieOf(await post(`/api/invitations/${id}/accept`, { name: 'Mallory', password: 'mat-khau-dai-2' }));
  honest = await honestPair(relay.url, admin);
  dripping = dripRequest();
});
afterAll(async () => {
  honest.close();
  await relay.close();
});

async function dripRequest(): Promise<string> {
  const socket = connect(relay.port, '127.0.0.1');
  let said = '';
  socket.on('data', (data: Buffer) => (said += data.toString()));
  socket.on('error', () => undefined);
  socket.write('GET /sync HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => socket.write('X-a: b\r\n'), 200);
  await new Promise((resolve) => socket.on('close', resolve));
  clearInterval(drip);
  return said;
}
async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${relay.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (.+)$`, 'm'))?.[1]);
}
/** Frames that end the connection, each with what it must be told. */
const hello = async () => {
  const device = await rawDevice(relay.url, mallory);
  device.hello();
  await device.hears('welcome');
  return device;
};
const contact = (clientId: number) => ({
  id: newId('contact'),
  update: createRecord({ name: 'Rác' }, { hlc: hlcFromMs(Date.now()), clientId }),
});

describe('refused with a reason, and nobody else notices', () => {
  test.each<[string, { code: number }, () => Promise<{ code: number }>]>([
    ['a frame beyond 4 MB', { code: 1009 }, async () => sends(new Uint8Array(LIMITS.frameBytes + 1))],
    ['a frame that is no message', CLOSE.malformed, () => sends(new Uint8Array([1, 0x80, 0x80]))],
    ['a truncated push', CLOSE.malformed, () => sends(new Uint8Array([1, 1, 1, 30, 99]))],
    ['a message nobody knows', CLOSE.unknownType, () => sends(new Uint8Array([99]))],
    ['a second hello', CLOSE.malformed, () => sends((device) => device.hello())],
    ['a push before the hello', CLOSE.malformed, async () => {
      const device = await rawDevice(relay.url, mallory);
      device.send({ type: 'push', n: 1, changes: [contact(1)] });
      return device.closed;
    }],
    ['a push number left out', CLOSE.malformed, () => sends((d) => d.send({ type: 'push', n: 2, changes: [contact(2)] }))],
    ['more than 2 MB of updates', CLOSE.tooLarge, () => sends((d) => d.send({
      type: 'push', n: 1, changes: Array.from({ length: 10 }, () => ({ id: newId('contact'), update: new Uint8Array(250_000) })),
    }))],
    ['more pushes than may be under way', CLOSE.tooMany, () => sends((d) => {
      for (let n = 1; n <= 3 * LIMITS.pushesInFlight; n++) d.send({ type: 'push', n, changes: [contact(3)] });
    })],
    ['a flood of messages', CLOSE.tooMany, () => sends((d) => {
      for (let i = 0; i < 4000; i++) d.send({ type: 'got', seq: i });
    })],
    ['an old version', CLOSE.upgradeRequired, async () => {
      const device = await rawDevice(relay.url, mallory);
      device.hello({ version: 1 });
      return device.closed;
    }],
    ['more groups than there can be', CLOSE.malformed, async () => {
      const device = await rawDevice(relay.url, mallory);
      device.hello({ touched: Array.from({ length: LIMITS.groups + 1 }, (_, i) => `g${i}`) });
      return device.closed;
    }],
    ['no session', CLOSE.signedOut, async () => (await rawDevice(relay.url, 'lienhe.session_token=x')).closed],
  ])('%s', async (_name, { code }, misbehave) => {
    expect((await misbehave()).code).toBe(code);
    await honest.edit();
  }); // prettier-ignore

  async function sends(what: Uint8Array | ((device: Awaited<ReturnType<typeof hello>>) => void)) {
    const device = await hello();
    if (what instanceof Uint8Array) device.send(what);
    else what(device);
    return device.closed;
  }

  test('P3: every kind of update that breaks a rule, in one push: each with its reason, and none in the log', async () => {
    const state = honest.state();
    const known = { id: honest.id, state, foreignClientId: honest.clientId, now: Date.now() };
    const cases = hostileChanges(known);
    const client = await connectPushClient(relay.url, mallory);
    const before = await metric('lienhe_log_head');
    for (const [name, reason, change] of cases) {
      const { results } = await client.push([change]);
      expect([name, results[0]]).toEqual([name, expect.objectContaining({ kind: 'rejected', reason })]);
    }
    expect(await metric('lienhe_log_head')).toBe(before);
    client.close();
    await honest.edit();
  });

  test('P4, V1: a member cannot touch what is not his, nor give himself what others may see', async () => {
    const invited = await post('/api/invitations', { email: 'n@saomai.vn', role: 'member' }, admin);
    const { id } = (await invited.json()) as { id: string };
    const cookie = cookieOf(await post(`/api/invitations/${id}/accept`, { name: 'Nam', password: 'mat-khau-dai-3' }));
    const client = await connectPushClient(relay.url, cookie);
    const stamp = { hlc: hlcFromMs(Date.now()), clientId: 730_001 };
    const edit = editRecord(honest.id, honest.state(), { ownerId: 'user_x', title: 'của tôi' }, stamp);
    const foreign = createRecord({ name: 'Cho người khác', ownerId: 'user_x', departmentId: 'dep_x' }, stamp);
    const { results } = await client.push([
      { id: honest.id, update: edit.update },
      { id: newId('contact'), update: foreign },
    ]);
    // nothing of the record is told either (I4)
    expect(results).toEqual([
      { kind: 'rejected', reason: 'forbidden' },
      { kind: 'rejected', reason: 'forbidden' },
    ]);
    client.close();
    await honest.edit();
  });

  test('forged author: the log and the history say who it was, whatever the content says', async () => {
    const client = await connectPushClient(relay.url, mallory);
    const stamp = { hlc: hlcFromMs(Date.now()), clientId: 700_001 };
    const edit = editRecord(honest.id, honest.state(), { updatedBy: 'user_1', title: 'giả' }, stamp);
    const { results } = await client.push([{ id: honest.id, update: edit.update }]);
    expect(results[0]?.kind).toBe('ok');
    client.close();
    const answer = await fetch(`${relay.url}/api/history/${honest.id}`, { headers: { cookie: admin } });
    const { entries } = (await answer.json()) as { entries: { user: string }[] };
    const me = await fetch(`${relay.url}/api/session`, { headers: { cookie: mallory } });
    const session = (await me.json()) as { me: { id: string } };
    expect(entries[0]?.user).toBe(session.me.id);
  });

  test('I9 P3: what is merged is merged within a deadline: no text, however made, holds the relay', async () => {
    const client = await connectPushClient(relay.url, mallory);
    const id = newId('contact');
    const state = createRecord({ name: 'Cãi nhau' }, { hlc: hlcFromMs(Date.now()), clientId: 710_000 });
    await client.push([{ id, update: state }]);
    const reasons = new Set<string>();
    for (const part of quarrel(id, state, 21_000, [710_001, 710_002])) {
      const [result] = (await client.push([part])).results;
      reasons.add(result?.kind === 'rejected' ? result.reason : (result?.kind ?? ''));
      await honest.edit();
    }
    expect(reasons).toContain('ok');
    expect(reasons).toContain('too-large');
    client.close();
  });

  test('I12: a push of a few bytes is not answered with hundreds of megabytes', async () => {
    const client = await connectPushClient(relay.url, mallory);
    const id = newId('contact');
    const note = 'x'.repeat(20_000);
    const stamp = { hlc: hlcFromMs(Date.now()), clientId: 720_001 };
    const texts = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`text:n${i}`, note]));
    await client.push([{ id, update: createRecord({ name: 'To', ...texts }, stamp) }]);
    const noise = { id, update: new Uint8Array([9, 9]) };
    const { results } = await client.push(Array.from({ length: LIMITS.pushChanges }, () => noise));
    const bytes = results.reduce((sum, r) => sum + (r.kind === 'rejected' ? (r.state?.length ?? 0) : 0), 0);
    expect(results.every((r) => r.kind === 'rejected')).toBe(true);
    expect(bytes).toBeLessThanOrEqual(LIMITS.frameBytes);
    client.close();
  });
});

describe('I9 I12: floods: the others’ edits arrive meanwhile, and the relay’s memory stays bounded', () => {
  test.each(FLOODS.map((flood) => [flood.name, flood] as const))('%s', async (_name, flood) => {
    const stop = new AbortController();
    const codes: number[] = [];
    const target = { url: relay.url, cookie: mallory, id: honest.id, state: honest.state() };
    const flooding = flood.run(target, stop.signal, (code) => codes.push(code));
    for (let i = 0; i < 8; i++) {
      await honest.edit();
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const rss = await metric('process_resident_memory_bytes');
    stop.abort();
    await flooding;
    expect(rss).toBeLessThan(700 * MB);
    // whatever it earned, it was told in a code of ours, or ended by its own side (1006)
    for (const code of codes) expect([1006, 1009, ...Object.values(CLOSE).map((one) => one.code)]).toContain(code);
  });

  test('a request that never ends is ended', async () => {
    expect(await dripping).toContain('408');
  });

  test('afterwards the relay is as it was: no socket left, nothing waiting', async () => {
    await vi.waitFor(async () => expect(await metric('lienhe_socket_unsent_bytes')).toBeLessThan(MB), {
      timeout: 20_000,
    });
    await honest.edit();
    expect(relay.log()).not.toContain('"level":60');
  });
});

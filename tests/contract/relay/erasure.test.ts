import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord } from '#crdt/record.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const SECRET = 'canary-người-cần-xóa';
let relay: TestRelay;
let admin: TestBrowser;
beforeEach(async () => {
  relay = await startTestRelay();
  admin = await setUp(relay);
});
afterEach(() => relay.stop());

const state = (name: string, clientId: number) => createRecord({ name }, { hlc: hlcFromMs(Date.now()), clientId });

test('L7: an administrator erases a record: gone from the files, told to live devices, refused when it comes again', async () => {
  const device = await connectPushClient(relay.url, admin.cookie);
  const [id, other] = [newId('contact'), newId('contact')];
  await device.push([
    { id, update: state(SECRET, 5) },
    { id: other, update: state('Ở lại', 5) },
  ]);
  const bytes = () =>
    readdirSync(relay.dataDir).map((file) => readFileSync(join(relay.dataDir, file)).includes(Buffer.from(SECRET)));
  expect(bytes()).toContain(true);

  expect(await admin.api.erase(id)).toEqual({ ok: true, value: undefined });
  expect(bytes()).not.toContain(true); // no page of the file or of its log holds it any more
  expect(await admin.api.history(id)).toMatchObject({ ok: false, error: { type: 'not-found' } });
  expect(await admin.api.history(other)).toMatchObject({ ok: true });
  expect(await admin.api.erase(id)).toMatchObject({ ok: false, error: { type: 'not-found' } });

  const again = await device.push([
    { id, update: state(SECRET, 5) },
    { id: newId('contact'), update: state('Mới', 5) },
  ]);
  expect(again.results).toEqual([{ kind: 'rejected', reason: 'erased' }, { kind: 'ok' }]);
  expect(bytes()).not.toContain(true);
  device.close();
});

test('L7: nobody else may, and of what he may not see an administrator of records is told nothing', async () => {
  const device = await connectPushClient(relay.url, admin.cookie);
  const id = newId('contact');
  await device.push([{ id, update: state('Lan', 5) }]);
  device.close();
  const binh = await addMember(relay, admin, 'binh@saomai.vn');
  expect(await binh.api.erase(id)).toMatchObject({ ok: false, error: { type: 'forbidden' } });
  expect(await relay.browser().api.erase(id)).toMatchObject({ ok: false, error: { type: 'signed-out' } });
  expect(await admin.api.erase(newId('contact'))).toMatchObject({ ok: false, error: { type: 'not-found' } });
  expect(await admin.api.erase('../people')).toMatchObject({ ok: false });
  expect(await admin.api.history(id)).toMatchObject({ ok: true });
});

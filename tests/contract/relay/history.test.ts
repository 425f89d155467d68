import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HISTORY_PAGE } from '#core/history/history.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { newId } from '#core/kit/ids.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import { connectPushClient } from '../../support/push-client.ts';
import { addMember, setUp, startTestRelay, type TestBrowser, type TestRelay } from '../../support/relay-in-process.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let relay: TestRelay;
let admin: TestBrowser;
beforeEach(async () => {
  relay = await startTestRelay();
  admin = await setUp(relay);
});
afterEach(() => relay.stop());

/** A contact with this many entries of history. */
async function contact(entries: number): Promise<string> {
  const id = newId('contact');
  const device = await connectPushClient(relay.url, admin.cookie);
  let state = createRecord({ name: 'Lan' }, { hlc: hlcFromMs(Date.now()), clientId: 5 });
  await device.push([{ id, update: state }]);
  for (let i = 1; i < entries; i++) {
    const made = editRecord(id, state, { title: `Chức vụ ${i}` }, { hlc: hlcFromMs(Date.now()) + i, clientId: 5 });
    state = made.state;
    await device.push([{ id, update: made.update }]);
  }
  device.close();
  return id;
}

describe('GET /api/history/:recordId', () => {
  test('newest first, in pages that join without a gap', async () => {
    const id = await contact(HISTORY_PAGE + 3);
    const first = await admin.api.history(id);
    if (!first.ok) throw new Error(first.error.type);
    expect(first.value.entries).toHaveLength(HISTORY_PAGE);
    expect(first.value.entries[0]!.changes).toEqual([
      { key: 'title', before: `Chức vụ ${HISTORY_PAGE + 1}`, after: `Chức vụ ${HISTORY_PAGE + 2}` },
    ]);
    const second = await admin.api.history(id, first.value.next);
    if (!second.ok) throw new Error(second.error.type);
    expect(second.value.next).toBeUndefined();
    expect(second.value.entries.map(({ created }) => created)).toEqual([false, false, true]);
    const seqs = [...first.value.entries, ...second.value.entries].map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a));
    expect(new Set(seqs).size).toBe(HISTORY_PAGE + 3);
  });

  test('whoever may not see the record is told the same as of one that never was', async () => {
    const id = await contact(1);
    const made = await admin.api.people.createRole({
      name: 'Chỉ của mình',
      settings: false,
      types: { contact: { visible: { preset: 'mine' }, rights: ['edit'] }, company: undefined },
    });
    if (!made.ok) throw new Error(made.error.type);
    const binh = await addMember(relay, admin, 'binh@saomai.vn');
    const session = await binh.api.session();
    if (!session.ok || session.value.state !== 'signed-in') throw new Error('not signed in');
    await admin.api.people.editMember(session.value.me.id, { roleId: made.value.id });
    expect(await binh.api.history(id)).toEqual(await binh.api.history(newId('contact')));
    expect(await binh.api.history(id)).toMatchObject({ ok: false, error: { type: 'not-found' } });
    expect(await relay.browser().api.history(id)).toMatchObject({ ok: false, error: { type: 'signed-out' } });
  });

  test('what is no id, or no number, is refused', async () => {
    expect(await admin.api.history('../people')).toMatchObject({ ok: false, error: { type: 'not-found' } });
    const id = await contact(1);
    expect((await admin.fetch(`/api/history/${id}?before=x`)).status).toBe(400);
    expect((await admin.fetch(`/api/history/${id}?before=99999999999999999999`)).status).toBe(400);
  });
});

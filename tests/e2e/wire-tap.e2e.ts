import { newId, type RecordId } from '#core/kit/ids.ts';
import { hlcFromMs } from '#core/kit/hlc.ts';
import { createRecord, editRecord } from '#crdt/record.ts';
import type { Changes } from '#core/record/row.ts';
import { textsOf, textOfFrame } from '../simulation/visibility/canary.ts';
import { rowOf, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';
import { connectPushClient } from '../support/push-client.ts';
import { createRecordingProxy, type Recorded } from '../support/recording-proxy.ts';
import { findStored } from '../support/stored-texts.ts';

// no page starts without a network here: the build need not be put on the device
test.use({ serviceWorkers: 'block' });

/** A contact of which every text is one that stands nowhere else. */
interface Canary {
  readonly id: RecordId;
  readonly name: string;
  readonly texts: readonly string[];
}

test('I4 I5: nothing of a record one may not see reaches the browser, and nothing of it stays there', async ({
  admin,
  relay,
  browser,
}) => {
  const proxy = await createRecordingProxy(relay.port);
  const context = await browser.newContext({
    baseURL: proxy.url,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
  });
  try {
    const page = await context.newPage();
    const binh = { page, context, url: proxy.url, cable: proxy };
    await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');

    const ask = async (method: 'get' | 'post' | 'put' | 'patch', path: string, data?: object) => {
      const answer = await admin.context.request[method](path, {
        headers: { origin: admin.url },
        ...(data && { data }),
      });
      expect(answer.ok(), await answer.text()).toBe(true);
      return (await answer.json()) as { id: string };
    };
    const people = (await ask('get', '/api/people')) as unknown as {
      departments: { id: string }[];
      members: { id: string; email: string }[];
    };
    const here = people.departments[0]!.id;
    const { id: there } = await ask('post', '/api/departments', { name: 'Kho' });
    const binhId = people.members.find(({ email }) => email === 'binh@example.vn')!.id;
    const moveBinh = (departmentId: string) => ask('patch', `/api/members/${binhId}`, { departmentId });

    // the administrator's other device, which writes what the test says
    const cookie = (await admin.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    let device = await connectPushClient(relay.url, cookie, 'device-of-the-test');
    const states = new Map<RecordId, Uint8Array>();
    const stamp = () => ({ hlc: hlcFromMs(Date.now()), clientId: 77 });
    async function write(id: RecordId, changes: Changes): Promise<void> {
      const before = states.get(id);
      const edit = before && editRecord(id, before, changes, stamp());
      const created = edit ? undefined : createRecord(changes, stamp());
      states.set(id, edit?.state ?? created!);
      const ack = await device.push([{ id, update: edit?.update ?? created! }]);
      expect(ack.results).toEqual([{ kind: 'ok' }]);
    }
    let number = 0;
    async function contact(departmentId: string): Promise<Canary> {
      const id = newId('contact');
      const name = `Kanari${++number} Bimat${number}`;
      const phone = `091277700${number}`;
      const email = `kanari${number}@bimat.example`;
      const title = `chucvu-kanari-${number}`;
      await write(id, {
        name, title, departmentId, 'phones/p': { value: phone }, 'emails/e': { value: email }, 'text:description': `motakanari${number}`,
      }); // prettier-ignore
      return { id, name, texts: [id, name, `91277700${number}`, email, title, `motakanari${number}`] };
    }

    /** Nothing of these is stored in the browser, and nothing was said of them since `proxy.forget`. */
    async function knowsNothingOf(...canaries: readonly Canary[]): Promise<void> {
      const texts = canaries.flatMap((one) => one.texts);
      await expect.poll(() => findStored(page, texts)).toEqual([]);
      expect(saidOf(proxy.recorded(), texts)).toEqual([]);
    }
    async function knows(canary: Canary): Promise<void> {
      await expect(rowOf(page, canary.name)).toBeVisible();
      await expect
        .poll(async () => new Set((await findStored(page, canary.texts)).map(({ text }) => text)).size)
        .toBe(canary.texts.length);
    }

    const stays = await contact(here);
    const leaves = await contact(here);
    const hidden = await contact(there);
    const later = await contact(there);
    await knows(stays);
    await knows(leaves);
    // the tap hears what is said, and the search finds what is stored
    expect(saidOf(proxy.recorded(), stays.texts).length).toBeGreaterThan(0);
    await knowsNothingOf(hidden, later);

    // somebody looks at one, writes on it, and puts one into the recycle bin
    await admin.page.goto(`/contacts/${hidden.id}`);
    await expect(admin.page.getByRole('heading', { level: 1, name: hidden.name })).toBeVisible();
    await write(hidden.id, { title: hidden.texts[4]! });
    await write(later.id, { deletedAt: Date.now() });
    await write(later.id, { deletedAt: null });
    await knowsNothingOf(hidden, later);

    // a record is given to another department while its page is open
    await page.goto(`/contacts/${leaves.id}`);
    await expect(page.getByRole('heading', { level: 1, name: leaves.name })).toBeVisible();
    await write(leaves.id, { departmentId: there });
    await expect(page.getByRole('heading', { level: 1, name: leaves.name })).toBeHidden();
    await page.goto('/contacts');
    await expect(rowOf(page, stays.name)).toBeVisible();
    await expect(rowOf(page, leaves.name)).toHaveCount(0);
    await expect.poll(() => findStored(page, leaves.texts)).toEqual([]);
    proxy.forget();
    await write(leaves.id, { title: leaves.texts[4]! });
    await knowsNothingOf(leaves, hidden, later);

    // a reload, a reconnect, a relay that is killed
    await openList(page);
    proxy.pull();
    await write(leaves.id, { 'text:description': leaves.texts[5]! });
    proxy.plug();
    await expect(syncBadge(page)).toContainText('Đã đồng bộ');
    await relay.kill();
    await relay.start();
    device = await connectPushClient(relay.url, cookie, 'device-of-the-test');
    await write(hidden.id, { name: hidden.name });
    await openList(page);
    await knowsNothingOf(leaves, hidden, later);
    await knows(stays);

    // the person joins the other department, and leaves it again while offline
    await moveBinh(there);
    await knows(leaves);
    await knows(hidden);
    await knows(later);
    await expect(rowOf(page, stays.name)).toHaveCount(0);
    proxy.forget();
    await write(stays.id, { title: stays.texts[4]! });
    await knowsNothingOf(stays);
    proxy.pull();
    await moveBinh(here);
    await write(later.id, { deletedAt: Date.now() });
    proxy.forget();
    proxy.plug();
    await knows(stays);
    await expect(rowOf(page, later.name)).toHaveCount(0);
    await expect.poll(() => findStored(page, [...leaves.texts, ...hidden.texts, ...later.texts])).toEqual([]);
    await openList(page);
    await knowsNothingOf(leaves, hidden, later);
    device.close();
  } finally {
    await context.close();
    await proxy.close();
  }
});

/** What the relay said that holds one of these texts. */
function saidOf(recorded: readonly Recorded[], texts: readonly string[]): string[] {
  return recorded.flatMap(({ where, bytes }) => {
    const said = (where === 'WS /sync' ? textOfFrame(bytes) : textsOf(bytes)).toLowerCase();
    return texts.filter((text) => said.includes(text.toLowerCase())).map((text) => `${where}: ${text}`);
  });
}

import type { Browser, Page } from '@playwright/test';
import { createContact, editField, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { ADMIN, expect, joinAs, onDevice, openList, test } from '../support/flow.ts';

/** The session that may write the tab's copy (`ReplicaState.owner`). */
const ownerOf = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const asked = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
    const names = (await indexedDB.databases()).map(({ name }) => name!);
    const db = await asked(indexedDB.open(names.find((name) => name.startsWith('lienhe-'))!));
    const row = await asked(db.transaction('meta').objectStore('meta').get('replica') as IDBRequest<unknown>);
    db.close();
    return (row as { value: { owner: string } }).value.owner;
  });

/** Processes that draw pages, and the processor time each has used; s. */
async function renderers(browser: Browser): Promise<Map<number, number>> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return new Map(processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime]));
}

/** The process of a page: the one that works most while the page does. */
async function processOf(page: Page): Promise<number> {
  const browser = page.context().browser()!;
  const before = await renderers(browser);
  await page.evaluate(() => {
    for (const until = performance.now() + 700; performance.now() < until;);
  });
  const worked = [...(await renderers(browser))].map(([id, time]) => ({ id, time: time - (before.get(id) ?? 0) }));
  return worked.sort((a, b) => b.time - a.time)[0]!.id;
}

/** Can the tab write to its IndexedDB within a second? */
const mayWrite = (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const name = (await indexedDB.databases()).map((found) => found.name!).find((one) => one.startsWith('lienhe-'))!;
    const opened = indexedDB.open(name);
    await new Promise((resolve) => (opened.onsuccess = resolve));
    const db = opened.result;
    const done = new Promise<boolean>((resolve) => {
      const transaction = db.transaction([...db.objectStoreNames], 'readwrite');
      transaction.objectStore('meta').get('replica');
      transaction.oncomplete = () => resolve(true);
    });
    const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000));
    return Promise.race([done, late]).finally(() => db.close());
  });

/**
 * Stops a tab and its workers as a browser that freezes it does: nothing runs, its Web Locks stay held. Not in the middle
 * of a transaction: browsers freeze no page that others wait for. Answers how to let it go on.
 */
async function freeze(page: Page, other: Page): Promise<() => void> {
  const pid = await processOf(page);
  expect(await processOf(other)).not.toBe(pid);
  for (;;) {
    process.kill(pid, 'SIGSTOP');
    if (await mayWrite(other)) return () => process.kill(pid, 'SIGCONT');
    process.kill(pid, 'SIGCONT');
    await other.waitForTimeout(200);
  }
}

test('without SharedWorker: a frozen leading tab is replaced within seconds, and when it thaws it follows and writes nothing', async ({
  admin,
  person,
}) => {
  const { page: first, context, cable } = admin;
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await context.addInitScript(() => delete (globalThis as { SharedWorker?: unknown }).SharedWorker);
  await first.goto('about:blank');
  await openList(first);
  await createContact(first, 'Ngô Thị Băng', '0912 131 313');
  await expect(syncBadge(first)).toContainText('Đã đồng bộ');
  const second = await context.newPage();
  await openList(second);
  await openContact(second, 'Ngô Thị Băng');
  expect([first.workers().length, second.workers().length]).toEqual([1, 0]);

  // the leading tab is frozen with an edit that has not left the device
  await onDevice(first);
  cable.pull();
  await editField(first, 'Chức vụ', 'Trước khi đông');
  await expect(second.getByText('Trước khi đông').first()).toBeVisible();
  const thaw = await freeze(first, second);
  cable.plug();
  await expect.poll(() => second.workers().length, { timeout: 8000 }).toBe(1);

  // the other tab goes on: what waited is sent, new edits are saved, colleagues see both
  await expect(second.getByText('Trước khi đông').first()).toBeVisible();
  await editField(second, 'Địa chỉ', '1 Lê Lợi, Huế');
  await expect(syncBadge(second)).toContainText('Đã đồng bộ', { timeout: 30_000 });
  await openContact(binh.page, 'Ngô Thị Băng');
  for (const text of ['Trước khi đông', '1 Lê Lợi, Huế']) await expect(binh.page.getByText(text).first()).toBeVisible();
  const owner = await ownerOf(second);

  // it thaws: it has no worker any more, shows what happened meanwhile, and its edits go through the other tab
  thaw();
  await expect.poll(() => first.workers().length).toBe(0);
  await expect(first.getByText('1 Lê Lợi, Huế').first()).toBeVisible();
  await editField(first, 'Chức vụ', 'Sau khi tan');
  for (const page of [second, binh.page]) await expect(page.getByText('Sau khi tan').first()).toBeVisible();
  expect(await ownerOf(second)).toBe(owner);
  expect([first.workers().length, second.workers().length]).toEqual([0, 1]);

  // and it is in the line again: the leading tab closes
  await second.close();
  await editField(first, 'Chức vụ', 'Lại một mình');
  await expect(binh.page.getByText('Lại một mình').first()).toBeVisible();
  await expect(syncBadge(first)).toContainText('Đã đồng bộ');
});

test('one person on two devices and two colleagues: everybody sees every edit, and what both devices did offline is kept', async ({
  admin,
  person,
}) => {
  const { page: laptop } = admin;
  await createContact(laptop, 'Mai Nhiều Máy', '0912 141 414');
  const phone = await person();
  const signed = await phone.context.request.post('/api/sign-in', {
    data: { email: ADMIN.email, password: ADMIN.password },
    headers: { origin: phone.url },
  });
  expect(signed.ok()).toBe(true);
  await openList(phone.page);
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  const chi = await person();
  await joinAs(admin, chi, 'Võ Thị Chi', 'chi@example.vn');
  const others = [phone.page, binh.page, chi.page];
  const all = [laptop, ...others];
  for (const page of others) {
    await expect(rowOf(page, 'Mai Nhiều Máy')).toBeVisible();
    await openContact(page, 'Mai Nhiều Máy');
  }
  await editField(chi.page, 'Chức vụ', 'Giám đốc');
  for (const page of all) await expect(page.getByText('Giám đốc').first()).toBeVisible();

  // both devices of one person offline at once, each with an edit of its own; a colleague edits meanwhile
  await onDevice(admin.page);
  await onDevice(phone.page);
  admin.cable.pull();
  phone.cable.pull();
  await editField(laptop, 'Địa chỉ', '1 Lê Lợi, Huế');
  await editField(phone.page, 'Chức vụ', 'Chủ tịch');
  await editField(binh.page, 'Họ và tên', 'Mai Nhiều Máy Lắm');
  admin.cable.plug();
  phone.cable.plug();
  for (const page of all) {
    await expect(page.getByRole('heading', { level: 1, name: 'Mai Nhiều Máy Lắm' })).toBeVisible({ timeout: 40_000 });
    for (const text of ['1 Lê Lợi, Huế', 'Chủ tịch']) await expect(page.getByText(text).first()).toBeVisible();
    await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
  }
});

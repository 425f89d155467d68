import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createContact, editField, rowOf, syncBadge } from '../support/contacts.ts';
import type { Page } from '@playwright/test';
import { expect, openList, setUp, test, type Person } from '../support/flow.ts';
import { setUp as setUpRelay, startTestRelay } from '../support/relay-in-process.ts';

/** What only the browser's own developer tools can do to a site's storage. */
async function storageOf({ page, context, url }: Person) {
  const cdp = await context.newCDPSession(page);
  return {
    allow: (bytes?: number) =>
      cdp.send('Storage.overrideQuotaForOrigin', {
        origin: url,
        ...(bytes === undefined ? {} : { quotaSize: bytes }),
      }),
    erase: () => cdp.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'indexeddb' }),
  };
}

/** Takes what room the site has left, down to a few kilobytes. */
const fillUp = (page: Page) =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('ballast', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('bytes', { autoIncrement: true });
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error!);
    });
    const put = (size: number) =>
      new Promise<boolean>((resolve) => {
        const transaction = db.transaction('bytes', 'readwrite');
        const bytes = new Uint8Array(size);
        for (let at = 0; at < size; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
        transaction.objectStore('bytes').add(bytes);
        transaction.oncomplete = () => resolve(true);
        transaction.onabort = () => resolve(false);
      });
    for (const size of [262_144, 65_536, 16_384, 4_096]) for (let n = 0; n < 50 && (await put(size)); n++);
    db.close();
  });

test('the device is full: no edit is called saved that is not, what is stored stays readable, space lets it go on', async ({
  person,
}) => {
  const admin = await person();
  const { page } = admin;
  await page.goto('/login');
  const storage = await storageOf(admin);
  // the browser looks at the room left when it opens a database, and later only now and then
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  const { usage = 0 } = await page.evaluate(() => navigator.storage.estimate());
  // a start takes about 0.9 MB: mostly the code the browser compiled, which it keeps beside the worker's cache
  await storage.allow(usage + 1_500_000);
  await setUp(admin);
  await createContact(page, 'Đỗ Hết Chỗ', '0906 111 222');
  const full = page.getByText('Máy này đã hết chỗ lưu').first();
  const input = page.getByRole('textbox', { name: 'Chức vụ' });
  let saved = 'Còn chỗ';
  await editField(page, 'Chức vụ', saved);
  await fillUp(page);
  for (let i = 0; i < 100 && !(await full.isVisible()); i++) {
    await page.getByRole('button', { name: 'Sửa Chức vụ' }).click();
    await input.fill(`Lần ${i} ${'x'.repeat(19_000)}`);
    await input.press('Enter');
    await expect(async () => expect((await full.isVisible()) || !(await input.isVisible())).toBe(true)).toPass();
    if (!(await full.isVisible())) saved = `Lần ${i}`;
  }
  await expect(page.getByText('Những gì đã lưu trước đó vẫn an toàn. Thay đổi vừa rồi chưa được lưu.')).toBeVisible();
  await expect(input).toHaveValue(/^Lần/); // what was typed is still there to save
  await page.reload();
  await expect(page.getByText(saved).first()).toBeVisible();

  await storage.allow();
  await editField(page, 'Chức vụ', 'Có chỗ lại rồi');
  await expect(full).toHaveCount(0);
  await page.reload();
  await expect(page.getByText('Có chỗ lại rồi').first()).toBeVisible();
});

test('the browser erases the data of an open page: a screen says so, and a reload fetches a new copy', async ({
  admin,
}) => {
  const { page } = admin;
  await createContact(page, 'Đỗ Bị Xóa', '0906 111 223');
  await openList(page);
  await (await storageOf(admin)).erase();
  await expect(page.getByRole('heading', { name: 'Dữ liệu trên máy này vừa bị xóa' })).toBeVisible();
  await expect(page.getByText('Mọi thay đổi đã đồng bộ vẫn còn trên máy chủ.')).toBeVisible();
  await page.getByRole('button', { name: 'Tải lại' }).click();
  await expect(rowOf(page, 'Đỗ Bị Xóa')).toBeVisible();
});

test('a browser that stores nothing (some private modes): the screen says so and what to do', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-build-'));
  cpSync(join(import.meta.dirname, '..', '..', 'build'), folder, { recursive: true });
  forbidStorage(folder);
  const relay = await startTestRelay({ webRoot: folder });
  const context = await browser.newContext({ locale: 'vi-VN', baseURL: relay.url });
  try {
    const admin = await setUpRelay(relay);
    const page = await context.newPage();
    await context.addCookies(
      admin.cookie.split('; ').map((pair) => {
        const [name = '', value = ''] = pair.split('=', 2);
        return { name, value, url: relay.url };
      }),
    );
    await page.goto('/contacts');
    await expect(page.getByRole('heading', { name: 'Trình duyệt không cho lưu dữ liệu' })).toBeVisible();
    await expect(page.getByText('Thoát chế độ ẩn danh')).toBeVisible();
  } finally {
    await context.close();
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The data worker of this build meets a browser that refuses IndexedDB as strict private modes do. */
function forbidStorage(folder: string): void {
  const workers = join(folder, '_app', 'immutable', 'workers');
  for (const name of readdirSync(workers).filter((file) => /^worker-.*\.js$/.test(file))) {
    const refuse =
      "Object.defineProperty(self,'indexedDB',{value:{open(){throw new DOMException('denied','SecurityError')}," +
      "deleteDatabase(){throw new DOMException('denied','SecurityError')}}});";
    writeFileSync(join(workers, name), refuse + readFileSync(join(workers, name), 'utf8'));
    for (const packed of ['.br', '.gz']) rmSync(join(workers, name + packed), { force: true });
  }
}

test.describe('a relay with little room', () => {
  test.use({ relayEnv: { MAX_DATABASE_MB: '2' } });

  test('its disk is full: changes stay on the device, counted, with a banner; they go when there is room', async ({
    relay,
    admin,
  }) => {
    const { page } = admin;
    await createContact(page, 'Đỗ Máy Chủ Đầy', '0906 111 224');
    await expect(syncBadge(page)).toContainText('Đã đồng bộ');
    const file = new Database(join(relay.dataDir, 'lienhe.sqlite'));
    file.exec('CREATE TABLE filling (bytes BLOB)');
    file.prepare('INSERT INTO filling VALUES (zeroblob(?))').run(4 * 1024 * 1024);
    for (let i = 0; i < 8; i++) await editField(page, 'Chức vụ', `Được giữ ${i} ${'x'.repeat(3000)}`);
    await expect(page.getByText('Máy chủ đã hết chỗ lưu')).toBeVisible();
    await expect(syncBadge(page)).toContainText(/\(\d\)/);

    file.exec('DROP TABLE filling');
    file.close();
    await syncBadge(page).click();
    await page.getByRole('menuitem', { name: /Kết nối lại ngay|Thử lại/ }).click();
    await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
    await expect(page.getByText('Máy chủ đã hết chỗ lưu')).toHaveCount(0);
  });
});

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { createContact, editField, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { expect, setUp, test } from '../support/flow.ts';
import { sayVersion } from '../support/link-faults.ts';
import { createCable } from '../support/relay.ts';
import { startTestRelay } from '../support/relay-in-process.ts';
import { deploySecondBuild } from '../support/second-build.ts';

const DAY = 24 * 60 * 60 * 1000;

const controlled = async (page: Page) => {
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
};

/** The device was off for so long: what it noted of the time away is set back while the app is closed. */
async function sleep(page: Page, ms: number): Promise<void> {
  await page.context().route('**/api/asleep', (route) => route.fulfill({ contentType: 'text/html', body: '<p>…</p>' }));
  await page.goto('/api/asleep'); // no app on this page: the worker ends
  await page.evaluate(async (ms) => {
    const names = (await indexedDB.databases()).map(({ name }) => name!).filter((name) => name.startsWith('lienhe-'));
    const name = names.find((candidate) => !candidate.includes(':'))!;
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const open = indexedDB.open(name);
      open.onsuccess = () => resolve(open.result);
      open.onerror = () => reject(open.error!);
    });
    await new Promise<void>((resolve, reject) => {
      const change = db.transaction('meta', 'readwrite');
      const meta = change.objectStore('meta');
      const replica = meta.get('replica');
      replica.onsuccess = () => {
        const { syncedAt } = (replica.result as { value: { syncedAt: number } }).value;
        meta.put({ key: 'away', value: { syncedAt, at: Date.now() - ms, ms: 0, days: 14 } });
      };
      change.oncomplete = () => resolve();
      change.onerror = () => reject(change.error!);
    });
    db.close();
  }, ms);
}

test('offline for fifteen days: the copy is locked, says what is kept, and opens by itself after a sync', async ({
  admin,
}) => {
  const { page, cable } = admin;
  await createContact(page, 'Mai Lâu Ngày', '0906 555 111');
  await controlled(page);
  cable.pull();
  await editField(page, 'Chức vụ', 'Viết rồi nghỉ');
  await sleep(page, 15 * DAY);

  await page.goto('/contacts');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Danh bạ trên máy này đang khóa');
  await expect(page.getByText('tối đa 14 ngày')).toBeVisible();
  await expect(page.getByText('Không có gì bị mất.')).toBeVisible();
  await expect(page.getByText('1 thay đổi chưa gửi đang được giữ trên máy này.')).toBeVisible();
  await expect(page.getByText('Mai Lâu Ngày')).toHaveCount(0);
  await page.reload(); // a reload opens nothing
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Danh bạ trên máy này đang khóa');

  await page.getByRole('button', { name: 'Kết nối lại ngay' }).click(); // nothing answers yet
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Danh bạ trên máy này đang khóa');
  cable.plug(); // it tries again by itself: the button may be gone before it is pressed
  await expect(rowOf(page, 'Mai Lâu Ngày')).toBeVisible({ timeout: 60_000 });
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
  await openContact(page, 'Mai Lâu Ngày');
  await expect(page.getByText('Viết rồi nghỉ').first()).toBeVisible();
});

test('administrators choose how long devices open offline; the device page says until when', async ({ admin }) => {
  const { page } = admin;
  await page.goto('/settings/sync');
  await page.getByLabel('Thời hạn').selectOption('3 ngày');
  await expect(page.getByText('Đã lưu.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Thời hạn')).toHaveValue('3');
  await page.goto('/settings/device');
  await expect(page.getByText('Mở ngoại tuyến được đến')).toBeVisible();
});

test('a build that is too old says so, keeps what is unsent, and updates with one button', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-build-'));
  cpSync(join(import.meta.dirname, '..', '..', 'build'), folder, { recursive: true });
  const relay = await startTestRelay({ webRoot: folder });
  let version: number | undefined;
  const cable = await createCable(relay.running.port, (direction) =>
    sayVersion(() => (direction === 'up' ? version : undefined)),
  );
  const context = await browser.newContext({ baseURL: cable.url, locale: 'vi-VN' });
  try {
    const page = await context.newPage();
    await setUp({ page, context, cable, url: cable.url });
    await controlled(page);
    cable.pull(); // meanwhile the relay is replaced by a newer one
    await createContact(page, 'Đỗ Bản Cũ', '0906 777 111');
    version = 1;
    cable.plug();
    await syncBadge(page).click();
    await page.getByRole('menuitem', { name: /Kết nối lại ngay|Thử lại/ }).click();
    await expect(page.getByRole('heading', { name: 'Cần cập nhật để đồng bộ' })).toBeVisible({ timeout: 40_000 });
    await expect(page.getByText('1 thay đổi chưa gửi đang được giữ trên máy này.')).toBeVisible();

    // no newer app yet: it says so, and work goes on
    const screen = page.getByRole('alert').filter({ hasText: 'Cần cập nhật để đồng bộ' });
    await screen.getByRole('button', { name: 'Cập nhật ngay' }).click();
    await expect(page.getByText('Máy chủ chưa phát hành bản mới')).toBeVisible();
    await page.getByRole('button', { name: 'Làm việc tiếp, cập nhật sau' }).click();
    await expect(page.getByRole('heading', { name: 'Cần cập nhật để đồng bộ' })).toHaveCount(0);
    await expect(page.getByText('Phiên bản này quá cũ để đồng bộ.')).toBeVisible();

    deploySecondBuild(folder);
    version = undefined; // what the new build says
    await page.getByRole('button', { name: 'Cập nhật ngay' }).click();
    await screen.getByRole('button', { name: 'Cập nhật ngay' }).click();
    await expect(page.locator('meta[name=build]')).toHaveAttribute('content', 'second');
    await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
    await page.goto('/contacts');
    await expect(rowOf(page, 'Đỗ Bản Cũ')).toBeVisible();
  } finally {
    await context.close();
    await cable.close();
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

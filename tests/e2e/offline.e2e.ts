import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { browserLaunch } from '../support/browser.ts';
import { createContact, editField, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { expect, setUp, test } from '../support/flow.ts';

const controlled = async (page: import('@playwright/test').Page) => {
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
};

test('offline: every route reloads, edits are kept, counted, and sent on reconnect', async ({ admin, person }) => {
  const { page, cable } = admin;
  await createContact(page, 'Mai Ngoại Tuyến', '0906 111 222');
  await controlled(page);
  await expect(syncBadge(page)).toContainText('Đã đồng bộ'); // of what follows only the edits are unsent
  cable.pull();
  for (const path of [
    '/contacts',
    '/contacts/bin',
    '/contacts/new',
    '/import',
    '/settings',
    '/settings/members',
    '/settings/plugins',
  ]) {
    await page.goto(path);
    await expect(page.getByRole('heading').first()).toBeVisible();
    await expect(page.getByRole('heading', { name: /không mở được|Không kết nối được máy chủ/ })).toHaveCount(0);
  }
  await page.goto('/contacts');
  await expect(rowOf(page, 'Mai Ngoại Tuyến')).toBeVisible();
  await openContact(page, 'Mai Ngoại Tuyến');
  await editField(page, 'Chức vụ', 'Viết khi mất mạng');
  await createContact(page, 'Lý Tạo Ngoại Tuyến', '0906 333 444');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Lý Tạo Ngoại Tuyến' })).toBeVisible();
  await expect(syncBadge(page)).toContainText('(2)');

  cable.plug();
  await page
    .getByRole('button', { name: /ngoại tuyến|Chờ đồng bộ/i })
    .first()
    .click();
  await page.getByRole('menuitem', { name: /Kết nối lại ngay|Thử lại/ }).click();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });

  // another device of the same person has it all
  const other = await person();
  await other.context.addCookies(
    (await admin.context.cookies(admin.url)).map(({ name, value }) => ({ name, value, url: other.url })),
  );
  await other.page.goto('/contacts');
  await expect(rowOf(other.page, 'Lý Tạo Ngoại Tuyến')).toBeVisible();
  await openContact(other.page, 'Mai Ngoại Tuyến');
  await expect(other.page.getByText('Viết khi mất mạng').first()).toBeVisible();
});

test('the session ends while offline: work goes on, nothing is lost, signing in again sends it', async ({ admin }) => {
  const { page, cable, context } = admin;
  await createContact(page, 'Tạ Hết Phiên', '0907 111 222');
  await controlled(page);
  cable.pull();
  await editField(page, 'Chức vụ', 'Giữ lại');
  await context.clearCookies();
  cable.plug();
  await page.reload();
  await expect(page.getByText('Phiên đăng nhập đã hết hạn. Thay đổi được giữ trên máy này.')).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText('Giữ lại').first()).toBeVisible();
  await page.getByRole('button', { name: 'Đăng nhập lại', exact: true }).click();
  await page.getByRole('textbox', { name: /^Email/ }).fill('admin@example.vn');
  await page.getByRole('textbox', { name: /Mật khẩu/ }).fill('mat-khau-dai-1');
  await page.getByRole('button', { name: 'Đăng nhập' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await page.goto('/contacts');
  await openContact(page, 'Tạ Hết Phiên');
  await expect(page.getByText('Giữ lại').first()).toBeVisible();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
});

test('the network goes before the device has the whole app: said in words, no false update, the same click works later', async ({
  person,
}) => {
  const admin = await person({ serviceWorkers: 'block' }); // as if its first install had not come to an end
  await setUp(admin);
  const { page, cable } = admin;
  await createContact(page, 'Mai Chưa Tải Xong', '0906 111 333');
  cable.pull();
  await expect(syncBadge(page)).toContainText(/ngoại tuyến/i, { timeout: 20_000 });
  const more = page.getByRole('button', { name: 'Thao tác khác' }).first();
  await more.click();
  await expect(page.getByText('chưa kịp tải về máy')).toBeVisible();
  await expect(page.getByText('Có bản mới')).toHaveCount(0);
  await expect(more).toHaveAttribute('aria-expanded', 'false');
  cable.plug();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ', { timeout: 30_000 });
  await more.click();
  await expect(page.getByRole('menuitem', { name: 'Xóa', exact: true })).toBeVisible();
  await expect(page.getByText('Có bản mới')).toHaveCount(0);
});

test('relay unreachable at the first start: a screen that says so and tries again', async ({ person, relay }) => {
  const { page, cable } = await person();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tạo không gian làm việc');
  await controlled(page);
  cable.pull();
  await page.goto('/');
  await expect(page.getByText('Không kết nối được máy chủ')).toBeVisible();
  cable.plug();
  await page.getByRole('button', { name: /Thử lại/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tạo không gian làm việc');
  expect(relay.log()).not.toContain('"level":60');
});

// Playwright's ordinary contexts are incognito, where Chromium always answers 'in-incognito'
test('installable: Chromium finds nothing against it', async ({ relay }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-pwa-'));
  const context = await chromium.launchPersistentContext(folder, { ...browserLaunch(), headless: true });
  try {
    const page = await context.newPage();
    await page.goto(relay.url);
    await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
    const cdp = await context.newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    const manifest = await cdp.send('Page.getAppManifest');
    expect(manifest.errors).toEqual([]);
    expect(JSON.parse(manifest.data!)).toMatchObject({ display: 'standalone', lang: 'vi' });
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

import AxeBuilder from '@axe-core/playwright';
import { WebSocket as NodeWebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { Page } from '@playwright/test';
import { createContact } from '../support/contacts.ts';
import { expect, joinAs, onDevice, test } from '../support/flow.ts';

test('access tokens: create one, a stock y-websocket client joins with it, revoke it and the client is cut off', async ({
  admin,
  relay,
}) => {
  const { page } = admin;
  await page.goto('/settings/tokens');
  await expect(page.getByText('Bạn chưa có mã truy cập nào.')).toBeVisible();
  await page.getByRole('button', { name: 'Tạo mã' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Tạo mã' }).click();
  await expect(dialog.getByText('Vui lòng nhập tên', { exact: false })).toBeVisible();
  await dialog.getByLabel(/Tên/).fill('Báo cáo đêm');
  await dialog.getByRole('button', { name: 'Tạo mã' }).click();
  const token = await dialog.getByRole('textbox', { name: 'Mã' }).inputValue();
  expect(token).toMatch(/^lienhe_/);
  await expect(dialog.getByText(`token: '${token}'`)).toBeVisible();
  const findings = await new AxeBuilder({ page }).analyze();
  expect(findings.violations).toEqual([]);
  await dialog.getByRole('button', { name: 'Xong' }).click();
  await expect(page.getByText(token)).toHaveCount(0);
  await expect(page.getByText(/Báo cáo đêm/)).toBeVisible();

  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${relay.url.replace('http', 'ws')}/rooms`, 'workspace', doc, {
    params: { token },
    WebSocketPolyfill: NodeWebSocket as unknown as typeof WebSocket,
    disableBc: true,
  });
  try {
    await expect.poll(() => doc.getMap('settings').get('name')).toBe('Công ty Thử Nghiệm');
    const closed = new Promise<number>((resolve) => provider.on('closed', ({ code }) => resolve(code)));
    await page.getByRole('button', { name: 'Thu hồi' }).click();
    await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: 'Thu hồi' }).click();
    expect(await closed).toBe(4401);
    await expect(page.getByText('Bạn chưa có mã truy cập nào.')).toBeVisible();
  } finally {
    provider.destroy();
  }
});

test('typing together: letters and cursors of both, saved as they type; typed offline it merges later', async ({
  admin,
  person,
}) => {
  test.setTimeout(120_000);
  const binh = await person();
  await joinAs(admin, binh, 'Lê Thị Bình', 'binh@example.vn');
  await createContact(admin.page, 'Nguyễn Văn Khách', '0912 345 678');
  const path = new URL(admin.page.url()).pathname;
  await binh.page.goto(path);

  const open = async (page: Page) => {
    await page
      .getByRole('group', { name: 'Mô tả' })
      .getByText('—')
      .or(page.locator('[data-field=description]'))
      .first()
      .click();
    const text = page.getByRole('textbox', { name: 'Mô tả' });
    await text.waitFor();
    return text;
  };
  const [mine, theirs] = [await open(admin.page), await open(binh.page)];
  await mine.pressSequentially('Khách quen. ', { delay: 30 });
  await expect(theirs).toHaveValue('Khách quen. ');
  await theirs.press('End');
  await Promise.all([
    theirs.pressSequentially('Gọi sau 17 giờ.', { delay: 40 }),
    (async () => {
      await mine.press('Home');
      await mine.pressSequentially('VIP: ', { delay: 60 });
    })(),
  ]);
  for (const text of [mine, theirs]) await expect(text).toHaveValue('VIP: Khách quen. Gọi sau 17 giờ.');
  await expect(admin.page.getByText('Lê Thị Bình', { exact: true }).last()).toBeVisible();
  await expect(admin.page.locator('[data-cursor]')).toHaveCount(1);
  await admin.page.screenshot({ path: 'test-results/typing-1280.png' });

  // offline: typed on, kept on this device, merged later
  await onDevice(binh.page);
  binh.cable.pull();
  await theirs.press('End');
  await theirs.pressSequentially(' Thích trà.');
  await mine.press('Home');
  await mine.pressSequentially('★ ');
  await binh.page.getByRole('button', { name: 'Xong' }).click();
  await binh.page.reload();
  await expect(binh.page.getByText('VIP: Khách quen. Gọi sau 17 giờ. Thích trà.')).toBeVisible();
  binh.cable.plug();
  const both = '★ VIP: Khách quen. Gọi sau 17 giờ. Thích trà.';
  await expect(mine).toHaveValue(both, { timeout: 30_000 });
  await expect(binh.page.getByText(both)).toBeVisible({ timeout: 30_000 });
  await admin.page.getByRole('button', { name: 'Xong' }).click();
  await expect(admin.page.getByText(both)).toBeVisible();
});

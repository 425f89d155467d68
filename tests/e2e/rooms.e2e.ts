import AxeBuilder from '@axe-core/playwright';
import { WebSocket as NodeWebSocket } from 'ws';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { expect, test } from '../support/flow.ts';

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

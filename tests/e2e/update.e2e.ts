import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { startTestRelay } from '../support/relay-in-process.ts';
import { deploySecondBuild } from '../support/second-build.ts';

const built = join(import.meta.dirname, '..', '..', 'build');

test('a new build waits for the person, then takes over whole: never two builds in one page', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'lienhe-build-'));
  cpSync(built, folder, { recursive: true });
  const relay = await startTestRelay({ webRoot: folder });
  const context = await browser.newContext({ locale: 'vi-VN' });
  try {
    const page = await context.newPage();
    await page.goto(relay.url);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tạo không gian làm việc');
    await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
    await page.reload();
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    expect(await page.locator('meta[name=build]').count()).toBe(0);

    deploySecondBuild(folder);
    await page.evaluate(() => navigator.serviceWorker.ready.then((r) => r.update()));
    await expect(page.getByText('Có bản mới')).toBeVisible();
    await page.reload(); // still the old one: nothing takes over in silence
    await expect(page.getByText('Có bản mới')).toBeVisible();
    expect(await page.locator('meta[name=build]').count()).toBe(0);

    await page.getByRole('button', { name: 'Tải lại' }).click();
    await expect(page.locator('meta[name=build]')).toHaveAttribute('content', 'second');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Tạo không gian làm việc');
    const caches = await page.evaluate(() => window.caches.keys());
    expect(caches.filter((name) => name.startsWith('lienhe-app-'))).toHaveLength(1);
    expect(caches.join()).toContain('-second');
  } finally {
    await context.close();
    await relay.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

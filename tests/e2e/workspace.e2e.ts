import type { Page } from '@playwright/test';
import { createContact, openContact } from '../support/contacts.ts';
import { expect, joinAs, onDevice, openList, test } from '../support/flow.ts';

const excelOf = (page: Page) => page.getByRole('switch', { name: /Excel/ });

for (const fallback of [false, true]) {
  test(`the workspace document is one for all tabs, ${fallback ? 'without' : 'with'} SharedWorker: live, offline, and erased on signing out`, async ({
    admin,
    person,
  }) => {
    test.setTimeout(120_000);
    const { page, context, cable } = admin;
    if (fallback) {
      await context.addInitScript(() => delete (globalThis as { SharedWorker?: unknown }).SharedWorker);
      await page.goto('about:blank');
      await openList(page);
    }
    await createContact(page, 'Ngô Thị Xem', '0912 131 313');
    const colleague = await person();
    await joinAs(admin, colleague, 'Lê Văn Bình', 'binh@example.vn');

    expect(page.workers()).toHaveLength(fallback ? 1 : 0); // a SharedWorker is nobody's own
    // this tab follows, the first one leads
    const second = await context.newPage();
    await openList(second);
    await page.goto('/settings/plugins');
    await second.goto('/settings/plugins');
    await expect(excelOf(second)).toBeChecked();
    await excelOf(second).click();
    await expect(excelOf(page)).not.toBeChecked();

    await onDevice(page);
    cable.pull();
    await excelOf(page).click();
    await expect(excelOf(second)).toBeChecked();
    await excelOf(second).click();
    await expect(excelOf(page)).not.toBeChecked();
    cable.plug();
    await colleague.page.goto('/settings/plugins');
    await expect(excelOf(colleague.page)).not.toBeChecked({ timeout: 30_000 });

    // the record that the follower shows is what colleagues see; the leader goes, the follower stays
    await openList(second);
    await openContact(second, 'Ngô Thị Xem');
    await openList(colleague.page);
    await openContact(colleague.page, 'Ngô Thị Xem');
    const viewer = colleague.page
      .getByLabel('Trần Quản Trị đang xem')
      .or(colleague.page.getByText('Trần Quản Trị đang xem'));
    await expect(viewer.first()).toBeVisible({ timeout: 20_000 });
    await page.close();
    await second.goto('/settings/plugins');
    await excelOf(second).click();
    await colleague.page.goto('/settings/plugins');
    await expect(excelOf(colleague.page)).toBeChecked({ timeout: 20_000 });

    const databases = () => second.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect((await databases()).filter((name) => name?.endsWith(':workspace'))).toHaveLength(1);
    await second.getByRole('button', { name: /Tài khoản/ }).click();
    await second.getByRole('menuitem', { name: 'Đăng xuất' }).click();
    await second.getByRole('dialog').getByRole('button', { name: 'Đăng xuất' }).click();
    await second.waitForURL('**/login');
    await expect.poll(databases).toEqual([]);
    expect(await second.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(':said')))).toEqual([]);
  });
}

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createContact, openContact, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';

test('D30 P6: a company is deleted, its contacts stay and lose it on every device; undo gives it back', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  for (const [i, name] of ['Lê Thị Hoa', 'Đỗ Văn Minh', 'Phan Thị Nga'].entries()) {
    await createContact(page, name, `0912 345 67${i}`);
    await joinCompany(page, 'Ánh Dương');
  }
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openContact(binh.page, 'Lê Thị Hoa');
  await expect(company(binh.page)).toContainText('Ánh Dương');

  const dialog = await askToDelete(page);
  await expect(dialog).toContainText('3 liên hệ sẽ không còn thuộc doanh nghiệp nào. Không liên hệ nào bị xóa.');
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await page.waitForFunction(() => document.getAnimations().length === 0);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
      .analyze();
    const found = violations.map((v) => `${scheme} ${width}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join()}`);
    expect(found).toEqual([]);
  }
  await page.setViewportSize({ width: 1280, height: 844 });
  await dialog.getByRole('button', { name: 'Hủy' }).click();
  await expect(company(page)).toContainText('Ánh Dương');

  await (await askToDelete(page)).getByRole('button', { name: 'Xóa doanh nghiệp' }).click();
  await expect(page.getByText('Đã xóa doanh nghiệp Ánh Dương.')).toBeVisible();
  for (const one of [page, binh.page]) await expect(company(one)).toContainText('Không thuộc doanh nghiệp nào');

  // the relay cleared the links: the history of a contact says so, in the name of who did it
  await binh.page.getByRole('tab', { name: 'Lịch sử thay đổi' }).click();
  const history = binh.page.getByRole('region', { name: 'Lịch sử thay đổi' });
  await expect(history.locator('ol > li').first()).toContainText('đã xóa hoặc khôi phục doanh nghiệp');
  await binh.page.getByRole('tab', { name: 'Thông tin' }).click();

  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  for (const one of [page, binh.page]) await expect(company(one)).toContainText('Ánh Dương');
  await expect(syncBadge(page)).toContainText('Đã đồng bộ');
  await openList(binh.page);
  await expect(binh.page.getByRole('row').filter({ hasText: 'Ánh Dương' })).toHaveCount(3);
});

/** The company of the open contact, as its detail says it. */
const company = (page: Page) => page.getByRole('group', { name: 'Doanh nghiệp', exact: true });

/** Chooses a company for the open contact, or makes one of that name. */
async function joinCompany(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Sửa Doanh nghiệp' }).click();
  const box = company(page).getByRole('combobox');
  await box.fill(name);
  await page.getByRole('option', { name: new RegExp(`^(Thêm "${name}"|${name})$`) }).click();
  await expect(box).toHaveValue(name);
  await box.press('Enter');
  await expect(box).toBeHidden();
  await expect(company(page)).toContainText(name);
}

async function askToDelete(page: Page) {
  await page.getByRole('button', { name: 'Thao tác khác' }).first().click();
  await page.getByRole('menuitem', { name: 'Xóa doanh nghiệp' }).click();
  const dialog = page.getByRole('dialog', { name: 'Xóa doanh nghiệp Ánh Dương?' });
  await expect(dialog).toBeVisible();
  return dialog;
}

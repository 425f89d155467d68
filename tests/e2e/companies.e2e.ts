import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createContact, editField, openContact, syncBadge } from '../support/contacts.ts';
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

test('D26 D27 D29 D30: companies are created, listed newest first, edited beside the list, deleted and restored', async ({
  admin,
}) => {
  const { page } = admin;
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await expect(page.getByRole('heading', { level: 2, name: 'Chưa có doanh nghiệp nào' })).toBeVisible();
  await createCompany(page, 'Ánh Dương');
  await expect(page.getByRole('heading', { level: 1, name: 'Ánh Dương' })).toBeVisible();
  await createCompany(page, 'Bình Minh', { 'Mã số thuế': '0101234567', 'Số điện thoại': '024 3822 1234' });
  await page.getByRole('link', { name: 'Danh sách doanh nghiệp' }).click();
  const names = page.getByRole('table', { name: 'Doanh nghiệp' }).getByRole('rowheader').getByRole('link');
  await expect(names).toHaveText(['Bình Minh', 'Ánh Dương']);

  // E2: the detail opens beside the list, without a page of its own
  await names.getByText('Ánh Dương').click();
  const pane = page.getByRole('region', { name: 'Chi tiết doanh nghiệp' });
  await expect(pane.getByRole('heading', { level: 2, name: 'Ánh Dương' })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/companies');
  await expect(pane.getByRole('tab')).toHaveText([/^Thông tin/, /^Liên hệ/, /^Lịch sử thay đổi/]);
  await editField(page, 'Trang web', 'anhduong.vn');
  await expect(pane.getByRole('link', { name: 'anhduong.vn' })).toBeVisible();
  await pane.getByRole('button', { name: 'Sửa', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Sửa doanh nghiệp' });
  await form.getByLabel(/Tên doanh nghiệp/).fill('Ánh Dương Mới');
  await form.getByRole('button', { name: 'Cập nhật' }).click();
  await expect(pane.getByRole('heading', { level: 2, name: 'Ánh Dương Mới' })).toBeVisible();
  await pane.getByRole('button', { name: 'Đóng chi tiết' }).click();

  await page.getByRole('searchbox').fill('0101234');
  await expect(names).toHaveText(['Bình Minh']);
  await page.getByRole('searchbox').fill('');
  await expect(names).toHaveCount(2);
  const row = page.getByRole('row', { name: /Ánh Dương Mới/ });
  await row.hover();
  await row.getByRole('button', { name: 'Xóa Ánh Dương Mới' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa doanh nghiệp' }).click();
  await expect(names).toHaveText(['Bình Minh']);
  await page.goto('/companies/bin');
  await page.getByRole('button', { name: 'Khôi phục Ánh Dương Mới' }).click();
  await expect(page.getByRole('heading', { level: 2, name: 'Thùng rác trống' })).toBeVisible();
});

test('E2–E8 E17: the contacts of a company; two people choose its representative, one at a time and both offline', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await createContact(page, 'Phan Thị Nga', '0912 345 679');
  await createCompany(page, 'Ánh Dương');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await page.getByRole('tab', { name: 'Liên hệ' }).click();

  // E4: somebody new belongs to it at once
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Thêm liên hệ' });
  await expect(form.getByRole('combobox', { name: 'Doanh nghiệp' })).toHaveValue('Ánh Dương');
  await form.getByLabel(/Họ và tên/).fill('Lê Thị Hoa');
  await form
    .getByLabel(/Số điện thoại/)
    .first()
    .fill('0912 345 678');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(contactLine(page, 'Lê Thị Hoa')).toBeVisible();

  // E5: and somebody who is there already; those who belong here cannot be chosen
  await page.getByRole('button', { name: 'Chọn', exact: true }).click();
  const picker = page.getByRole('dialog', { name: 'Chọn Liên hệ' });
  await expect(picker.getByRole('checkbox', { name: /Lê Thị Hoa/ })).toBeDisabled();
  await picker.getByRole('searchbox').fill('nga');
  await picker.getByRole('checkbox', { name: /Phan Thị Nga/ }).check();
  await picker.getByRole('button', { name: 'Đồng ý' }).click();
  await expect(contactLine(page, 'Phan Thị Nga')).toBeVisible();
  await expect(page.getByRole('tab', { name: /Liên hệ\s*2/ })).toBeVisible();

  // E7, E8: by right click; a colleague sees it, and chooses another in place of it
  await contactLine(page, 'Lê Thị Hoa').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Là liên hệ đại diện' }).click();
  await expect(badge(page, 'Lê Thị Hoa')).toBeVisible();
  await expect(contactLine(page, 'Lê Thị Hoa').getByRole('link')).toHaveCSS('font-weight', '700');
  await openCompanyContacts(binh.page, 'Ánh Dương');
  await expect(badge(binh.page, 'Lê Thị Hoa')).toBeVisible();
  await contactLine(binh.page, 'Phan Thị Nga').getByRole('link').focus();
  await binh.page.keyboard.press('Shift+F10');
  await binh.page.getByRole('menuitem', { name: 'Là liên hệ đại diện' }).click();
  for (const one of [page, binh.page]) {
    await expect(badge(one, 'Phan Thị Nga')).toBeVisible();
    await expect(badge(one, 'Lê Thị Hoa')).toHaveCount(0);
  }

  // both offline, each another one: the later choice is everybody's
  await expect(syncBadge(binh.page)).toContainText('Đã đồng bộ');
  for (const { cable } of [admin, binh]) cable.pull();
  await represent(page, 'Lê Thị Hoa');
  await represent(binh.page, 'Phan Thị Nga', 'Thôi là liên hệ đại diện');
  await represent(binh.page, 'Phan Thị Nga');
  for (const { cable } of [admin, binh]) cable.plug();
  for (const one of [page, binh.page]) {
    await expect(syncBadge(one)).toContainText('Đã đồng bộ');
    await expect(badge(one, 'Phan Thị Nga')).toBeVisible();
    await expect(badge(one, 'Lê Thị Hoa')).toHaveCount(0);
  }

  // E17: edited in its place
  await contactLine(page, 'Phan Thị Nga').click({ modifiers: ['Control'] });
  await page.getByRole('toolbar').getByRole('button', { name: 'Sửa' }).click();
  const edit = page.getByRole('dialog', { name: 'Sửa liên hệ' });
  await edit.getByLabel('Vai trò tại doanh nghiệp').fill('Kế toán trưởng');
  await edit.getByRole('button', { name: 'Cập nhật' }).click();
  await expect(contactLine(binh.page, 'Phan Thị Nga')).toContainText('Kế toán trưởng');

  // E6: removed is not deleted; who is gone is nobody's representative, and undo brings both back
  await page.getByRole('toolbar').getByRole('button', { name: 'Loại bỏ' }).click();
  for (const one of [page, binh.page]) await expect(contactLine(one, 'Phan Thị Nga')).toHaveCount(0);
  await page.getByText('Đã loại 1 liên hệ').locator('..').getByRole('button', { name: 'Hoàn tác' }).click();
  for (const one of [page, binh.page]) await expect(badge(one, 'Phan Thị Nga')).toBeVisible();
  await contactLine(page, 'Phan Thị Nga').getByRole('link').click();
  await company(page).getByRole('link', { name: 'Ánh Dương' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Ánh Dương' })).toBeVisible();
});

/** Creates a company by its form (D27) and stays on its page. */
async function createCompany(page: Page, name: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.goto('/companies');
  await page.getByRole('link', { name: 'Thêm doanh nghiệp' }).first().click();
  const form = page.getByRole('dialog', { name: 'Thêm doanh nghiệp' });
  await form.getByLabel(/Tên doanh nghiệp/).fill(name);
  for (const [label, value] of Object.entries(fields))
    await form.getByRole('textbox', { name: label }).first().fill(value);
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function openCompanyContacts(page: Page, name: string): Promise<void> {
  await page.goto('/companies');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('tab', { name: 'Liên hệ' }).click();
}

const contactLine = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Liên hệ' }).getByRole('row', { name: new RegExp(name) });
const badge = (page: Page, name: string) => contactLine(page, name).getByText('Đại diện', { exact: true });

async function represent(page: Page, name: string, verb = 'Là liên hệ đại diện'): Promise<void> {
  await contactLine(page, name)
    .getByRole('button', { name: `Thao tác với ${name}` })
    .click();
  await page.getByRole('menuitem', { name: verb }).click();
  await expect(badge(page, name)).toHaveCount(verb === 'Là liên hệ đại diện' ? 1 : 0);
}

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

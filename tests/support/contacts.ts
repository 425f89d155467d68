import { expect, type Locator, type Page } from '@playwright/test';

/** Creates a contact with the mouse and the keyboard, as a person does, and stays on its detail. */
export async function createContact(page: Page, name: string, phone: string): Promise<void> {
  await page.goto('/contacts');
  await page
    .getByRole('link', { name: /^(Tạo|Thêm) liên hệ$/ })
    .or(page.getByRole('button', { name: /^(Tạo|Thêm) liên hệ$/ }))
    .first()
    .click();
  const form = page.getByRole('dialog');
  await form.getByLabel(/Họ và tên/).fill(name);
  await form
    .getByLabel(/Số điện thoại/)
    .first()
    .fill(phone);
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** The list's row of a person. */
export const rowOf = (page: Page, name: string): Locator =>
  page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });

/** Opens a contact by its name in the list. */
export async function openContact(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Changes one field of the open contact in place. */
export async function editField(page: Page, field: string, value: string): Promise<void> {
  await page.getByRole('button', { name: `Sửa ${field}` }).click();
  const input = page.getByRole('textbox', { name: field });
  await input.fill(value);
  await input.press('Enter');
  await expect(input).toBeHidden();
}

/** The shell's word on sync. */
export const syncBadge = (page: Page): Locator =>
  page.getByRole('button', { name: /đồng bộ|ngoại tuyến|kết nối|đăng nhập lại/i }).first();

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createContact, openContact, rowOf, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, onDevice, openList, test } from '../support/flow.ts';

test('D15: who has a number already is told at save; what was typed goes to that contact, or a new one is made', async ({
  admin,
}) => {
  const { page } = admin;
  await createContact(page, 'Lê Thị Hoa', '0912 345 678');
  await fillForm(page, 'Lê Hoa', '+84 912 345 678');
  const form = page.getByRole('dialog');
  await form.getByRole('button', { name: 'Thêm thông tin' }).click();
  await form
    .getByLabel(/^Email/)
    .first()
    .fill('Hoa@Example.VN');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(form).toContainText('Liên hệ đã tồn tại: Lê Thị Hoa – 0912 345 678 – phụ trách: Trần Quản Trị.');
  await form.getByRole('button', { name: 'Bổ sung vào liên hệ này' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Lê Thị Hoa' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'hoa@example.vn' })).toBeVisible();

  await fillForm(page, 'Chồng chị Hoa', '0912 345 678');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await form.getByRole('button', { name: 'Vẫn tạo mới' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Chồng chị Hoa' })).toBeVisible();
  await page.getByRole('button', { name: 'Không phải trùng' }).click();
  await expect(page.getByText('Đã ghi nhận: không phải trùng.')).toBeVisible();
  await page.goto('/duplicates');
  await expect(page.getByText('Không có liên hệ nào nghi trùng')).toBeVisible();
});

test('D15 P7: made twice offline, merged from both sides offline, undone on the other device', async ({
  admin,
  person,
}) => {
  const binh = await person();
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  const mai = admin;
  // two people make the same person while both are offline: both are kept
  for (const one of [mai, binh]) await onDevice(one.page);
  for (const one of [mai, binh]) one.cable.pull();
  await createContact(mai.page, 'Đỗ Văn Minh', '0987 654 321');
  await createContact(binh.page, 'Đỗ Minh', '0987 654 321');
  for (const one of [mai, binh]) one.cable.plug();
  for (const { page } of [mai, binh]) {
    await openQueue(page);
    await expect(page.getByText('Nghi trùng (1)')).toBeVisible();
    await expect(page.getByText('Cùng số 0987 654 321')).toBeVisible();
  }
  await looksWell(mai.page);

  // both merge offline, each with the other name
  for (const one of [mai, binh]) one.cable.pull();
  for (const [{ page }, name] of [
    [mai, 'Đỗ Văn Minh'],
    [binh, 'Đỗ Minh'],
  ] as const) {
    await page.getByRole('button', { name: /^So sánh và gộp/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Gộp hai liên hệ' });
    await dialog
      .getByRole('group', { name: 'Họ và tên' })
      .getByRole('radio', { name: new RegExp(`${name}$`) })
      .check();
    if (page === mai.page) await looksWell(page);
    await dialog.getByRole('button', { name: 'Gộp', exact: true }).click();
    await expect(page.getByRole('button', { name: /^Hoàn tác gộp/ })).toBeVisible();
  }
  for (const one of [mai, binh]) one.cable.plug();
  for (const { page } of [mai, binh]) {
    await openList(page);
    await expect(page.getByRole('row').filter({ hasText: '0987 654 321' })).toHaveCount(1);
  }

  await openQueue(binh.page);
  await expect(binh.page.getByRole('button', { name: /^Hoàn tác gộp/ })).toHaveCount(1);
  await binh.page.getByRole('button', { name: /^Hoàn tác gộp/ }).click();
  for (const { page } of [mai, binh]) {
    await openList(page);
    await expect(rowOf(page, 'Đỗ Văn Minh')).toHaveCount(1);
    await expect(rowOf(page, 'Đỗ Minh')).toHaveCount(1);
  }
});

test('the link of a merged contact opens the one that stayed; history says so', async ({ admin }) => {
  const { page } = admin;
  await createContact(page, 'Phan Thị Nga', '0905 111 222');
  await fillForm(page, 'Phan Nga', '0905 111 222');
  await page.getByRole('button', { name: 'Thêm', exact: true }).click();
  await page.getByRole('button', { name: 'Vẫn tạo mới' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Phan Nga' })).toBeVisible();
  const link = page.url();
  await expect(page.getByText('Nghi trùng với Phan Thị Nga: Cùng số 0905 111 222.')).toBeVisible();
  await page.getByRole('button', { name: 'So sánh và gộp' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Gộp', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Phan Thị Nga' })).toBeVisible();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ');
  await page.goto(link);
  await expect(page.getByText('Phan Nga đã được gộp vào liên hệ này.')).toBeVisible();
  await page.getByRole('tab', { name: 'Lịch sử thay đổi' }).click();
  await expect(page.getByRole('region', { name: 'Lịch sử thay đổi' })).toContainText('Đã gộp một liên hệ khác vào đây');
  await openList(page);
  await openContact(page, 'Phan Thị Nga');
});

async function fillForm(page: Page, name: string, phone: string): Promise<void> {
  await page.goto('/contacts/new');
  const form = page.getByRole('dialog');
  await form.getByLabel(/Họ và tên/).fill(name);
  await form
    .getByLabel(/Số điện thoại/)
    .first()
    .fill(phone);
}

async function openQueue(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Trùng lặp' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Trùng lặp' })).toBeVisible();
}

/** axe finds nothing, light at 1280 px and dark at 390 px; SHOTS=<folder> keeps what was seen. */
async function looksWell(page: Page): Promise<void> {
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
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/dup-${Date.now()}-${width}.png` });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 844 });
}

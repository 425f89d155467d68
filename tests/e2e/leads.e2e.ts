import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { editField, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, onDevice, test } from '../support/flow.ts';

test('C24: leads are created, listed newest first, found, filtered by source, changed many at once, deleted and restored', async ({
  admin,
}) => {
  const { page } = admin;
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.getByRole('heading', { level: 2, name: 'Chưa có đầu mối nào' })).toBeVisible();
  await createLead(page, 'Đỗ Thị Hạnh', { 'Số điện thoại': '0912 345 678', 'Doanh nghiệp': 'Ánh Dương' });
  await expect(page.getByText('Mới', { exact: true }).first()).toBeVisible();
  await createLead(page, 'Lê Văn Bình', { Email: 'binh@minhphat.vn' }, 'Zalo');
  await createLead(page, 'Phan Thị Nga', { 'Số điện thoại': '0912 345 679' });
  await page.getByRole('link', { name: 'Danh sách đầu mối' }).click();
  const table = page.getByRole('table', { name: 'Đầu mối' });
  const names = table.getByRole('rowheader').getByRole('link');
  await expect(names).toHaveText(['Phan Thị Nga', 'Lê Văn Bình', 'Đỗ Thị Hạnh']);
  await expect(page.getByRole('link', { name: /^Đầu mối\s*3$/ })).toBeVisible();
  await clean(page);

  const search = page.getByRole('searchbox');
  for (const words of ['anh duong', '0912345678']) {
    await search.fill(words);
    await expect(names).toHaveText(['Đỗ Thị Hạnh']);
  }
  await search.fill('');
  await page.getByRole('button', { name: /Zalo/ }).click();
  await expect(names).toHaveText(['Lê Văn Bình']);
  await page.getByRole('button', { name: 'Làm mới bộ lọc' }).click();

  for (const name of ['Phan Thị Nga', 'Lê Văn Bình'])
    await page.getByRole('checkbox', { name: `Chọn ${name}` }).check();
  await page.getByRole('button', { name: 'Đổi giá trị' }).click();
  const many = page.getByRole('dialog', { name: 'Đổi giá trị của 2 đầu mối' });
  await many.getByLabel('Trường').selectOption({ label: 'Trạng thái' });
  await expect(many.getByRole('option', { name: 'Đã chuyển đổi' })).toHaveCount(0);
  await many.getByLabel('Trạng thái').selectOption({ label: 'Đang liên hệ' });
  await many.getByRole('button', { name: 'Đổi 2 đầu mối' }).click();
  await expect(table.getByRole('row').filter({ hasText: 'Đang liên hệ' })).toHaveCount(2);
  await page.getByRole('button', { name: 'Xóa', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa', exact: true }).click();
  await expect(names).toHaveText(['Đỗ Thị Hạnh']);

  await page.getByRole('link', { name: 'Thùng rác' }).last().click();
  await expect(page.getByText('Đầu mối đã xóa được giữ ở đây')).toBeVisible();
  await page.getByRole('button', { name: 'Khôi phục Lê Văn Bình' }).click();
  await page.getByRole('link', { name: 'Danh sách đầu mối' }).click();
  await expect(names).toHaveText(['Lê Văn Bình', 'Đỗ Thị Hạnh']);
});

test('C25 C26: a lead is converted offline, with a company that is there; read-only on the other device; undone', async ({
  admin,
  person,
}) => {
  const { page, cable } = admin;
  const binh = await person();
  await createLead(page, 'Đỗ Thị Hạnh', { 'Số điện thoại': '0912 345 678', 'Doanh nghiệp': 'ánh dương' });
  await editField(page, 'Chức vụ', 'Giám đốc');
  await createCompany(page, 'Ánh Dương');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openLead(binh.page, 'Đỗ Thị Hạnh');
  await onDevice(page);
  await openLead(page, 'Đỗ Thị Hạnh');

  cable.pull();
  // undone while its notice is there, offline as well
  const banner = page.locator('[data-converted]');
  await (await openConversion(page)).getByRole('button', { name: 'Lưu' }).click();
  await page.getByRole('button', { name: 'Hoàn tác' }).click();
  await expect(banner).toHaveCount(0);
  await expect(page.getByRole('link', { name: /^Liên hệ\s*0$/ })).toBeVisible();

  const form = await openConversion(page);
  await expect(form.getByLabel(/Họ và tên/)).toHaveValue('Đỗ Thị Hạnh');
  await expect(form.getByLabel('Chức vụ')).toHaveValue('Giám đốc');
  await expect(form.getByLabel(/Doanh nghiệp đã có/)).toHaveValue('Ánh Dương');
  await clean(page);
  await form.getByRole('button', { name: 'Lưu' }).click();
  await expect(banner).toContainText('Liên hệ: Đỗ Thị Hạnh');
  await expect(banner).toContainText('Doanh nghiệp: Ánh Dương');
  await expect(banner).toBeFocused();
  await clean(page);
  await expect(page.getByRole('button', { name: /^Sửa / })).toHaveCount(0);

  cable.plug();
  await expect(syncBadge(page)).toContainText('Đã đồng bộ');
  const his = binh.page.locator('[data-converted]');
  await expect(his).toContainText('Liên hệ: Đỗ Thị Hạnh');
  await expect(binh.page.getByText('Đã chuyển đổi', { exact: true }).first()).toBeVisible();
  await expect(binh.page.getByRole('button', { name: /^Sửa |^Chuyển đổi/ })).toHaveCount(0);
  await his.getByRole('link', { name: 'Liên hệ: Đỗ Thị Hạnh' }).click();
  await expect(binh.page.getByRole('group', { name: 'Doanh nghiệp', exact: true })).toContainText('Ánh Dương');
  const origin = binh.page.getByRole('region', { name: 'Từ đầu mối' });
  await expect(origin.getByRole('link', { name: 'Đỗ Thị Hạnh' })).toBeVisible();
});

test('C26: a duplicate is offered, and gets the lead; two who convert one lead offline get one link, and both contacts stay', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await createLead(page, 'Đỗ Thị Hạnh', { 'Số điện thoại': '0912 345 678' });
  await createLead(page, 'Hạnh (Zalo)', { 'Số điện thoại': '0912345678', Email: 'hanh@minhphat.vn' });
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  for (const one of [page, binh.page]) {
    await onDevice(one); // the form is a part of its own, and there will be no network
    await openLead(one, 'Đỗ Thị Hạnh');
  }

  for (const { cable } of [admin, binh]) cable.pull();
  for (const [one, title] of [
    [page, 'Kế toán'],
    [binh.page, 'Giám đốc'],
  ] as const) {
    const form = await openConversion(one);
    await form.getByLabel('Chức vụ').fill(title);
    await form.getByLabel('Doanh nghiệp', { exact: true }).selectOption({ label: 'Doanh nghiệp mới' });
    await form.getByLabel(/Tên doanh nghiệp mới/).fill(`Công ty của ${title}`);
    await form.getByRole('button', { name: 'Lưu' }).click();
    await expect(one.locator('[data-converted]')).toContainText('Liên hệ: Đỗ Thị Hạnh');
  }
  for (const { cable } of [admin, binh]) cable.plug();
  const twice = (one: Page) => one.getByText('Hai người đã cùng chuyển đổi đầu mối này.');
  for (const one of [page, binh.page]) {
    await expect(syncBadge(one)).toContainText('Đã đồng bộ');
    await expect(twice(one)).toBeVisible();
  }
  await page.getByRole('button', { name: 'Giữ liên hệ đang dùng' }).click();
  for (const one of [page, binh.page]) await expect(twice(one)).toHaveCount(0);
  // the later one has the link, the other contact stays, and the two are found to be one person
  await page.locator('[data-converted]').getByRole('link', { name: 'Liên hệ: Đỗ Thị Hạnh' }).click();
  await expect(page.getByRole('group', { name: 'Chức vụ', exact: true })).toContainText('Giám đốc');
  await page.goto('/duplicates');
  await expect(
    page
      .getByText('Kế toán')
      .or(page.getByRole('link', { name: 'Đỗ Thị Hạnh' }))
      .first(),
  ).toBeVisible();

  await openLead(page, 'Hạnh (Zalo)');
  const form = await openConversion(page);
  await form.getByRole('button', { name: 'Gắn vào liên hệ này' }).click();
  await form.getByRole('button', { name: 'Lưu' }).click();
  await page.locator('[data-converted]').getByRole('link', { name: 'Liên hệ: Đỗ Thị Hạnh' }).click();
  await expect(page.getByRole('link', { name: 'hanh@minhphat.vn' })).toBeVisible();
  await expect(
    page.getByRole('region', { name: 'Từ đầu mối' }).getByRole('link', { name: 'Hạnh (Zalo)' }),
  ).toBeVisible();
});

/** Creates a lead by its form and stays on its page. */
async function createLead(
  page: Page,
  name: string,
  fields: Readonly<Record<string, string>> = {},
  source?: string,
): Promise<void> {
  await page.goto('/leads');
  await page.getByRole('link', { name: 'Thêm đầu mối' }).first().click();
  const form = page.getByRole('dialog', { name: 'Thêm đầu mối' });
  await form.getByLabel(/Họ và tên/).fill(name);
  for (const [label, value] of Object.entries(fields))
    await form.getByRole('textbox', { name: label }).first().fill(value);
  if (source) await form.getByLabel('Nguồn').selectOption({ label: source });
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function createCompany(page: Page, name: string): Promise<void> {
  await page.goto('/companies/new');
  const form = page.getByRole('dialog', { name: 'Thêm doanh nghiệp' });
  await form.getByLabel(/Tên doanh nghiệp/).fill(name);
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function openLead(page: Page, name: string): Promise<void> {
  await page.goto('/leads');
  await page.getByRole('link', { name, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

async function openConversion(page: Page) {
  await page.getByRole('button', { name: 'Chuyển đổi đầu mối' }).click();
  const form = page.getByRole('dialog', { name: 'Chuyển đổi đầu mối' });
  await expect(form.getByLabel(/Họ và tên/)).toBeVisible();
  return form;
}

/** Nothing that axe knows of is wrong with the screen, dark and on a phone. */
async function clean(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map((v) => `${v.id} ${v.nodes.map((n) => n.target.join(' ')).join()}`)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 844 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

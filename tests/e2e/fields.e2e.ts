import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { createContact, editField, openContact, syncBadge } from '../support/contacts.ts';
import { expect, joinAs, openList, test } from '../support/flow.ts';

test('B5 B6 B7 B9 B10: a field is made, filled in offline, renamed, changed in type, deleted and restored', async ({
  admin,
  person,
}) => {
  const { page } = admin;
  const binh = await person();
  await createContact(page, 'Lê Thị Hoa', '0912 345 671');
  await joinAs(admin, binh, 'Lê Văn Bình', 'binh@example.vn');
  await openContact(binh.page, 'Lê Thị Hoa');

  await openFields(page);
  const dialog = await begin(page);
  // a name that a default field has, in either language and without accents
  await dialog.getByLabel('Tên trường').fill('so dien thoai');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(dialog).toContainText('Đã có trường tên "so dien thoai". Hãy chọn tên khác.');
  await dialog.getByLabel('Tên trường').fill('Mã khách');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(page.getByText('Đã thêm trường Mã khách.')).toBeVisible();

  // the colleague has it at once, and fills it in without a connection
  await expect(field(binh.page, 'Mã khách')).toBeVisible();
  binh.cable.pull();
  await editField(binh.page, 'Mã khách', '1.234,5');
  await expect(field(binh.page, 'Mã khách')).toContainText('1.234,5');

  // meanwhile it gets another name: the value is the field's, not the name's
  await edit(page, 'Mã khách');
  await page.getByRole('dialog').getByLabel('Tên trường').fill('Điểm thưởng');
  await page.getByRole('dialog').getByRole('button', { name: 'Lưu' }).click();
  await expect(line(page, 'Điểm thưởng')).toBeVisible();
  binh.cable.plug();
  await binh.page.reload();
  await expect(field(binh.page, 'Điểm thưởng')).toContainText('1.234,5');
  await expect(syncBadge(binh.page)).toContainText('Đã đồng bộ');

  // a second contact holds what is no number; the preview says so before the type is changed
  await createContact(binh.page, 'Phan Văn Tú', '0912 345 672');
  await editField(binh.page, 'Điểm thưởng', 'khoảng 5');
  await edit(page, 'Điểm thưởng');
  await page.getByRole('dialog').getByLabel('Kiểu dữ liệu').selectOption({ label: 'Số' });
  await expect(page.getByRole('dialog')).toContainText('1 trên 2 giá trị chuyển được, 1 không chuyển được.');
  await expect(page.getByRole('dialog')).toContainText('khoảng 5');
  await page.getByRole('dialog').getByRole('button', { name: 'Lưu' }).click();
  await expect(line(page, 'Điểm thưởng')).toContainText('Số');
  await expect(field(binh.page, 'Điểm thưởng')).toContainText('khoảng 5 Chưa chuyển được');
  await editField(binh.page, 'Điểm thưởng', '5,5');
  await expect(field(binh.page, 'Điểm thưởng')).toHaveText(/^Điểm thưởng\s+5,5\s*(Chờ đồng bộ)?\s*$/);

  await line(page, 'Điểm thưởng').getByRole('button', { name: 'Xóa trường Điểm thưởng' }).click();
  await expect(page.getByRole('dialog')).toContainText('2 liên hệ đang có giá trị ở trường này.');
  await page.getByRole('dialog').getByRole('button', { name: 'Xóa trường' }).click();
  await expect(field(binh.page, 'Điểm thưởng')).toBeHidden();
  await page.getByRole('button', { name: 'Khôi phục trường Điểm thưởng' }).click();
  await expect(field(binh.page, 'Điểm thưởng')).toContainText('5,5');

  // Bình has no settings right: the screen says so, and the place is not among his settings
  await binh.page.goto('/settings/fields');
  await expect(
    binh.page
      .getByText('Chỉ dành cho quản trị viên')
      .or(binh.page.getByText(/quản trị/))
      .first(),
  ).toBeVisible();
  await expect(binh.page.getByRole('link', { name: 'Trường dữ liệu' })).toHaveCount(0);
});

test('B2 B7 B8 D5: fields are arranged with buttons, required ones are asked for, and the screen is accessible', async ({
  admin: { page },
}) => {
  await openFields(page);
  const dialog = await begin(page);
  await dialog.getByLabel('Tên trường').fill('Hạng thẻ');
  await dialog.getByLabel('Kiểu dữ liệu').selectOption({ label: 'Chọn một' });
  await dialog.getByRole('textbox', { name: 'Lựa chọn 1' }).fill('Vàng');
  await dialog.getByRole('textbox', { name: 'Lựa chọn 1' }).press('Enter');
  await dialog.getByRole('textbox', { name: 'Lựa chọn 2' }).fill('Bạc');
  await dialog.getByRole('switch', { name: 'Bắt buộc' }).click();
  await axe(page, 'dialog');
  await dialog.getByRole('button', { name: 'Lưu' }).click();
  await expect(line(page, 'Hạng thẻ')).toBeVisible();

  await page.getByLabel('Bộ trường bắt buộc').selectOption({ label: 'Chỉ họ tên' });
  await expect(page.getByRole('switch', { name: 'Bắt buộc nhập Số điện thoại' })).not.toBeChecked();
  await expect(page.getByRole('switch', { name: 'Bắt buộc nhập Họ và tên' })).toHaveCount(0);
  await page.getByRole('switch', { name: 'Bắt buộc nhập Hạng thẻ' }).click();
  const up = page.getByRole('button', { name: 'Chuyển Đường dẫn Facebook lên' });
  await up.focus();
  await up.press('Enter');
  await expect(page.getByText(/^Đường dẫn Facebook đang ở vị trí \d+ trên \d+\.$/)).toBeAttached();
  await expect(up).toBeFocused();
  for (const [scheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 844 });
    await page.evaluate(() => scrollTo(0, 0)); // nothing half under the header
    await axe(page, `${scheme} ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 844 });

  // the name and the new field, nothing else
  await openList(page);
  await page.goto('/contacts/new');
  const form = page.getByRole('dialog');
  await form.getByLabel(/Họ và tên/).fill('Phan Thị Nga');
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(form).toContainText('Vui lòng nhập Hạng thẻ.');
  await form.getByLabel(/Hạng thẻ/).selectOption({ label: 'Bạc' });
  await form.getByRole('button', { name: 'Thêm', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Phan Thị Nga' })).toBeVisible();
  await expect(field(page, 'Hạng thẻ')).toContainText('Bạc');
  // where they were put
  const order = await page
    .getByRole('group', { name: /^(Địa chỉ|Đường dẫn Facebook)$/ })
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  expect(order).toEqual(['Đường dẫn Facebook', 'Địa chỉ']);
});

const field = (page: Page, name: string): Locator => page.getByRole('group', { name, exact: true });
const line = (page: Page, name: string): Locator =>
  page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });

async function openFields(page: Page): Promise<void> {
  await page.goto('/settings/fields');
  await expect(page.getByRole('heading', { name: 'Các trường' })).toBeVisible();
}
async function begin(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Thêm trường' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  return dialog;
}
async function edit(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: `Sửa trường ${name}` }).click();
  await expect(page.getByRole('dialog').getByLabel('Tên trường')).toHaveValue(name);
}
async function axe(page: Page, where: string): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const found = violations.map((v) => `${where}: ${v.id} ${v.nodes.map((n) => n.target.join(' ')).join()}`);
  expect(found).toEqual([]);
}
